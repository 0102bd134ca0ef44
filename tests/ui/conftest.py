"""A kiosk on the table: real screens, a real record in a folder, hands to touch it."""

import gc
from datetime import datetime
from functools import cache

import PySide6.QtQuick  # noqa: F401  a view's root item needs it
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QTest

from db.happening import PEOPLE_KINDS
from kiosk import app
from kiosk.casework import Casework
from kiosk.deadlines import Deadlines
from kiosk.handwriting import Handwriting
from kiosk.paper.printers import FolderPrinter
from kiosk.pinyin import Pinyin
from kiosk.settings import load
from kiosk.ui.background import Background
from kiosk.ui.citizen import Citizen
from kiosk.ui.hands import Hands
from kiosk.ui.language import Language
from kiosk.ui.voice import Voice
from kiosk.ui.window import application, open_view
from kiosk.workdays import Workdays
from tests.hall import badge, found
from tests.sounds import Machine

PORTRAIT, LANDSCAPE, SMALL = (1080, 1920), (1920, 1080), (1024, 768)
PPI = {PORTRAIT: 82, LANDSCAPE: 82, SMALL: 85}
pinyin = cache(Pinyin.load)
handwriting = cache(Handwriting.load)


class Clock:
    """Time that passes only when told to."""

    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


class FakeSpeaker:
    """Keeps what was said in a list; speaks the languages it is given, and takes no time for it."""

    def __init__(self, *languages):
        self.languages = frozenset(languages)
        self.said, self.loud, self.stops, self.talks = [], [], 0, False

    def find(self, found):
        found(self.languages)

    def say(self, texts, language, loudness, then):
        if not then:
            self.said.clear()
        self.said += [(language, text) for text in texts]
        self.loud.append(loudness)

    def stop(self):
        self.said.clear()
        self.stops += 1

    def speaking(self):
        return self.talks

    def texts(self):
        return [text for _, text in self.said]


class Kiosk:
    """A running kiosk with a microphone in front of which somebody whistles; it speaks with a
    `speaker`."""

    def __init__(self, folder, size, speaker=None, *, sound=None, **settings):
        application()
        self.settings = load(folder, {"printer": "folder:receipts", **settings})
        self.catalogue = app.hall_catalogue(self.settings)
        self.clock = Clock()
        self.background, self.printing = Background(), Background()
        self.language = Language()
        self.sound = sound or Machine()
        self.hearing = Background()
        self.voice = Voice(lambda: self.sound, self.hearing)
        self.citizen = Citizen(
            self.catalogue,
            self.language,
            self.background,
            pinyin,
            handwriting,
            clock=self.clock,
            now=lambda: datetime(2026, 11, 23, 10, 26, 30),
            test=self.settings.flag("test"),
            printing=self.printing,
            speaker=speaker,
            switching=app.make_switching(self.settings),
            voice=self.voice,
        )
        self.view = open_view(
            "Main.qml", {"citizen": self.citizen}, width=size[0], height=size[1], ppi=PPI[size]
        )
        self.language.attach(self.view.engine())
        self.view.show()
        assert QTest.qWaitForWindowExposed(self.view)
        # The sample hall as it was founded once: locking its secrets takes a second.
        found(app.open_shared(self.settings, "S1", self.catalogue.hall.code)).close()
        self.intake = app.make_intake(self.settings, self.catalogue)
        self.citizen.ready(self.intake)
        self.citizen.find_voice()
        # Who is on duty stands on the first screen before anybody comes.
        self.background.wait()
        self.printing.wait()
        self.listened()
        self.hands = Hands(self.view, touch_device())

    def desk(self, login):
        """Somebody signed in at a desk that works on the same store."""
        store, printer = self.intake._store, FolderPrinter(self.settings.data / "desk")
        return Casework(
            store,
            badge(store, login),
            self.catalogue,
            Deadlines(Workdays()),
            printer,
            "http://x/t/",
        )

    def counts(self):
        """What the log holds beside the hall's own founding."""
        kinds = self.intake._store.counts().items()
        return {kind: count for kind, count in kinds if kind not in PEOPLE_KINDS}

    def listened(self):
        """Until the sound's worker has done all, and the screen knows."""
        self.hearing.wait()
        QCoreApplication.processEvents()

    def picture(self):
        self.hands.settle()
        return self.view.grabWindow()

    def close(self):
        self.voice.wipe()
        self.listened()
        self.background.wait()
        self.printing.wait()
        self.language.switch("zh")
        self.view.close()
        self.view.deleteLater()
        del self.view, self.hands.view
        QTest.qWait(0)
        self.intake.close()
        # As the program does: in this thread.
        gc.collect()


@cache
def touch_device():
    return QTest.createTouchDevice()


@pytest.fixture
def make_kiosk(tmp_path, qapp):
    made = []

    def make(size=PORTRAIT, **options):
        kiosk = Kiosk(tmp_path / f"kiosk{len(made)}", size, **options)
        made.append(kiosk)
        return kiosk

    yield make
    for kiosk in made:
        kiosk.close()


@pytest.fixture(scope="session")
def qapp():
    return application()
