"""Two kiosks and a desk on one guarded Postgres, each with a login of its own: people notice
nothing of it, and neither kiosk has the other's cases.
"""

import random
from datetime import datetime

import pytest

from db.beat import Beat, beats
from db.beat import exchange as tell_beat
from db.engine import StoreTrouble
from db.happening import Accepted, Replied
from db.logins import revoke
from db.store import Store, UnknownCase
from db.sync import sync
from db.terms import Grade, State, Verdict
from db.verify import verify
from kiosk.contact import Contact
from kiosk.deadlines import Deadlines
from kiosk.intake import Intake
from kiosk.month import exchange
from kiosk.paper.printers import FolderPrinter
from kiosk.workdays import Workdays
from tests.db.guarded import guard, open_pair
from tests.hall import found
from tests.people import ANGRY, DONE, HALL, IDEA
from tests.rotten import noise, rot
from tests.test_stories import ADDRESS, CATALOGUE


class Machines:
    """Kiosk 1 and 2, and the desk: what each keeps itself, and the shared store as it sees it."""

    def __init__(self, guarded, folder):
        self.guarded = guarded
        self.pairs = {
            device: open_pair(guarded, folder, name, device)
            for name, device in (("kiosk K1", "K1"), ("kiosk K2", "K2"), ("desk K3", "D3"))
        }
        owner = Store.open(guarded.address, hall=HALL, device="F1")
        found(owner)
        owner.close()
        self.meet()
        self.kiosks = {device: self.intake(device, folder) for device in ("K1", "K2")}
        self.desk = self.pairs["D3"][0]

    def intake(self, device, folder):
        local, shared = self.pairs[device]
        printer = FolderPrinter(folder / device)
        return Intake(
            local,
            printer,
            CATALOGUE,
            Deadlines(Workdays()),
            address=ADDRESS,
            open_shared=lambda: shared,
        )

    def meet(self):
        for _ in range(2):
            for local, shared in self.pairs.values():
                sync(local, shared)
                exchange(local, shared, datetime.now())

    def close(self):
        for pair in self.pairs.values():
            for store in pair:
                store.close()


@pytest.fixture
def machines(database, tmp_path):
    machines = Machines(guard(database), tmp_path)
    yield machines
    machines.close()


def test_a_case_told_at_one_kiosk_is_answered_and_judged_at_another(machines):
    first, second = machines.kiosks["K1"], machines.kiosks["K2"]
    taken = first.take(ANGRY, Contact(phone="13805370000"))
    machines.meet()
    for happening in (Accepted("desk"), Replied("desk", DONE)):
        machines.desk.append(taken.case.case_id, happening)
    machines.meet()
    assert first._store.case(taken.case.case_id).state is State.REPLIED
    looked_up = second.look_up(taken.address).case
    assert looked_up.state is State.REPLIED
    with pytest.raises(UnknownCase):
        second._store.case(taken.case.case_id)
    second.judge(looked_up, Verdict.SOLVED, Grade.SATISFIED)
    machines.meet()
    machines.meet()
    for store in (machines.desk, first._store, second._store):
        assert store.case(taken.case.case_id).verdict is Verdict.SOLVED
        assert verify(store).troubles == ()


def test_what_one_kiosk_hears_never_reaches_another(machines):
    first, second = machines.kiosks["K1"], machines.kiosks["K2"]
    taken = first.take(ANGRY, Contact(phone="13805370000"))
    machines.meet()
    machines.desk.append(taken.case.case_id, Accepted("desk"))
    machines.meet()
    events = list(second._store.all_events())
    assert {event.kind for event in events} == {"appointed", "keymade", "rostered"}
    assert not [e for e in events if e.case_id == taken.case.case_id]
    assert second.same_today(ANGRY) is None


def test_a_call_rings_at_the_desk_and_the_kiosk_is_told_who_comes(machines):
    first, second = machines.kiosks["K1"], machines.kiosks["K2"]
    call = first.call()
    machines.meet()
    machines.desk.answer_call(call, "desk")
    machines.meet()
    assert first.who_comes(call) == "desk"
    assert second.who_comes(call) == ""


def test_every_kiosk_shows_the_hall_s_month_and_not_its_own(machines):
    first, second = machines.kiosks["K1"], machines.kiosks["K2"]
    for intake, said in ((first, ANGRY), (second, IDEA), (second, ANGRY)):
        intake.take(said)
    assert first.month().received == 0
    machines.meet()
    machines.meet()
    assert first.month().received == second.month().received == 3


def test_every_machine_hears_how_the_others_are_and_speaks_for_none_of_them(machines):
    for device in ("K1", "K2"):
        local, shared = machines.pairs[device]
        tell_beat(local, shared, Beat(device, 1000, paper=f"of {device}"))
    local, shared = machines.pairs["K1"]
    tell_beat(local, shared, Beat("K1", 2000))
    assert {d: beat.at_ms for d, beat in beats(local).items()} == {"K1": 2000, "K2": 1000}
    with pytest.raises(StoreTrouble):
        shared.set_fact(f"beat:{HALL}/K2", "{}")


def test_a_kiosk_whose_login_was_revoked_goes_on_by_itself(machines):
    first = machines.kiosks["K1"]
    taken = first.take(ANGRY)
    machines.meet()
    looked_up = first.look_up(taken.address).case
    revoke(machines.guarded.address, machines.guarded.logins["kiosk K1"].name)
    with pytest.raises(StoreTrouble):
        sync(*machines.pairs["K1"])
    assert first.withdraw(looked_up).outcome is not None
    assert first.take(IDEA).case.number


def test_a_kiosk_whose_disk_rots_takes_on_and_gets_all_of_it_back(machines):
    first, dice = machines.kiosks["K1"], random.Random(1)
    taken = first.take(ANGRY, Contact(phone="13805370000"))
    machines.meet()
    local, shared = machines.pairs["K1"]
    before = set(local.all_events())
    for event in before:
        if event.kind in ("registered", "keymade"):
            rot(local.file, event.origin, event.seq, body=noise(event.body, dice))

    def gone():
        raise StoreTrouble("no network")

    first._open_shared, first._shared = gone, None
    looked_up = first.look_up(taken.address)
    assert looked_up.case is None and looked_up.stale_since is not None
    other = first.take(IDEA)
    assert first.duty() and first.stories() == [] and first.can_take()
    with pytest.raises(StoreTrouble, match="keys"):
        first.take(ANGRY, Contact(phone="13805370000"))
    first._open_shared = lambda: shared
    machines.meet()
    assert set(local.all_events()) > before and local.asides() == []
    assert local.case(taken.case.case_id) == first.look_up(taken.address).case == taken.case
    assert first.take(ANGRY, Contact(phone="13805370000")).case.contact_digest
    assert machines.desk.case(other.case.case_id) == other.case
