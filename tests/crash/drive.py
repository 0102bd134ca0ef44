"""The program that is recorded: a kiosk's intake that takes feedback and says so in the file ACK.

`python -m tests.crash.drive FOLDER BUG TIMES EACH`: opens the record, takes EACH pieces of
feedback, closes it, TIMES over; with a planted BUG, or `none`.
"""

import os
import random
import sys
from pathlib import Path

from db import engine as room
from db.store import Store
from kiosk import app
from kiosk.contact import NOT_GIVEN, Contact
from kiosk.enclosed import Enclosed
from kiosk.intake import Intake
from kiosk.settings import load
from tests.people import ANGRY, IDEA

#: Several pages of a database, as a voice note is.
VOICE = Enclosed("voice", "audio/wav", random.Random(1).randbytes(20_000), 3)
INK = Enclosed("ink", "application/json", b'{"s":[[1,2]]}' * 100)
SAID = (
    (ANGRY, Contact("13800000000")),
    (IDEA, NOT_GIVEN),
    (ANGRY, Contact("13800000000"), (VOICE, INK)),
    (IDEA, NOT_GIVEN, (VOICE,)),
)


def acknowledge(folder):
    file = os.open(f"{folder}/ACK", os.O_WRONLY | os.O_CREAT)
    return lambda case_id: os.write(file, f"{case_id}\n".encode())


def plant(bug, thank):
    """Make the program wrong in one of the ways a program can be wrong about disks."""
    append = Store._append
    if bug == "synchronous-off":
        room.PRAGMAS["synchronous"] = 0
    elif bug == "wal-normal":
        room.PRAGMAS["synchronous"] = 1
    elif bug == "delete-full":
        room.PRAGMAS["journal_mode"] = "delete"
    elif bug == "thanks-before-commit":

        def hasty(self, connection, head, last, case_id, happening, sealed=()):
            event = append(self, connection, head, last, case_id, happening, sealed)
            thank(case_id)
            return event

        Store._append = hasty
    elif bug == "split-transaction":

        def split(self, connection, head, last, case_id, happening, sealed=()):
            event = append(self, connection, head, last, case_id, happening)
            connection.connection.driver_connection.execute("COMMIT")
            connection.connection.driver_connection.execute("BEGIN IMMEDIATE")
            for one in sealed:
                values = (event.hall, event.origin, event.seq, one.name, one.content)
                connection.exec_driver_sql("INSERT INTO sealed VALUES (?, ?, ?, ?, ?)", values)
            return event

        Store._append = split
    else:
        assert bug == "none", bug


def main(folder, bug, times, each):
    thank = acknowledge(folder)
    plant(bug, thank)
    settings = load(Path(folder), {"printer": "none"})
    catalogue = app.hall_catalogue(settings)
    for _ in range(int(times)):
        intake: Intake = app.make_intake(settings, catalogue)
        for number in range(int(each)):
            taken = intake.take(*SAID[number % len(SAID)])
            if bug != "thanks-before-commit":
                thank(taken.case.case_id)
        intake.close()


main(*sys.argv[1:])
