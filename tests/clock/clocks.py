"""A hall of three machines, the clocks they may have, and what must be true whatever they say."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from pathlib import Path

from db.grants import grant
from db.store import Store
from db.sync import sync, sync_state
from db.terms import State
from db.verify import verify
from kiosk.settings import load
from tests.hall import found
from tests.people import HALL, tell

ROOT = Path(__file__).parents[2]
LIBRARIES = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
)
LIBRARY = next((name for name in LIBRARIES if Path(name).exists()), "")
#: Name → what libfaketime is told; a clock that jumps is set while its program runs.
CLOCKS = {
    "right": "",
    "+10 years": "+3650d",
    "-10 years": "-3650d",
    "1970": "@1970-01-01 00:00:00",
    "2038": "@2038-01-20 00:00:00",
    "x1000": "+0 x1000",
    "frozen": "frozen",
    "an hour on": "+1h",
    "jumps": "jumps",
}
SEALED = 2
#: Seconds within which a pass comes on a busy machine; a pause by a wrong clock would last hours.
PATIENT = 20


@dataclass
class Found:
    """What a campaign came to."""

    halls: int = 0
    steps: int = 0
    cases: int = 0
    doubted: int = 0
    stalls: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self):
        return not self.wrong


def clock_of(name, folder):
    """The environment of a process with this clock. Time that only passes is never faked."""
    place = dict(os.environ, PYTHONPATH=str(ROOT), QT_QPA_PLATFORM="offscreen", TZ="Asia/Shanghai")
    told = CLOCKS[name]
    if not told:
        return place
    place |= {"LD_PRELOAD": LIBRARY, "DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1"}
    if told == "frozen":
        told = time.strftime("%Y-%m-%d 09:00:00")
    if told == "jumps":
        file = folder / "clock"
        file.write_text("+0\n", "ascii")
        return place | {"FAKETIME_TIMESTAMP_FILE": str(file)}
    return place | {"FAKETIME": told}


def template(folder):
    """A founded hall of a shared file, a kiosk and a desk, which all campaigns begin with."""
    folder.mkdir()
    shared = found(Store.open(folder / "shared.sqlite", hall=HALL, device="S1"))
    (folder / "shared-machine").mkdir()
    for device in ("K1", "D1"):
        (folder / device).mkdir()
        settings = load(folder / device)
        local = Store.open(settings.local, hall=HALL, device=device)
        sync(local, shared)
        local.close()
        token = grant(shared, device, "kiosk" if device == "K1" else "desk")
        (folder / device / "door.token").write_text(token, "utf-8")
    shared.close()
    return folder


def _settings(place, device, shared):
    (place / device / "settings.toml").write_text(
        f'device = "{device}"\nshared = "{shared}"\nprinter = "none"\n', "utf-8"
    )


@contextmanager
def shared_at(how, place, clock, port=0, address=""):
    """Where the machines of this hall find their shared store, which has a clock of its own."""
    if how != "door":
        yield address or str(place / "shared.sqlite")
        return
    port = port or free_port()
    flags = [f"shared={place / 'shared.sqlite'}", f"door_port={port}", f"web_port={free_port()}"]
    flags = [part for flag in flags for part in ("--set", flag)]
    serving = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "serve", "--data", str(place / "shared-machine"), *flags],
        cwd=ROOT,
        env=clock_of(clock, place / "shared-machine"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and serving.poll() is None:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.terminate()
        serving.wait(30)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def one_hall(start, kiosk, desk, store, how, bug="none", address=""):
    """A day of this hall: how many steps, what was told, what is wrong."""
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        place = Path(name) / "hall"
        shutil.copytree(start, place)
        told, steps = {}, 0
        if address:
            _moved(place / "shared.sqlite", address)
        with shared_at(how, place, store, address=address) as shared:
            for device in ("K1", "D1"):
                _settings(place, device, shared)
            for step, device, clock in (
                ("kiosk", "K1", kiosk),
                ("desk", "D1", desk),
                ("again", "K1", kiosk),
                ("locked", "D1", desk),
                ("right", "D1", "right"),
            ):
                done = subprocess.run(
                    [sys.executable, "-m", "tests.clock.drive", step, str(place / device),
                     json.dumps(told), bug],
                    cwd=ROOT,
                    env=clock_of(clock, place / device),
                    capture_output=True,
                    text=True,
                    timeout=300,
                )  # fmt: skip
                last = next((s for s in done.stdout.splitlines() if s.startswith("TOLD ")), "")
                if not last:
                    return steps, told, [f"{step}: died: {done.stderr.strip()[-300:]}"]
                told, steps = json.loads(last[5:]), steps + 1
        return steps, told, _wrong(address or place / "shared.sqlite", place, told)


def _moved(file, address):
    """The template's shared store, in a Postgres database."""
    kept = Store.open(file, hall=HALL, device="S1")
    there = Store.open(address, hall=HALL, device="S1")
    there.receive(kept.lacking({}, 10_000))
    kept.close()
    there.close()


