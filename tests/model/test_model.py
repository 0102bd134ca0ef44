"""Every interleaving of a small hall, each planted bug in it; the model held to the real store."""

import random

import pytest

from db.engine import SetBack
from db.store import Store
from tests.model.memory import Memory, event
from tests.model.world import BOUNDS, BUGS, Bound, explore
from tests.people import HALL


def test_whatever_comes_between_two_calls_each_record_arrives_once():
    found = explore(BOUNDS["kiosk and desk"])
    assert found.good and found.all, found
    assert found.states > 10_000


#: The smallest hall in which each of them shows.
SMALL = Bound((("K1", 1), ("D1", 1)), 1, 1)
WHERE = {
    "new id per try": (Bound((("K1", 1),), 1, 0), "['K1/1', 'K1/1']"),
    "check-then-insert": (SMALL, "there twice"),
    "mark before send": (SMALL, "the shared store has [], not"),
    "delete after acknowledge": (Bound((("K1", 1),), 0, 1), "the shared store has [], not"),
    "no reconcile": (SMALL, "the shared store has [], not"),
    "taken for granted": (Bound((("K1", 2),), 0, 1), "a chain has a gap"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_each_planted_bug_is_found(bug):
    bound, shows = WHERE[bug]
    found = explore(bound, bug, most=100_000)
    assert not found.good and shows in found.wrong[0], found


def test_the_model_s_store_answers_as_the_real_one_does(tmp_path):
    dice = random.Random(20261124)
    places = [(o, s) for o in ("K1", "K2", "D1") for s in range(1, 5)]
    for number in range(12):
        sides = []
        for name in "ab":
            real = Store.open(tmp_path / f"{number}{name}.sqlite", hall=HALL, device=name)
            model = Memory()
            for origin, up_to in (("K1", dice.randrange(5)), ("K2", dice.randrange(5))):
                chain = [event(origin, s, f"{origin}/{s}") for s in range(1, up_to + 1)]
                model = model.with_events(chain)
            real.receive(Memory(model.events).lacking({}, 100))
            sides.append((real, model))
        (a, model_a), (b, model_b) = sides
        limit = dice.choice((1, 2, 100))
        assumed = dice.choice((model_b.heads(), model_a.heads() and {}, model_b.heads()))
        if number % 3 == 0:
            assumed = {o: _head(o, dice.randrange(1, 5)) for o in ("K1", "K2")}
        batch, same = model_a.lacking(assumed, limit), a.lacking(assumed, limit)
        assert (batch.events, batch.more) == (same.events, same.more)
        assert dict(batch.after).items() <= dict(same.after).items()
        try:
            model_b, new = model_b.receive(batch)
        except SetBack:
            new = None
        try:
            real_new = b.receive(batch)
        except SetBack:
            real_new = None
        assert new == real_new
        assert b.heads() == model_b.heads()
        asked = {o: s for o, s in dice.sample(places, 3)}
        assert b.hashes_at(asked) == model_b.hashes_at(asked)
        a.close(), b.close()


def _head(origin, seq):
    from db.event import Head

    return Head(seq, event(origin, seq, f"{origin}/{seq}").hash)
