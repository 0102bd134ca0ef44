"""One step of one machine, in a process whose clock may be wrong: what it came to, as JSON.

`python -m tests.clock.drive STEP FOLDER TOLD BUG`; TOLD is what the steps before have told.
"""

import json
import os
import random
import sys
import time
from datetime import datetime
from pathlib import Path

from db.case import DoesNotFit
from db.engine import StoreTrouble
from db.happening import Unlocked
from db.store import Store
from db.terms import Verdict
from kiosk import app, keeping, staff
from kiosk.casework import Casework
from kiosk.contact import NOT_GIVEN, Contact
from kiosk.enclosed import Enclosed
from kiosk.intake import Intake
from kiosk.paper.printers import printer_for
from kiosk.settings import load
from tests.people import ANGRY, DONE, IDEA

VOICE = Enclosed("voice", "audio/wav", random.Random(1).randbytes(2000), 3)
#: What each of four citizens leaves beside the words.
LEFT = ((Contact("13800000000"), ()), (NOT_GIVEN, ()), (NOT_GIVEN, (VOICE,)), (NOT_GIVEN, ()))
#: How a clock that jumps is set while the program runs: by hours, by years, and as summer does.
JUMPS = ("+5h", "-5h", "-3650d", "+3650d", "+1h", "+0", "+30d", "-30d")


def jump(dice):
    """Set this process' clock, where it is one that jumps."""
    file = os.environ.get("FAKETIME_TIMESTAMP_FILE")
    if file:
        Path(file).write_text(dice.choice(JUMPS) + "\n", "ascii")


def plant(bug):
    """Make the program wrong in one of the ways a program can be wrong about clocks."""
    import db.event
    import db.store

    if bug == "every-clock-believed":
        for room in (db.event, db.store):
            room.believed_ms = max
    elif bug == "wall-clock-days":
        Store.now = lambda self: datetime.now()
    elif bug == "retention-without-doubt":
        keeping._doubt = lambda store: None
    elif bug == "no-logical-clock":
        db.store.next_clock = lambda last: (db.event.wall_ms() + 1) << db.event.COUNTER_BITS
    elif bug == "lock-wears-off":
        from db.hall import Hall, fold_hall

        def locked(self, login, before=Hall.locked):
            return before(self, login) and datetime.now().year == 2026

        Hall.locked = locked
        assert fold_hall
    else:
        assert bug == "none", bug


class Machine:
    """What a step works with."""

    def __init__(self, folder, told):
        self.settings = load(Path(folder))
        self.catalogue = app.hall_catalogue(self.settings)
        self.hall = self.catalogue.hall.code
        self.told = told
        self.dice = random.Random(len(told.get("cases", ())))

    def passes(self):
        """A pass; tried again, since a clock that runs fast shortens what a line may take."""
        jump(self.dice)
        until = time.monotonic() + 120
        while True:
            try:
                assert app.run_sync(self.settings, once=True) == 0
                return
            except StoreTrouble:
                if time.monotonic() > until:
                    raise

    def take(self, intake: Intake, number):
        jump(self.dice)
        contact, enclosed = LEFT[number]
        taken = intake.take((ANGRY, IDEA)[number % 2], contact, enclosed)
        case = taken.case
        cases = self.told.setdefault("cases", [])
        cases.append([case.case_id, case.number, taken.address, case.due])

    def work(self, store, login):
        badge = staff.sign_in(store, login, staff.SAMPLE_PIN)
        return Casework(
            store,
            badge,
            self.catalogue,
            app.hall_deadlines(self.settings),
            printer_for("none"),
            "http://127.0.0.1",
            store.now,
        )

    def fails(self, store, login, times):
        for _ in range(times):
            jump(self.dice)
            try:
                staff.sign_in(store, login, "no such secret")
            except staff.WrongPin:
                self.told["wrong"] = self.told.get("wrong", 0) + 1
            except staff.Locked:
                self.told["locked"] = self.told.get("locked", 0) + 1

    def retain(self):
        try:
            app.run_keeping(self.settings, "retain", [], True, False)
        except ValueError:
            self.told["doubted"] = self.told.get("doubted", 0) + 1


def kiosk(machine):
    """Three citizens."""
    machine.passes()
    intake = app.make_intake(machine.settings, machine.catalogue)
    for number in range(3):
        machine.take(intake, number)
    intake.close()
    machine.passes()


def desk(machine):
    """The first case is answered; somebody tries three secrets of another's."""
    machine.passes()
    store = app.open_local(machine.settings, "D1", machine.hall)
    work = machine.work(store, "desk")
    case_id = machine.told["cases"][0][0]
    work.accept(case_id)
    jump(machine.dice)
    machine.told["replied"] = work.reply(case_id, DONE).state
    machine.fails(store, "handler", 3)
    work.new_cards()
    work.lay_cards_aside()
    store.close()
    machine.retain()
    machine.passes()


def again(machine):
    """The citizen comes back, says that it is solved, and another one comes."""
    machine.passes()
    intake = app.make_intake(machine.settings, machine.catalogue)
    found = intake.look_up(machine.told["cases"][0][2]).case
    jump(machine.dice)
    machine.told["judged"] = intake.judge(found, Verdict.SOLVED).state
    machine.take(intake, 3)
    intake.close()
    if not machine.settings.shared.startswith("http"):
        app.run_keeping(machine.settings, "prune", [], True, False)
    app.run_status(machine.settings, [])
    machine.passes()


def locked(machine):
    """At the desk two more wrong tries lock the account, whatever day it is; retention again."""
    machine.passes()
    store = app.open_local(machine.settings, "D1", machine.hall)
    machine.fails(store, "handler", 2)
    jump(machine.dice)
    try:
        staff.sign_in(store, "handler", staff.SAMPLE_PIN)
        machine.told["unlocked by a clock"] = True
    except staff.Locked:
        pass
    store.close()
    machine.retain()
    machine.passes()


def right(machine):
    """The desk's clock is put right: what waits is answered, the account still locked, then not."""
    machine.passes()
    store = app.open_local(machine.settings, "D1", machine.hall)
    machine.fails(store, "handler", 1)
    store.append_hall("staff:handler", Unlocked("coordinator", "handler"))
    staff.sign_in(store, "handler", staff.SAMPLE_PIN)
    work = machine.work(store, "desk")
    case_id = machine.told["cases"][1][0]
    work.accept(case_id)
    try:
        machine.told["answered"] = work.reply(case_id, DONE).state
    except DoesNotFit as trouble:
        machine.told["answered"] = str(trouble)
    work.new_cards()
    store.close()
    machine.passes()


def main(step, folder, told, bug):
    plant(bug)
    machine = Machine(folder, json.loads(told))
    {"kiosk": kiosk, "desk": desk, "again": again, "locked": locked, "right": right}[step](machine)
    print("TOLD " + json.dumps(machine.told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