def _wrong(shared, place, told):
    """What is not as it must be in the shared store and at the desk."""
    wrong = []
    store = Store.open(shared, hall=HALL, device="S1")
    kiosk = Store.open(load(place / "K1").local, hall=HALL, device="K1")
    try:
        counts, cases = store.counts(), told["cases"]
        if counts.get("registered") != len(cases) or len({one[1] for one in cases}) != 4:
            wrong.append(f"{len(cases)} were thanked, {counts.get('registered')} are there")
        folded = [store.case(one[0]) for one in cases]
        wrong += [f"{case.number} has clashes: {case.clashes}" for case in folded if case.clashes]
        today, last = date.today().isoformat(), (date.today() + timedelta(days=60)).isoformat()
        days = [case.due for case in folded]
        wrong += [f"a last day is {day}" for day in days if not today <= day <= last]
        named = [(c, n) for c in folded for n in _names(c)]
        held = [store.sealed_content(case, name) for case, name in named]
        if len(held) != SEALED or None in held:
            wrong.append("what is sealed is gone")
        if "erased" in counts:
            wrong.append("something was erased")
        states = (told["replied"], told["judged"], told["answered"])
        if states != (State.REPLIED, State.CLOSED, State.REPLIED):
            wrong.append(f"replied, judged, answered came to {states}")
        if "unlocked by a clock" in told or (told["wrong"], told.get("locked")) != (5, 1):
            wrong.append(f"tries: {told['wrong']} wrong, {told.get('locked')} locked out")
        wrong += [f"verify: {one}" for one in verify(store).troubles]
        if sync_state(kiosk).waiting:
            wrong.append("something still waits at the kiosk")
    finally:
        kiosk.close()
        store.close()
    return wrong


def _names(case):
    return ["contact"] * bool(case.contact_digest) + [one.name for one in case.attachments]


def _memory():
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def matrix(folder, halls, bug="none", workers=2, database=None, seconds=float("inf")):
    """Each (kiosk, desk, store, how) of `halls`, as many as there is time for; `database` makes an
    empty Postgres database."""
    until = time.monotonic() + seconds
    told, start = Found(), template(folder / "template")

    def run(hall):
        if time.monotonic() > until:
            return None
        try:
            return one_hall(start, *hall, bug, database() if hall[3] == "postgres" else "")
        except Exception as trouble:
            return 0, {}, [f"{trouble!r}"]

    with ThreadPoolExecutor(workers) as pool:
        for hall, done in zip(halls, pool.map(run, halls), strict=True):
            if done is None:
                continue
            steps, said, wrong = done
            told.halls += 1
            told.steps += steps
            told.cases += len(said.get("cases", ()))
            told.doubted += said.get("doubted", 0)
            told.wrong += [f"kiosk {hall[0]}, desk {hall[1]}, {hall[3]}: {w}" for w in wrong[:2]]
    swept()
    return told


def all_halls():
    """Kiosk and desk in all combinations over a file, kiosk and store over a door; over a Postgres
    server whose clock is right each alone."""
    names = list(CLOCKS)
    halls = [(k, d, "right", "file") for k, d in product(names, names)]
    halls += [(k, "right", s, "door") for k, s in product(names, names)]
    halls += [(k, "right", "right", "postgres") for k in names]
    return halls + [("right", d, "right", "postgres") for d in names]


# --- a pass that waits --------------------------------------------------------------------------


def stalls(folder, clocks, period=1):
    """The seconds after which what waits is there, when the clock is set while `sync` pauses."""
    told, start = Found(), template(folder / "stalls")
    for number, clock in enumerate(clocks):
        place = folder / f"stall{number}"
        shutil.copytree(start, place)
        local = Store.open(load(place / "K1").local, hall=HALL, device="K1")
        tell(local)
        port = free_port()
        _settings(place, "K1", f"http://127.0.0.1:{port}")
        env = clock_of("jumps", place / "K1")
        passing = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "sync", "--data", str(place / "K1"),
             "--set", f"sync_seconds={period}"],
            cwd=ROOT,
            env=env,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _until(lambda s=local: sync_state(s).tries >= 4, 60)
            (place / "K1" / "clock").write_text(f"{clock}\n", "ascii")
            with shared_at("door", place, "right", port):
                begun = time.monotonic()
                there = Store.open(place / "shared.sqlite", hall=HALL, device="S1")
                took = None
                if _until(lambda s=there: s.counts().get("registered"), 30):
                    took = time.monotonic() - begun
                    told.stalls.append(round(took, 1))
                if took is None or took > PATIENT:
                    told.wrong.append(f"{clock}: what waited for a pass came after {took} s")
                there.close()
        finally:
            passing.terminate()
            passing.wait(30)
            local.close()
    swept()
    return told


def swept():
    """libfaketime leaves a piece of memory behind for each process that it was in."""
    for file in Path("/dev/shm").glob("*faketime_*"):
        if not Path("/proc", file.name.rsplit("_", 1)[1]).exists():
            file.unlink(missing_ok=True)


def _until(true, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False
