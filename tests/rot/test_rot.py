"""Damaged bytes are said, rescued and named; never an answer as if nothing were wrong."""

import tempfile
from pathlib import Path

import pytest

from db import rescue
from db.event import digest
from db.store import Store
from tests.rot.damage import campaign
from tests.rot.rows import rows


@pytest.fixture
def memory():
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        yield Path(name)


def test_no_damage_is_answered_as_if_nothing_were_wrong(memory):
    found = campaign(memory, tries=60, seed=20261124)
    assert found.good, found
    assert found.ended["rescued"] > 0
    assert found.left < found.whole / 10


@pytest.mark.parametrize("bug", ["quick-check", "hash-not-looked-at"])
def test_each_planted_bug_is_found(memory, monkeypatch, bug):
    if bug == "quick-check":
        monkeypatch.setattr(Store, "_check_file", lambda self: None)
    else:
        monkeypatch.setattr("db.store.checked", lambda event: event)
    found = campaign(memory, tries=80, seed=1)
    assert not found.good


def test_a_rescue_that_trusts_the_tree_leaves_whole_events_behind(memory, monkeypatch):
    monkeypatch.setattr(rescue, "_carved", lambda file: iter(()))
    found = campaign(memory, tries=60, seed=1)
    assert found.left > found.whole / 10


def test_damaged_rows_are_put_right_fetched_again_or_set_aside_and_said(memory):
    found = rows(memory, tries=30, seed=20261124)
    assert found.good, found
    assert len(found.ended) == 2, found.ended


def _refitted(event):
    """As it lies, with a hash that fits."""
    try:
        return event._replace(hash=digest(event))
    except UnicodeEncodeError:
        return None


PLANTED = {
    "healed into anything": ("db.heal.what_it_was", lambda e, *_: _refitted(e)),
    "healed by nobody": ("db.heal.what_it_was", lambda *_: None),
    "dropped, not set aside": ("db.heal.rotted", lambda e, its, key: []),
    "not fetched again": ("db.sync.refill", lambda *_: 0),
    "not looked at when sent": ("db.sync.checked", lambda e: e),
    "its place is free": ("db.aside.Aside.rotted", False),
    "a lost event is no matter": ("db.store.Store._lost", lambda *_: []),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_each_planted_bug_of_healing_is_found(memory, monkeypatch, bug):
    monkeypatch.setattr(*PLANTED[bug])
    found = rows(memory, tries=60, seed=1, first=True)
    assert not found.good
