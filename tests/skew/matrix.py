"""A hall of three programs of any versions, and what must be true when all are of the newest."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from tests.people import ANGRY, IDEA
from tests.skew.programs import REVISIONS, VERSIONS

ROOT = Path(__file__).parents[2]
WAYS = ("file", "door", "postgres")


@dataclass
class Found:
    """What a campaign came to."""

    halls: int = 0
    events: int = 0
    #: Passes that came through, passes that an older program was refused, bodies passed on unread.
    passes: int = 0
    refused: int = 0
    unread: int = 0
    wrong: list[str] = field(default_factory=list)
    ways: Counter = field(default_factory=Counter)

    @property
    def good(self):
        return not self.wrong


def _child(version, step, folder, shared, bug, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.skew.drive", version, step, str(folder), str(shared), bug],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def _run(*words):
    child = _child(*words)
    out, error = child.communicate(timeout=300)
    told = next((line for line in out.splitlines() if line.startswith("TOLD ")), None)
    if told is None:
        raise RuntimeError(f"{words[:2]} died: {error.strip()[-400:]}")
    return json.loads(told[5:])


@contextmanager
def _door(version, folder, shared, bug):
    child = _child(version, "serve", folder, shared, bug, stdin=subprocess.PIPE)
    try:
        line = child.stdout.readline()
        if not line.startswith("PORT "):
            raise RuntimeError(f"the door of {version} died: {child.communicate()[1][-300:]}")
        yield f"http://127.0.0.1:{int(line[5:])}"
    finally:
        child.communicate("", timeout=60)


def one_hall(how, store, kiosk, desk, bug="none", address=""):
    """(told by step, what is wrong) of one hall."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for device in ("K1", "D1", "door"):
            (place / device).mkdir()
        shared = address or place / "shared.sqlite"
        told = {"found": _run(store, "found", place, shared, bug)}
        if how == "door":
            with _door(store, place, shared, bug) as door:
                told["kiosk"] = _run(kiosk, "kiosk", place / "K1", door, bug)
                told["desk"] = _run(desk, "desk", place / "D1", door, bug)
        else:
            told["kiosk"] = _run(kiosk, "kiosk", place / "K1", shared, bug)
            told["desk"] = _run(desk, "desk", place / "D1", shared, bug)
        told["end"] = _run("after", "end", place, shared, "none")
        return told, list(_wrong(told, how, store, kiosk, desk))


def _wrong(told, how, store, kiosk, desk):
    there = {tuple(event) for event in told["end"]["there"]}
    yield from told["end"]["troubles"] + told["end"]["asides"]
    for step in ("found", "kiosk"):
        gone = {tuple(event) for event in told[step]["wrote"]} - there
        if gone:
            yield f"{len(gone)} events of {step} are not there as they were written"
    if {tuple(e) for e in told["desk"]["has"]} != {tuple(e) for e in told["desk"]["handed on"]}:
        yield "the desk did not hand on what it had"
    if not {tuple(e) for e in told["desk"]["has"]} <= there:
        yield "the desk had something that is not there"
    numbers = {c[0]: c[1] for step in ("found", "kiosk") for c in told[step]["cases"]}
    for case_id, (number, state, words, clashes) in told["desk"]["read"].items():
        if numbers.get(case_id) != number or words not in (ANGRY.words, IDEA.words):
            yield f"the desk read {number} as something else"
        if state != "accepted" or clashes:
            yield f"the desk's work on {number} came to {state}, {clashes} clashes"
    newest = REVISIONS[store]
    for name, version in (("kiosk", kiosk), ("desk", desk)):
        behind = how != "door" and REVISIONS[version] < newest
        newest = max(newest, REVISIONS[version])
        said, passes = told[name].get("refused", []), told[name].get("passes", [])
        if behind and (passes or set(said) != {"NewerStore"}):
            yield f"the {name} was let at a store it does not know: {passes}, {said}"
        if not behind and (said or not passes):
            yield f"the {name} was refused: {said}"
    if told["kiosk"].get("passes") and told["kiosk"]["waiting"]:
        yield "something waits at the kiosk after a pass"


def all_halls():
    """(way, version of the store's owner, of the kiosk, of the desk): every mixture."""
    return list(product(WAYS, VERSIONS, VERSIONS, VERSIONS))


def campaign(halls, bug="none", workers=2, database=None, seconds=float("inf")):
    """Go through halls, as many as there is time for; `database` makes an empty Postgres database
    and gives its address."""
    until = time.monotonic() + seconds
    told = Found()

    def run(hall):
        address = ""
        if time.monotonic() > until:
            return None
        try:
            if hall[0] == "postgres":
                address = database()
            return one_hall(*hall, bug, address)
        except Exception as trouble:
            return {}, [repr(trouble)]

    with ThreadPoolExecutor(workers) as pool:
        for hall, done in zip(halls, pool.map(run, halls), strict=True):
            if done is None:
                continue
            said, wrong = done
            told.halls += 1
            told.ways[hall[0]] += 1
            told.events += len(said.get("end", {}).get("there", ()))
            for step in ("kiosk", "desk"):
                told.passes += len(said.get(step, {}).get("passes", ()))
                told.refused += len(said.get(step, {}).get("refused", ()))
            has = said.get("desk", {}).get("has", ())
            told.unread += sum(e[5] in ("blessed", "painted") for e in has)
            told.wrong += [f"{' '.join(hall)}: {one}" for one in wrong[:2]]
    return told
