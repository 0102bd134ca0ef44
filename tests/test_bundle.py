"""The bundle: built, then run on its own, without any Python in reach.

.venv/bin/python -m pytest -m bundle tests/test_bundle.py
"""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000

pytestmark = pytest.mark.bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """The folder of a bundle built from this tree."""
    place = tmp_path_factory.mktemp("bundle")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", place / "dist", "--workpath", place / "build"]
    built = subprocess.run(
        [*command, ROOT / "installer.spec"], capture_output=True, text=True, cwd=ROOT, timeout=900
    )
    assert built.returncode == 0, built.stderr
    return place / "dist" / "zhaocha"


@pytest.fixture
def alone(tmp_path):
    """What a process of the bundle is given: another folder, and nothing to find a Python by."""
    for name in ("home", "elsewhere"):
        (tmp_path / name).mkdir()
    known = {"PATH": "/nonexistent", "HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen"}
    assert shutil.which("python3", path=known["PATH"]) is None
    return {"env": known, "cwd": tmp_path / "elsewhere", "stderr": subprocess.PIPE, "text": True}


def told(bundle, alone, *arguments):
    """What one command says, after it went well."""
    done = subprocess.run(
        [bundle / "zhaocha", *arguments], stdout=subprocess.PIPE, timeout=120, **alone
    )
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr
    return done.stdout


def test_the_demo_runs_from_the_bundle(bundle, alone, tmp_path):
    out = tmp_path / "out"
    said = told(bundle, alone, "demo", "--out", out)
    day = json.loads((out / "demo.json").read_text("utf-8"))
    assert [case["state"] for case in day["cases"]] == ["replied", "registered", "closed"]
    assert day["troubles"] == []
    assert all(case["number"] in said for case in day["cases"])
    assert all((out / case["receipt"]).read_bytes().startswith(b"%PDF") for case in day["cases"])
    assert "已回复" in (out / "tracking-page.html").read_text("utf-8")

    names = [name.split("-", 1)[1].removesuffix(".png") for name in day["screens"]]
    assert {"home", "own-words", "done", "home-en", "desk-replied", "follow-up"} <= set(names)
    for name in day["screens"]:
        with Image.open(out / "screens" / name) as screen:
            assert screen.size == ((1366, 768) if "-desk" in name else (1080, 1920)), name
            assert len(screen.convert("RGB").getcolors(screen.width * screen.height)) > 50, name

    checked = told(bundle, alone, "verify", out / "shared.sqlite", "--data", tmp_path / "data")
    assert checked.endswith(f"{day['events']} events of 3 devices, 0 troubles\n")


def test_the_settings_are_told(bundle, alone):
    assert "reply_days = 5\n" in told(bundle, alone, "settings")


def test_the_tracking_page_is_served(bundle, alone, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [bundle / "zhaocha", "serve", "--data", tmp_path / "data", "--set"]
    with subprocess.Popen([*command, f"web_port={port}"], **alone) as page:
        try:
            assert fetched(f"http://127.0.0.1:{port}/health") == "ok\n"
            assert "<form" in fetched(f"http://127.0.0.1:{port}/?lang=zh")
            assert "color" in fetched(f"http://127.0.0.1:{port}/page.css")
        finally:
            page.terminate()


def fetched(address):
    """The answer, as soon as somebody answers."""
    end = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_no_more_than_is_needed_lies_in_the_bundle(bundle):
    files = [file for file in bundle.rglob("*") if file.is_file() and not file.is_symlink()]
    assert sum(file.stat().st_size for file in files) < 320 * MEGABYTE
    platforms = {file.name for file in files if file.parent.name == "platforms"}
    assert platforms == {
        f"libq{name}.so" for name in ("offscreen", "xcb", "wayland", "vnc", "minimal")
    }
    names = " ".join(file.name for file in files)
    for unwanted in ("VirtualKeyboard", "Controls2", "WebEngine", "readline", "build.py"):
        assert unwanted not in names


def test_every_file_that_is_read_lies_in_the_bundle(bundle):
    inside = bundle / "_internal"
    for folder in ("resources", "kiosk/qml", "kiosk/web", "db/migrations"):
        for file in (ROOT / folder).rglob("*"):
            needed = file.suffix != ".py" or folder == "db/migrations"
            if file.is_file() and "__pycache__" not in file.parts and needed:
                assert (inside / file.relative_to(ROOT)).read_bytes() == file.read_bytes()
