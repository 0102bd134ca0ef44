"""The hall that works while its server is killed, and what must be true of it."""

import os
import random
import time
from dataclasses import dataclass, field

import psycopg

from tests.busy import BusyHall, at_work, keep_later
from tests.postgres.server import killable

#: Kiosks and desks: a device, and the role of its login; None comes as the store's owner does.
KIOSKS = (("K1", "kiosk"), ("K2", "kiosk"), ("K5", None))
DESKS = (("D3", "desk"), ("D6", None))


@dataclass
class Found:
    """What a campaign came to."""

    kills: int = 0
    events: int = 0
    passes: int = 0
    broken: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self):
        return not self.wrong


def campaign(folder, kills, seed, bug="none", seconds=float("inf")):
    """Kill the server so many times, or until the seconds are over."""
    told, dice, until = Found(), random.Random(seed), time.monotonic() + seconds
    off = {"synchronous_commit": "off", "wal_writer_delay": "10s"}
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with killable(memory, **(off if bug == "synchronous-off" else {})) as server:
        spoil = keep_later if bug == "told-before-commit" else None
        hall = BusyHall(server.address, folder, seed, KIOSKS, DESKS, spoil)
        # A server that only promises must not lose the logins: those are not the question.
        with psycopg.connect(server.address, autocommit=True) as raw:
            raw.execute("CHECKPOINT")
        with at_work(hall, folder, told):
            while told.good and told.kills < kills and time.monotonic() < until:
                hall.begun.clear()
                hall.begun.wait(hall.GOES_ON)
                # At a random moment of a pass.
                hall.over.wait(dice.random() * 0.05)
                server.kill()
                told.kills += 1
                server.start()
                told.wrong += hall.taken_back()
                told.wrong += hall.everybody_passes(dice.choice((1, 1, 2, 4)))
    return told
