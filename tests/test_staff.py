"""Accounts, passwords, PINs and keys: what is refused, what is counted, who opens what."""

import hashlib
import random
import shutil
import stat

import pytest

import db.event
import db.seal
from db.hall import NotHis, Person
from db.happening import Enrolled, SignedIn
from db.seal import WrongSecret, seal, unseal_with, unwrap
from db.store import Store
from db.sync import sync
from db.terms import Ring, Role
from kiosk import staff
from kiosk.personnel import Personnel
from kiosk.pins import Pins, WeakPin
from tests.people import HALL

ADMIN = Person("chief", "信息科", Role.ADMINISTRATOR)
COORDINATOR = Person("coord", "督查指导科", Role.COORDINATOR)
INSPECTOR = Person("inspect", "派驻纪检监察组", Role.INSPECTOR)
CLERK = Person("clerk", "值守员", Role.CLERK)
PASSWORD, PIN = "open sesame", "739184"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Stretching a password takes its time; here it need not."""
    monkeypatch.setattr(
        db.seal, "_stretch", lambda secret, salt: hashlib.sha256(salt + secret.encode()).digest()
    )


@pytest.fixture
def hall(local):
    staff.found_hall(local, [(who, PASSWORD) for who in (ADMIN, COORDINATOR, INSPECTOR)])
    return local


def at_work(store, login, secret=PASSWORD, pins=None):
    return Personnel(store, staff.sign_in(store, login, secret, pins), pins)


def taken_on(store, person=CLERK):
    """Somebody new, with a password of their own."""
    chief = at_work(store, "chief")
    chief.appoint(person)
    first = chief.give_password(person.login)
    at_work(store, person.login, first).change_password(first, PASSWORD)
    return first


def sealed_now(store, ring=Ring.CONTACT):
    return seal(store.people().key(ring), "contact", "13800000000")


def keys_of(store, login, secret, pins=None):
    return staff.sign_in(store, login, secret, pins).keys(store.people())


def opens(store, login, sealed, secret=PASSWORD):
    keys = keys_of(store, login, secret)
    try:
        return unseal_with(keys, sealed.content, sealed.digest) == "13800000000"
    except WrongSecret:
        return False


# --- founding ---------------------------------------------------------------------------------


def test_a_founded_hall_opens_what_is_sealed_from_the_first_day(hall):
    assert opens(hall, "coord", sealed_now(hall))
    assert opens(hall, "inspect", sealed_now(hall, Ring.INTEGRITY))
    assert not opens(hall, "coord", sealed_now(hall, Ring.INTEGRITY))
    assert not opens(hall, "chief", sealed_now(hall))


def test_a_hall_is_founded_once_and_whole(local):
    with pytest.raises(NotHis, match="每把钥匙"):
        staff.found_hall(local, [(ADMIN, PASSWORD), (COORDINATOR, PASSWORD)])
    assert not local.people().founded
    staff.found_hall(local, [(p, PASSWORD) for p in (ADMIN, COORDINATOR, INSPECTOR)])
    with pytest.raises(NotHis, match="已经有人"):
        staff.found_hall(local, [(p, PASSWORD) for p in (ADMIN, COORDINATOR, INSPECTOR)])


def test_of_several_things_none_is_kept_when_one_may_not_be(hall):
    before = hall.counts()
    with pytest.raises(NotHis):
        hall.append_hall("x", SignedIn("coord"), SignedIn("nobody"))
    assert hall.counts() == before
    assert at_work(hall, "coord").rings() == (Ring.CONTACT,)


# --- passwords --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["", "short", "seven77", "12345678", "１２３４５６７８", "0" * 40]
)
def test_a_password_that_can_be_guessed_offline_is_refused(hall, password):
    with pytest.raises(staff.WeakPassword):
        at_work(hall, "coord").change_password(PASSWORD, password)
    assert at_work(hall, "coord")


def test_first_passwords_are_strong_and_never_the_same():
    made = {staff.first_password() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        staff.check_password(one)


def test_a_new_password_opens_everything_and_the_old_one_nothing(hall):
    sealed = sealed_now(hall)
    old = hall.people().enrolments["coord"]
    at_work(hall, "coord").change_password(PASSWORD, "another one")
    assert opens(hall, "coord", sealed, "another one")
    with pytest.raises(staff.WrongPin):
        staff.sign_in(hall, "coord", PASSWORD)
    own = unwrap(old.wrapped, PASSWORD)
    assert staff.Badge(hall.people().person("coord"), own).keys(hall.people()) == ()


def test_the_old_password_is_asked_and_wrong_ones_are_counted(hall):
    work = at_work(hall, "coord")
    for _ in range(5):
        with pytest.raises(staff.WrongPin):
            work.change_password("not my own", "another one")
    with pytest.raises(staff.Locked):
        work.change_password(PASSWORD, "another one")


def test_who_gave_a_password_cannot_come_to_a_key_with_it(hall):
    chief = at_work(hall, "chief")
    chief.appoint(CLERK)
    first = chief.give_password("clerk")
    with pytest.raises(NotHis, match="本人换过密码"):
        at_work(hall, "coord").grant("clerk", Ring.CONTACT)
    assert staff.sign_in(hall, "clerk", first).given
    at_work(hall, "clerk", first).change_password(first, PASSWORD)
    assert not staff.sign_in(hall, "clerk", PASSWORD).given
    at_work(hall, "coord").grant("clerk", Ring.CONTACT)
    assert opens(hall, "clerk", sealed_now(hall))
    again = chief.give_password("clerk")
    assert keys_of(hall, "clerk", again) == ()


def test_nobody_but_an_administrator_gives_a_password(hall):
    with pytest.raises(NotHis):
        hall.append_hall("staff:chief", Enrolled("chief", "p", "w", "coord"))
    with pytest.raises(NotHis):
        at_work(hall, "chief").give_password("chief")


# --- keys -------------------------------------------------------------------------------------


def test_a_new_key_goes_to_all_who_may_hold_it_and_the_old_one_still_opens(hall):
    taken_on(hall)
    before = sealed_now(hall)
    at_work(hall, "coord").new_key(Ring.CONTACT)
    after = sealed_now(hall)
    assert [opens(hall, "coord", one) for one in (before, after)] == [True, True]
    assert [opens(hall, "clerk", one) for one in (before, after)] == [False, True]
    assert not opens(hall, "inspect", after)
    at_work(hall, "coord").grant("clerk", Ring.CONTACT)
    assert opens(hall, "clerk", before)


def test_a_key_granted_to_somebody_signed_in_opens_at_once_and_no_longer_than_their_post(hall):
    taken_on(hall)
    sealed = sealed_now(hall)
    badge = staff.sign_in(hall, "clerk", PASSWORD)
    assert badge.keys(hall.people()) == ()
    at_work(hall, "coord").grant("clerk", Ring.CONTACT)
    assert unseal_with(badge.keys(hall.people()), sealed.content, sealed.digest)
    at_work(hall, "chief").appoint(Person("clerk", "科长", Role.HEAD, "SI"))
    assert badge.keys(hall.people()) == ()


def test_each_grant_is_opened_once_for_a_badge_whoever_asks_how_often(hall, monkeypatch):
    opened, take = [], staff.take_grant
    monkeypatch.setattr(staff, "take_grant", lambda own, one: opened.append(one) or take(own, one))
    badge = staff.sign_in(hall, "coord", PASSWORD)
    before = [badge.keys(hall.people()) for _ in range(3)]
    assert len(set(before)) == 1 and len(opened) == len(set(opened)) == len(before[0])
    at_work(hall, "coord").new_key(Ring.CONTACT)
    opened.clear()
    assert set(badge.keys(hall.people())) > set(before[0]) and len(opened) == 1
    again = staff.sign_in(hall, "coord", PASSWORD)
    assert again == badge and "_opened" not in repr(badge)
    opened.clear()
    assert again.keys(hall.people()) == badge.keys(hall.people())
    assert len(opened) == len(again.keys(hall.people()))


def test_a_key_made_since_signing_in_outlives_a_new_password(hall):
    """The page of keys and the page of one's own password each have a badge of their own."""
    own, keys = at_work(hall, "coord"), at_work(hall, "coord")
    keys.new_key(Ring.CONTACT)
    sealed = sealed_now(hall)
    own.change_password(PASSWORD, "another one")
    assert opens(hall, "coord", sealed, "another one")


