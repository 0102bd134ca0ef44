"""Who stands beside a kiosk on a long run, counts its thank-yous and measures what it holds.

What must hold: every thank-you has its case in the store and nothing else is in there, a wiped
kiosk holds nothing, after the idle time the home screen is there as on the first day.
"""

import gc
import os
import random

import psutil
from PySide6.QtCore import QCoreApplication, QEvent

from db.code import read_code
from db.engine import StoreFull
from db.lists import Month
from db.store import Store
from kiosk.ui.hands import wait_until
from kiosk.visit import ASK_AFTER, WIPE_AFTER
from tests.people import HALL


class Witness:
    """Sees every thank-you and every wipe. `full` is how often the disk is full."""

    def __init__(self, kiosk, seed, full=0.0):
        self.kiosk, self.citizen = kiosk, kiosk.citizen
        self.luck = random.Random(seed)
        self.thanked, self.kept, self.gone = {}, [], 0
        self.screens, self.wrong = set(), []
        self._misfortune, self._full = random.Random(seed), full
        self._sending = False
        for name in ("take", "join"):
            setattr(kiosk.intake, name, self._watched(getattr(kiosk.intake, name)))
        self.citizen.changed.connect(self._look)
        self.citizen.wiped.connect(self._wiped)

    def _watched(self, deed):
        def watched(*told):
            if self._misfortune.random() < self._full:
                raise StoreFull("no room")
            taken = deed(*told)
            self.kept.append(taken.code.letters)
            return taken

        return watched

    def _look(self):
        screen, taken = self.citizen.screen, self.citizen.taken
        self.screens.add(screen)
        if taken is not None:
            # Plain texts, which the collector does not count: what a witness knows may grow.
            self.thanked[taken.code.letters] = (taken.case.case_id, taken.address)
            if self.citizen.number != taken.case.number:
                self.wrong.append(f"{self.citizen.number} is not {taken.case.number}")
        if self._sending and not self.citizen._sending:
            self.gone += screen not in ("Done", "Same", "Trouble")
        self._sending = self.citizen._sending

    def _wiped(self):
        """Nothing of the last one is held any more."""
        citizen = self.citizen
        held = (
            citizen.words, citizen.typedCode, citizen.dialled, citizen.asked, citizen.number,
            citizen.code, citizen.linked, citizen.composer.letters, citizen.whoComes, citizen.paper,
            citizen._scan, citizen.followUp.reason, citizen.followUp.said, citizen.followUp.found,
            citizen.ink.strokes, citizen.composer.candidates, citizen.textSize, citizen.contrast,
            citizen.screen != "Home", citizen.language != "zh",
        )  # fmt: skip
        if any(held):
            self.wrong.append(f"after a wipe: {held}")

    def leave(self):
        """Nobody touches anything: the thank-you goes, the question comes, the home screen is
        there."""
        self.kiosk.background.wait()
        for seconds in (25, ASK_AFTER + 1, WIPE_AFTER + 1):
            QCoreApplication.processEvents()
            self.kiosk.clock.seconds += seconds
            self.citizen.tick()
            self.kiosk.background.wait()
        self.kiosk.clock.seconds += ASK_AFTER + WIPE_AFTER + 1
        self.citizen.tick()
        wait_until(lambda: self.citizen.screen == "Home", "the home screen")
        self.kiosk.background.wait()
        self.kiosk.hands.settle()
        # The stories begin anew, and the numbers are those of the first day.
        self.citizen.wiped.emit()
        self.citizen.board.month_is(Month())
        self.kiosk.hands.settle()

    def check(self):
        """Every thank-you has its case, and the store holds what was kept and no more."""
        self.kiosk.background.wait()
        QCoreApplication.processEvents()
        assert self.wrong == []
        again = Store.open(self.kiosk.settings.local, hall=HALL, device="M1")
        try:
            for letters, (case_id, address) in self.thanked.items():
                found = again.find(read_code(address))
                assert found is not None, f"thanked for {letters}, and it is not there"
                assert found.case_id == case_id
            counts = again.counts()
        finally:
            again.close()
        stored = counts.get("registered", 0) + counts.get("joined", 0)
        assert stored == len(self.kept) == len(set(self.kept)), (counts, len(self.kept))
        assert set(self.thanked) <= set(self.kept)
        assert len(self.kept) - len(self.thanked) <= self.gone, (len(self.kept), self.gone)


def held(kiosk):
    """What is there to grow: items of the screen, Python's objects, resident megabytes."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    every = list(_all(kiosk.view.rootObject()))
    rss = psutil.Process(os.getpid()).memory_info().rss / 2**20
    return {"items": len(every), "objects": len(gc.get_objects()), "rss": rss}


def _all(item):
    for child in item.childItems():
        yield child
        yield from _all(child)


def slope(values):
    """By how much they grow from one to the next (least squares)."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    above = sum((n - middle) * (value - mean) for n, value in enumerate(values))
    return above / sum((n - middle) ** 2 for n in range(len(values)))
