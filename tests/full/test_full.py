"""A full disk is told kindly, keeps nothing by halves, and is no matter once there is room."""

import pytest

from db import rescue
from db.engine import StoreFull
from db.store import Store
from kiosk import app
from kiosk.enclosed import Enclosed
from kiosk.settings import load
from tests.full.disk import DEEDS, CannotMount, campaign, fill, small_disk
from tests.people import ANGRY


@pytest.fixture(scope="module", autouse=True)
def may_mount():
    try:
        with small_disk():
            pass
    except CannotMount:
        pytest.skip("a small filesystem can only be mounted by root")


def test_no_full_disk_leaves_half_of_anything_and_with_room_everything_goes_on():
    found = campaign(seed=20261124, step=7)
    assert found.good, found
    assert all(found.refused[deed] and found.done[deed] for deed in DEEDS)


def test_a_citizen_is_told_before_they_type_and_with_room_the_same_program_goes_on():
    voice = Enclosed("voice", "audio/wav", bytes(range(256)) * 100, 3)
    with small_disk("16m") as disk:
        settings = load(disk, {"printer": "none"})
        intake = app.make_intake(settings, app.hall_catalogue(settings))
        try:
            assert intake.can_take()
            fill(disk, 1000)
            assert not intake.can_take()
            with pytest.raises(StoreFull):
                intake.take(ANGRY, enclosed=(voice,))
            (disk / "ballast").unlink()
            assert intake.can_take()
            taken = intake.take(ANGRY, enclosed=(voice,))
            assert taken.case.number
        finally:
            intake.close()


def swallowed(monkeypatch):
    append = Store.append

    def hasty(self, case_id, happening):
        try:
            return append(self, case_id, happening)
        except StoreFull:
            return self.case(case_id)

    monkeypatch.setattr(Store, "append", hasty)


def split(monkeypatch):
    append = Store._append

    def in_two(self, connection, head, last, case_id, happening, sealed=()):
        event = append(self, connection, head, last, case_id, happening)
        raw = connection.connection.driver_connection
        raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")
        for one in sealed:
            values = (event.hall, event.origin, event.seq, one.name, one.content)
            raw.execute("INSERT INTO sealed VALUES (?, ?, ?, ?, ?)", values)
        return event

    monkeypatch.setattr(Store, "_append", in_two)


def aside_first(monkeypatch):
    def hasty(file, hall, device):
        kept = rescue._put_aside(file)
        store = Store.open(file, hall=hall, device=device)
        for batch in rescue._salvage(kept):
            store.receive(batch)
        return store, kept

    monkeypatch.setattr(rescue, "_rescued", hasty)


@pytest.mark.parametrize(
    ("bug", "deed"), [(swallowed, "append"), (split, "register"), (aside_first, "rescue")]
)
def test_each_planted_bug_is_found(monkeypatch, bug, deed):
    bug(monkeypatch)
    assert not campaign(seed=1, step=2, deeds=(deed,)).good