def test_a_key_granted_to_an_older_password_does_not_count(hall, opened):
    """The clerk changes the password while a machine that has not heard of it grants the key."""
    taken_on(hall)
    at_work(hall, "coord").grant("clerk", Ring.CONTACT)
    other = opened("D2")
    sync(hall, other)
    at_work(hall, "clerk").change_password(PASSWORD, "another one")
    at_work(other, "coord").grant("clerk", Ring.CONTACT)
    sync(hall, other)
    for store in (hall, other):
        assert opens(store, "clerk", sealed_now(store), "another one")


@pytest.mark.parametrize("leave", ["dismiss", "move"])
def test_whoever_leaves_a_post_loses_its_key_and_a_new_one_is_asked_for(hall, leave):
    taken_on(hall)
    at_work(hall, "coord").grant("clerk", Ring.CONTACT)
    chief = at_work(hall, "chief")
    if leave == "dismiss":
        chief.dismiss("clerk")
    else:
        chief.appoint(Person("clerk", "科长", Role.HEAD, "SI"))
        assert keys_of(hall, "clerk", PASSWORD) == ()
    assert chief.exposed() == (Ring.CONTACT,)
    at_work(hall, "coord").new_key(Ring.CONTACT)
    assert chief.exposed() == ()


def test_somebody_who_was_taken_on_again_has_no_key_of_before(hall):
    taken_on(hall)
    at_work(hall, "coord").grant("clerk", Ring.CONTACT)
    chief = at_work(hall, "chief")
    chief.dismiss("clerk")
    with pytest.raises(staff.WrongPin):
        staff.sign_in(hall, "clerk", PASSWORD)
    taken_on(hall)
    assert keys_of(hall, "clerk", PASSWORD) == ()


