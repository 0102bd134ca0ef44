"""What a newcomer meets: the README's commands, the lock file, a Qt that does not abort."""

import re
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from kiosk.__main__ import COMMANDS
from kiosk.settings import SETTINGS, BadSetting, load

ROOT = Path(__file__).resolve().parent.parent


def test_the_readmes_commands_are_commands():
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    verbs = re.findall(r"^    ([a-z |]+)\)", (ROOT / "dev.sh").read_text("utf-8"), re.M)
    known = {verb.strip() for group in verbs for verb in group.split("|")}
    found = [line for line in lines if line.startswith(("./dev.sh", "zhaocha"))]
    assert "./dev.sh run" in found and "./dev.sh test" in found
    for line in found:
        program, verb, *_ = line.split()
        assert verb in (known if program == "./dev.sh" else COMMANDS), line


def test_the_lock_has_hashes_and_no_addresses():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert lock.count("--hash=sha256:") > lock.count("==")


def test_dev_sh_is_plain_sh_and_explains_itself():
    assert subprocess.run(["sh", "-n", ROOT / "dev.sh"]).returncode == 0
    told = subprocess.run(["sh", ROOT / "dev.sh", "help"], capture_output=True, text=True)
    assert "./dev.sh test" in told.stdout
    wrong = subprocess.run(["sh", ROOT / "dev.sh", "levitate"], capture_output=True, text=True)
    assert wrong.returncode == 1
    assert "there is no verb" in wrong.stderr


def test_every_setting_is_in_the_docs():
    docs = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert [s.name for s in SETTINGS if f"`{s.name}`" not in docs] == []


def test_settings_come_from_file_environment_and_flags_in_that_order(tmp_path, monkeypatch):
    (tmp_path / "settings.toml").write_text('reply_days = 3\ndevice = "K7"\n', "utf-8")
    assert load(tmp_path).number("reply_days") == 3
    monkeypatch.setenv("ZHAOCHA_REPLY_DAYS", "4")
    assert load(tmp_path).number("reply_days") == 4
    assert load(tmp_path, {"reply_days": "6"}).number("reply_days") == 6
    assert load(tmp_path).text("device") == "K7"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("reply_days", "soon", "a whole number"), ("device", "K 1", "letters"), ("x", "1", "no such")],
)
def test_a_wrong_setting_is_told_in_one_plain_line(tmp_path, name, value, says):
    with pytest.raises(BadSetting, match=says) as trouble:
        load(tmp_path, {name: value})
    assert "\n" not in str(trouble.value)


def test_trouble_is_one_plain_line_and_a_code_that_is_not_zero(tmp_path):
    away = "shared=postgresql://nobody@127.0.0.1:9/none"
    command = [sys.executable, "-m", "kiosk", "sync", "--once", "--data", tmp_path, "--set", away]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.startswith("zhaocha: ")
    assert done.stderr.count("\n") == 1


def test_qt_survives_a_hundred_thousand_calls_that_return_nothing():
    # PySide6 6.12.0 on Python before 3.12 drops a reference to None at each and aborts.
    code = (
        "from PySide6.QtCore import QObject, QMetaObject, Slot\n"
        "class Bell(QObject):\n"
        "    @Slot()\n"
        "    def ring(self): pass\n"
        "bell = Bell()\n"
        "for _ in range(100_000): QMetaObject.invokeMethod(bell, 'ring')\n"
        "print('alive')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "alive\n", done.stderr
    assert PySide6.__version_info__[:2] < (6, 12)
