"""A few random days of stores that sync; `./dev.sh campaign hypothesis` has thousands."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from db.store import Store
from tests.hypothesis.line import Day

QUICK = settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_line_that_breaks_anywhere_loses_and_doubles_nothing():
    run_state_machine_as_test(Day, settings=QUICK)


def set_back_within_a_pass(call):
    """A day on which the shared store is set back at one call of a pass: whether a gap was seen."""
    day = Day()
    try:
        day.a_copy_is_made()
        day.somebody_says_it("K1", b"")
        day.a_pass_goes_well("K1", 1)
        day.somebody_says_it("K1", b"")
        day.the_shared_store_is_set_back_within_a_pass("K1", call)
        day.no_chain_has_a_gap()
    except AssertionError:
        return True
    finally:
        for store in day.stores.values():
            store.close()
        day.folder.cleanup()
    return False


def test_a_store_that_takes_all_for_granted_is_found(monkeypatch):
    assert not any(map(set_back_within_a_pass, range(1, 6)))
    monkeypatch.setattr(Store, "_require", lambda *_: None)
    assert any(map(set_back_within_a_pass, range(1, 6)))
