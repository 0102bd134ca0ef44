"""What the desk tells of what waits: how much, since when, why, in both of its languages."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from db.aside import Aside
from db.sync import SyncState
from kiosk.waiting import OTHERWISE, WHY, lines

NOW = datetime(2026, 11, 24, 9, 30).astimezone()


def test_nothing_is_said_while_all_is_well_or_on_its_way():
    assert lines(SyncState(last_good=NOW), "zh", NOW) == []
    assert lines(SyncState(waiting=2, oldest=NOW - timedelta(seconds=20)), "zh", NOW) == []


def test_what_waits_is_told_with_its_age_and_reason():
    since = NOW - timedelta(minutes=25)
    state = SyncState(failing_since=since, trouble="DoorShut", waiting=3, oldest=since)
    assert lines(state, "zh", NOW) == ["3 条等着传走，最早的是 11-24 09:05 的", WHY["DoorShut"]]
    assert lines(state, "en", NOW)[0] == "3 wait to be sent, the oldest from 11-24 09:05"
    assert lines(SyncState(waiting=3, oldest=since), "zh", NOW)[0].startswith("3 条")


@pytest.mark.parametrize("trouble", [*list(WHY)[2:], "SomethingNew"])
def test_every_reason_has_its_words_in_english_too(trouble):
    state = SyncState(failing_since=NOW, trouble=trouble)
    assert lines(state, "zh", NOW) == [WHY.get(trouble, OTHERWISE)]
    assert lines(state, "en", NOW)[0].isascii()


def test_a_store_that_does_not_answer_is_told_by_the_desks_own_line_alone():
    assert lines(SyncState(failing_since=NOW, trouble="StoreTrouble"), "zh", NOW) == []


def test_what_was_set_aside_is_told_until_somebody_has_looked():
    aside = Aside("K1-A", 5, "", "it is not as it was written", "2026-11-24T09:00:00+08:00")
    assert lines(SyncState(asides=(aside,)), "zh", NOW) == ["1 条没能收下，已另存，请管理员来看"]
    assert lines(SyncState(asides=(replace(aside, seen=aside.at),)), "zh", NOW) == []