@pytest.mark.parametrize(("login", "ring"), [("clerk", Ring.INTEGRITY), ("chief", Ring.CONTACT)])
def test_a_key_is_granted_only_to_whose_role_may_hold_it(hall, login, ring):
    taken_on(hall)
    holder = at_work(hall, "inspect" if ring is Ring.INTEGRITY else "coord")
    with pytest.raises(NotHis, match="这个岗位不能看"):
        holder.grant(login, ring)


# --- PINs -------------------------------------------------------------------------------------


@pytest.fixture
def pins(hall, tmp_path):
    made = Pins(hall, tmp_path / "device.secret")
    at_work(hall, "coord", pins=made).set_pin(PASSWORD, PIN)
    return made


def test_a_pin_signs_in_on_its_device_and_so_does_the_password(hall, pins, opened):
    sealed = sealed_now(hall)
    for secret in (PIN, PASSWORD):
        keys = keys_of(hall, "coord", secret, pins)
        assert unseal_with(keys, sealed.content, sealed.digest)
    elsewhere = opened("D7")
    sync(hall, elsewhere)
    there = Pins(elsewhere, pins._file)
    with pytest.raises(staff.WrongPin):
        staff.sign_in(elsewhere, "coord", PIN, there)


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "abcdef", "１２３９８４", "000000", "123456"]
)
def test_a_pin_is_six_digits_that_not_everybody_tries_first(hall, pins, pin):
    with pytest.raises(WeakPin):
        at_work(hall, "coord", pins=pins).set_pin(PASSWORD, pin)


def test_a_new_password_or_a_forgotten_pin_ends_the_pin(hall, pins):
    work = at_work(hall, "coord", PIN, pins)
    assert work.has_pin()
    work.change_password(PASSWORD, "another one")
    assert not work.has_pin()
    with pytest.raises(staff.WrongPin):
        staff.sign_in(hall, "coord", PIN, pins)
    work.set_pin("another one", PIN)
    assert staff.sign_in(hall, "coord", PIN, pins)
    work.forget_pin()
    with pytest.raises(staff.WrongPin):
        staff.sign_in(hall, "coord", PIN, pins)


