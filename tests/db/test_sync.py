"""Two stores and what travels between them."""

import pytest

from db.engine import StoreTrouble
from db.happening import Accepted
from db.seal import new_key, seal, unseal
from db.sync import Forked, note_pass, sync, sync_state
from db.terms import State
from db.verify import verify
from tests.hall import found, founding
from tests.people import ANGRY, IDEA, tell


@pytest.fixture
def shared(opened, shared_address):
    return opened("S1", shared_address)


def test_what_a_kiosk_kept_reaches_the_desk_and_the_answer_comes_back(opened, shared):
    kiosk, desk = opened("K1"), opened("D1")
    found(shared)
    sync(kiosk, shared)
    case, code = tell(kiosk)
    assert sync(kiosk, shared).pushed == 1
    assert sync(desk, shared).pulled == 1 + len(founding().events)
    desk.append(case.case_id, Accepted("desk"))
    sync(desk, shared)
    sync(kiosk, shared)
    assert kiosk.find(code).state is shared.find(code).state is State.ACCEPTED


def test_a_pass_that_is_repeated_changes_nothing(opened, shared):
    kiosk = opened("K1")
    for _ in range(5):
        tell(kiosk)
    assert sync(kiosk, shared, batch=2).pushed == 5
    assert sync(kiosk, shared).pushed == 0
    assert shared.receive(kiosk.lacking({}, 10)) == 0
    assert verify(shared).troubles == ()


def test_two_kiosks_fill_one_store_in_any_order(opened, shared):
    kiosks = [opened("K1"), opened("K2")]
    for kiosk in kiosks * 3:
        tell(kiosk)
        sync(kiosk, shared, pull=False)
    assert verify(shared).events == 6
    assert len(kiosks[0].heads()) == 1


class Stops(Exception):
    pass


def test_a_pass_that_dies_after_any_batch_is_made_up_for_by_the_next(opened, shared, monkeypatch):
    kiosk = opened("K1")
    for _ in range(7):
        tell(kiosk)
    take = shared.receive
    for good in range(3):
        left = iter([True] * good)

        def receive(batch, left=left):
            new = take(batch)
            if not next(left, False):
                raise Stops
            return new

        monkeypatch.setattr(shared, "receive", receive)
        with pytest.raises(Stops):
            sync(kiosk, shared, batch=1)
    monkeypatch.undo()
    sync(kiosk, shared, batch=3)
    assert verify(shared).events == 7
    assert verify(shared).troubles == ()


def test_what_is_sealed_travels_sealed_and_with_its_event(opened, shared):
    kiosk, desk = opened("K1"), opened("D1")
    public, secret = new_key()
    case, code = tell(kiosk, ANGRY, seal(public, "phone", "13805370000"))
    sync(kiosk, shared)
    sync(desk, shared)
    content = desk.sealed_content(desk.find(code), "phone")
    assert b"13805370000" not in content
    assert unseal(secret, content, case.contact_digest) == "13805370000"


def test_a_store_brought_back_from_an_old_copy_is_not_mixed_with_the_new_history(opened, tmp_path):
    kiosk, shared = opened("K1"), opened("S1", tmp_path / "shared.sqlite")
    tell(kiosk)
    kiosk.close()
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes((tmp_path / "K1.sqlite").read_bytes())
    kiosk = opened("K1")
    tell(kiosk)
    sync(kiosk, shared)
    rolled_back = opened("K1", copy)
    tell(rolled_back, IDEA)
    with pytest.raises(Forked):
        sync(rolled_back, shared)


def test_a_damaged_event_is_never_passed_on(opened, shared, tmp_path):
    import sqlite3

    kiosk = opened("K1")
    tell(kiosk)
    raw = sqlite3.connect(tmp_path / "K1.sqlite")
    raw.execute("DROP TRIGGER event_no_update")
    raw.execute("UPDATE event SET clock = clock + 1")
    raw.commit()
    raw.close()
    made = sync(kiosk, shared)
    assert (made.pushed, shared.heads()) == (0, {})
    assert [a.why for a in made.asides] == ["it is not as it was written"]


def test_the_store_remembers_since_when_passes_fail(local):
    assert sync_state(local).failing_since is None
    note_pass(local, "no answer")
    since = sync_state(local).failing_since
    note_pass(local, "no answer either")
    assert sync_state(local).failing_since == since
    assert sync_state(local).why == "no answer either"
    note_pass(local)
    assert sync_state(local).failing_since is None
    assert sync_state(local).last_good >= since


def test_text_that_is_hard_on_databases_arrives_bit_for_bit(opened, shared):
    from dataclasses import replace

    kiosk = opened("K1")
    words = "'; DROP TABLE event; -- \\N \t \n %s {0} <b>&amp;</b> =1+1 𠮷𬇕󠄀 \ue000 ‍ é é \\."
    _, code = tell(kiosk, replace(ANGRY, words=words))
    sync(kiosk, shared)
    assert shared.find(code).feedback.words == words


def test_a_store_out_of_reach_is_said_to_be(opened):
    kiosk = opened("K1")
    tell(kiosk)
    with pytest.raises(StoreTrouble):
        opened("S1", "postgresql://nobody@127.0.0.1:9/none")
