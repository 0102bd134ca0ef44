"""One machine of one version, in a process of its own: what it came to, as JSON.

`python -m tests.skew.drive VERSION STEP FOLDER SHARED BUG`
"""

import json
import shutil
import sys
from pathlib import Path

from db.engine import Refused, StoreTrouble
from db.grants import grant
from db.happening import Accepted, Noted
from db.store import Store
from db.sync import note_pass, sync, sync_state
from db.verify import verify
from kiosk import app
from kiosk.settings import load
from tests.doors import OpenDoor
from tests.hall import found
from tests.people import ANGRY, HALL, IDEA, tell
from tests.skew import programs


def shared_store(settings, device):
    return app.open_shared(settings, "S" + device, HALL)


def one_pass(settings, local, told):
    """As `zhaocha sync` makes one: what went wrong is noted."""
    try:
        shared = shared_store(settings, local.device)
        try:
            made = sync(local, shared)
        finally:
            shared.close()
        told.setdefault("passes", []).append([made.pushed, made.pulled])
        note_pass(local)
    except StoreTrouble as trouble:
        told.setdefault("refused", []).append(type(trouble).__name__)
        assert isinstance(trouble, Refused) or "init" in str(trouble), repr(trouble)
        note_pass(local, trouble)


def wrote(store):
    """The events that this store's own device made."""
    return [list(e) for e in store.all_events() if e.origin == store.origin]


def write(local, version, told, by="desk"):
    """Two citizens, and what this version alone can say of the first; a kiosk in nobody's name."""
    cases = [tell(local, said) for said in (ANGRY, IDEA)]
    for kind in programs.NEWS.get(version, ()):
        local.append(cases[0][0].case_id, kind(by, "x"))
    told["cases"] = [[case.case_id, case.number, code.path] for case, code in cases]


def found_hall(settings, version, told):
    """The owner of the shared store makes it, with a hall in it and a first case."""
    store = found(Store.open(settings.shared, hall=HALL, device="O1"))
    write(store, version, told)
    told["wrote"] = wrote(store)
    store.close()


def kiosk(settings, version, told):
    """A kiosk takes two records and tries to pass them on."""
    local = found(Store.open(settings.local, hall=HALL, device="K1"))
    write(local, version, told, by="")
    one_pass(settings, local, told)
    one_pass(settings, local, told)
    told["waiting"] = sync_state(local).waiting
    told["wrote"] = wrote(local)
    local.close()


def desk(settings, version, told):
    """A desk takes everything, works on what it understands, and hands it on to another store."""
    local = found(Store.open(settings.local, hall=HALL, device="D1"))
    one_pass(settings, local, told)
    told["read"] = {}
    for case_id in {e.case_id for e in local.all_events() if e.kind == "registered"}:
        local.append(case_id, Accepted("desk"))
        local.append(case_id, Noted("desk", "看过了"))
        case = local.case(case_id)
        told["read"][case_id] = [case.number, case.state, case.feedback.words, len(case.clashes)]
    one_pass(settings, local, told)
    other = Store.open(settings.data / "other.sqlite", hall=HALL, device="X1")
    sync(local, other)
    told["has"] = [list(e) for e in local.all_events()]
    told["handed on"] = [list(e) for e in other.all_events()]
    other.close()
    local.close()


def serve(settings, version, told):
    """The door of the shared store, until somebody says that it is enough."""
    door = OpenDoor(settings.shared, settings.data / "door", secure=False)
    for device in ("K1", "D1"):
        token = grant(door.store, device, "kiosk" if device == "K1" else "desk")
        (settings.data / device / "door.token").write_text(token, "utf-8")
    print(f"PORT {door.port}", flush=True)
    sys.stdin.read()
    door.close()


def end(settings, version, told):
    """Everybody has the newest program: what has waited comes, and all is looked at."""
    shared = Store.open(settings.shared, hall=HALL, device="O1")
    for device in ("K1", "D1"):
        local = Store.open(load(settings.data / device).local, hall=HALL, device=device)
        sync(local, shared)
        local.close()
    told["there"] = [list(e) for e in shared.all_events()]
    told["troubles"] = list(verify(shared).troubles)
    told["asides"] = [str(one) for one in shared.asides()]
    shared.close()


def main(version, step, folder, shared, bug):
    programs.be(version)
    programs.wrong(bug)
    told = {}
    try:
        steps = {"found": found_hall, "kiosk": kiosk, "desk": desk, "serve": serve, "end": end}
        settings = load(Path(folder), {"shared": shared, "device": step[0].upper() + "1"})
        steps[step](settings, version, told)
    finally:
        for one in programs._folders:
            shutil.rmtree(one)
    print("TOLD " + json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