def test_a_stolen_store_alone_opens_no_pin(hall, pins, tmp_path):
    """Even the right PIN, tried at leisure on the stolen file, is of no use."""
    assert stat.S_IMODE(pins._file.stat().st_mode) == 0o600
    public = hall.people().enrolments["coord"].public
    assert pins.open("coord", public, PIN)
    hall.close()
    (tmp_path / "thief").mkdir()
    stolen = tmp_path / "thief" / "K1.sqlite"
    shutil.copy(hall.file, stolen)
    store = Store.open(stolen, hall=HALL, device="X1")
    for file in (tmp_path / "thief" / "device.secret", _other_secret(tmp_path)):
        with pytest.raises(WrongSecret):
            Pins(store, file).open("coord", public, PIN)
    with pytest.raises(WrongSecret):
        unwrap(Pins(store, stolen)._wrapped("coord", public), PIN)
    store.close()


def _other_secret(folder):
    file = folder / "other.secret"
    file.write_text("ab" * 32)
    return file


def test_no_pin_ever_stands_in_the_log(hall, pins):
    kept = hall.fact("pin:coord")
    assert kept
    assert all(PIN not in e.body and kept[-40:-2] not in e.body for e in hall.all_events())


# --- tries ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_never_more_than_five_tries_whatever_is_restarted_or_set_back(
    hall, pins, opened, tmp_path, monkeypatch, seed
):
    """G13: restarts, clocks ten years off, another machine after a sync, password or PIN."""
    dice = random.Random(seed)
    now = [db.event.wall_ms()]
    monkeypatch.setattr(db.event.time, "time_ns", lambda: now[0] * 1_000_000)
    years = 365 * 24 * 3600 * 1000
    other = opened("D2")
    sync(hall, other)
    machines = [hall, other]
    answers = 0
    for _ in range(40):
        match dice.randrange(5):
            case 0:
                now[0] += dice.choice((-10, 10, 1, -1)) * years
            case 1:
                place = dice.randrange(2)
                sync(machines[place], machines[1 - place])
                machines[place].close()
                file, device = machines[place].file, machines[place].device
                machines[place] = opened(device, file)
                sync(machines[0], machines[1])
            case _:
                store = dice.choice(machines)
                guess = dice.choice(("000000", "111222", "a wrong one"))
                try:
                    staff.sign_in(store, "coord", guess, Pins(store, pins._file))
                except staff.WrongPin:
                    answers += 1
                except staff.Locked:
                    assert answers == 5
                sync(machines[0], machines[1])
    assert answers == 5
    for store in machines:
        with pytest.raises(staff.Locked):
            staff.sign_in(store, "coord", PASSWORD)
    at_work(machines[0], "chief").unlock("coord")
    sync(machines[0], machines[1])
    assert staff.sign_in(machines[1], "coord", PASSWORD)


def test_tries_of_two_machines_that_did_not_know_of_each_other_are_added_up(hall, opened):
    other = opened("D2")
    sync(hall, other)
    for store in (hall, hall, hall, other, other):
        with pytest.raises(staff.WrongPin):
            staff.sign_in(store, "coord", "a wrong one")
    sync(hall, other)
    for store in (hall, other):
        with pytest.raises(staff.Locked):
            staff.sign_in(store, "coord", PASSWORD)


def test_a_lock_holds_though_somebody_signed_in_elsewhere_in_the_meantime(hall, opened):
    """Five tries with the cable out are not made undone by a success on another machine."""
    other = opened("D2")
    sync(hall, other)
    for _ in range(5):
        with pytest.raises(staff.WrongPin):
            staff.sign_in(other, "coord", "a wrong one")
    staff.sign_in(hall, "coord", PASSWORD)
    sync(hall, other)
    for store in (hall, other):
        with pytest.raises(staff.Locked):
            staff.sign_in(store, "coord", PASSWORD)


def test_of_tries_at_the_same_moment_no_sixth_gets_an_answer(hall, monkeypatch):
    """All of them had looked before the first was counted."""
    for _ in range(4):
        with pytest.raises(staff.WrongPin):
            staff.sign_in(hall, "coord", "a wrong one")
    seen = hall.people()
    monkeypatch.setattr(hall, "people", lambda: seen)
    with pytest.raises(staff.WrongPin):
        staff.sign_in(hall, "coord", "a wrong one")
    for secret in ("a wrong one", PASSWORD):
        with pytest.raises(staff.Locked):
            staff.sign_in(hall, "coord", secret)
