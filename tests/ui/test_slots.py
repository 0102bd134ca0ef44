"""QML knows an object by its class alone: every method that a signal is connected to is a slot."""

import gc

import pytest
from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from tests.ui.test_desk import make_counter  # noqa: F401


class Forgetful(QObject):
    """Connects what is no slot."""

    rang = Signal(object)

    def __init__(self):
        super().__init__()
        self.rang.connect(self._heard)

    def _heard(self, what):
        pass


def differs_from_its_class(thing):
    """Whether it has methods for QML that its class lacks, and so a meta-object of its own."""
    return thing.metaObject().methodCount() > type(thing).staticMetaObject.methodCount()


def ours():
    """Every living Qt object of the product's own classes."""
    things = [thing for thing in gc.get_objects() if isinstance(thing, QObject)]
    return [t for t in things if type(t).__module__.startswith("kiosk.") and isValid(t)]


def test_no_object_of_a_kiosk_or_a_desk_differs_from_its_class(make_kiosk, make_counter):  # noqa: F811
    make_kiosk()
    make_counter().sign_in("desk")
    things = ours()
    assert {"Citizen", "Aloud", "Switch", "Background", "Desk", "Work"} <= {
        type(thing).__name__ for thing in things
    }
    assert {type(thing).__name__ for thing in things if differs_from_its_class(thing)} == set()


@pytest.mark.qt_log_ignore("Registering dynamic slot")
def test_a_forgotten_slot_is_a_warning_and_warnings_fail(qapp, qtlog):
    assert differs_from_its_class(Forgetful())
    assert any("Registering dynamic slot" in record.message for record in qtlog.records)
