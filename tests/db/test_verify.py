"""Evidence: whatever somebody does who owns the database, `zhaocha verify` shows it."""

import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from db.event import wall_ms
from db.happening import Accepted
from db.kept import KEPT, LOST, keep_heads
from db.seal import new_key, seal
from db.store import Store
from db.sync import sync
from kiosk.__main__ import main
from tests.hall import found
from tests.people import HALL, tell
from tests.tamper import ATTACKS, HOUR, NEEDS_A_NOTE, chain, counted_anew, owner, rewrite


class Place:
    """A kiosk with its own store and the shared one, after a pass; heads noted on paper."""

    def __init__(self, data, shared):
        self.data, self.address = data, shared
        self.local = data / "local.sqlite"
        kiosk = Store.open(self.local, hall=HALL, device="K1")
        store = Store.open(shared, hall=HALL, device="S1")
        found(store)
        public, _ = new_key()
        for number in range(6):
            contact = seal(public, "contact", "13805370001") if number < 2 else None
            self.case, self.code = tell(kiosk, sealed=contact)
        self.origin = kiosk.origin
        for _ in range(2):
            made = sync(kiosk, store)
            keep_heads(kiosk, made.seen)
        kiosk.close()
        store.close()

    def run(self, *words):
        flags = ["--data", str(self.data), "--set", f"shared={self.address}"]
        return main([*words, *flags])

    def attack(self, where, attack):
        with owner(where) as run:
            rewrite(run, self.origin, attack(chain(run, self.origin)))


@pytest.fixture
def place(tmp_path, owned_address):
    return Place(tmp_path / "data", owned_address)


@pytest.fixture
def alone(tmp_path):
    return Place(tmp_path / "data", str(tmp_path / "shared.sqlite"))


def test_a_sound_store_is_found_sound_and_says_with_what_it_was_compared(place, capsys):
    assert place.run("verify", "shared", "--against", "local") == 0
    assert place.run("verify") == 0
    told = capsys.readouterr().out
    assert "compared with: this machine (local.sqlite), " in told
    assert "0 troubles" in told


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_the_shared_store_shows_by_what_the_kiosk_kept(place, name, capsys):
    place.attack(place.address, ATTACKS[name])
    assert place.run("verify", "shared") == 1
    assert re.search(rf"^{place.origin}/\d+: ", capsys.readouterr().out, re.M)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_the_kiosks_own_store_shows(alone, name):
    alone.attack(alone.local, ATTACKS[name])
    assert alone.run("verify") == 1


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_both_stores_and_on_what_was_kept_shows_by_paper(alone, name, tmp_path):
    paper = tmp_path / "heads.txt"
    assert alone.run("heads", "shared", "--out", str(paper)) == 0
    for where in (alone.local, alone.address):
        alone.attack(where, ATTACKS[name])
    with owner(alone.local) as run:
        run("DELETE FROM fact WHERE name = ?", KEPT)
    assert alone.run("verify", "shared", "--against", "local", "--noted", str(paper)) == 1
    assert alone.run("verify", "--noted", str(paper)) == 1


@pytest.mark.parametrize("name", ATTACKS)
def test_a_chain_alone_shows_only_what_was_not_counted_anew(alone, name, capsys):
    alone.attack(alone.address, ATTACKS[name])
    with owner(alone.local) as run:
        run("DELETE FROM fact WHERE name = ?", KEPT)
    assert alone.run("verify", "shared") == (name not in NEEDS_A_NOTE)
    assert "compared with: nothing" in capsys.readouterr().out


def test_a_clock_that_goes_back_shows_though_all_is_counted_anew(alone, capsys):
    def back(events):
        return counted_anew([*events[:3], events[3]._replace(clock=events[1].clock), *events[4:]])

    alone.attack(alone.address, back)
    assert alone.run("verify", "shared") == 1
    assert f"{alone.origin}/4: its clock goes backwards" in capsys.readouterr().out


def test_sealed_bytes_that_were_replaced_show_without_any_key(place, capsys):
    other = seal(new_key()[0], "contact", "13900000000").content
    with owner(place.address) as run:
        run("UPDATE sealed SET content = ? WHERE seq = 2", other)
    assert place.run("verify", "shared") == 1
    assert "/2: what is sealed as contact was replaced" in capsys.readouterr().out


def test_something_sealed_that_vanished_or_came_from_nowhere_shows(place, capsys):
    with owner(place.address) as run:
        run("UPDATE sealed SET seq = 99 WHERE seq = 2")
    assert place.run("verify", "shared") == 1
    told = capsys.readouterr().out
    assert "/2: what was sealed as contact is gone, and nobody erased it" in told
    assert "/99: there is something sealed as contact, but no event to it" in told


def test_a_code_that_was_led_to_another_case_shows(place, capsys):
    with owner(place.address) as run:
        run("UPDATE event SET code_key = ? WHERE seq = 2 AND code_key IS NOT NULL", "ab" * 32)
    assert place.run("verify", "shared") == 1
    assert "/2: its tracking code leads elsewhere" in capsys.readouterr().out


def _forge(run, model, back):
    made = [e._replace(origin="K9-FORGED", clock=e.clock - back) for e in model[2:]]
    rewrite(run, "K9-FORGED", counted_anew(made))


def test_a_device_that_was_made_up_afterwards_shows(place, capsys):
    with owner(place.address) as run:
        _forge(run, chain(run, place.origin), HOUR)
    assert place.run("verify", "shared") == 1
    assert "K9-FORGED: says that it wrote before" in capsys.readouterr().out


def test_a_device_that_was_made_up_shows_though_machines_have_taken_it_over_since(
    place, capsys, opened
):
    with owner(place.address) as run:
        _forge(run, chain(run, place.origin), HOUR)
    kiosk, shared = opened("K1", place.local), opened("S1", place.address)
    for _ in range(2):
        keep_heads(kiosk, sync(kiosk, shared).seen)
    assert place.run("verify", "shared") == 1
    assert "K9-FORGED: came to this machine (local.sqlite) on" in capsys.readouterr().out
    told = json.loads(kiosk.fact(KEPT))
    told["late"]["K9-FORGED"] -= 31 * 86_400_000
    kiosk.set_fact(KEPT, json.dumps(told))
    assert place.run("verify", "shared") == 0
    assert "(K9-FORGED: came to this machine" in capsys.readouterr().out


def test_heads_that_are_the_same_are_noted_once_a_minute(alone, opened):
    kiosk, at = opened("K1", alone.local), wall_ms() + 100_000
    heads = kiosk.heads()

    def noted(now):
        keep_heads(kiosk, heads, now)
        return json.loads(kiosk.fact(KEPT))["at"]

    assert noted(at) == at
    assert noted(at + 59_999) == at
    assert noted(at + 60_000) == at + 60_000
    assert noted(at - 10**12) == at - 10**12
    tell(kiosk)
    heads = kiosk.heads()
    assert noted(at + 1) == at + 1


def test_a_device_that_came_since_is_a_remark_and_no_trouble(place, opened, capsys):
    store = opened("K2", place.address)
    tell(store)
    assert place.run("verify", "shared") == 0
    assert f"({store.origin}: new since" in capsys.readouterr().out


def test_an_old_copy_in_place_of_the_store_shows(alone, tmp_path, opened, capsys):
    old = tmp_path / "old.sqlite"
    shutil.copy(alone.address, old)
    kiosk, shared = opened("K1", alone.local), opened("S1", alone.address)
    for _ in range(2):
        tell(kiosk)
        keep_heads(kiosk, sync(kiosk, shared).seen)
    kiosk.close(), shared.close()
    shutil.copy(old, alone.address)
    assert alone.run("verify", "shared") == 1
    assert "event 7 is missing at the end: this machine (local.sqlite)" in capsys.readouterr().out


def test_a_device_whose_whole_history_is_gone_shows(place, capsys):
    with owner(place.address) as run:
        run("DELETE FROM event WHERE origin = ?", place.origin)
        run("DELETE FROM sealed")
    assert place.run("verify", "shared") == 1
    assert f"{place.origin}: all its events are gone" in capsys.readouterr().out


def test_a_receipt_is_proof_of_its_case(alone, tmp_path, capsys):
    receipt = tmp_path / "receipts.txt"
    receipt.write_text(f"# from two receipts\n{alone.case.number} {alone.case.seal[:8]}\n", "utf-8")
    assert alone.run("verify", "shared", "--noted", str(receipt)) == 0
    receipt.write_text(f"{alone.case.number} 00000000\nZC-000 12345678\n", "utf-8")
    assert alone.run("verify", "shared", "--noted", str(receipt)) == 1
    told = capsys.readouterr().out
    assert f"is not what receipts.txt shows: case {alone.case.number}" in told
    assert "case ZC-000 is not here, and receipts.txt shows it" in told


def test_heads_on_paper_are_short_and_can_be_typed_back(alone, tmp_path, capsys):
    assert alone.run("heads", "shared") == 0
    paper = capsys.readouterr().out
    assert max(len(line) for line in paper.splitlines()) < 50
    (tmp_path / "typed.txt").write_text(paper.upper().replace("AT ", "at "), "utf-8")
    typed = (tmp_path / "typed.txt").read_text().replace(alone.origin.upper(), alone.origin)
    (tmp_path / "typed.txt").write_text(typed)
    assert alone.run("verify", "shared", "--noted", str(tmp_path / "typed.txt")) == 0


def test_a_note_that_says_something_else_is_named_with_its_line(alone, tmp_path, capsys):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("at 2026-11-24T10:00:00\nhello world and more\n")
    assert alone.run("verify", "--noted", str(wrong)) == 2
    assert "wrong.txt, line 2: takes ORIGIN SEQ HASH" in capsys.readouterr().err


def test_looking_at_evidence_writes_nothing_and_makes_nothing(alone, tmp_path, capsys):
    before = Path(alone.address).read_bytes()
    alone.run("verify", "shared")
    assert Path(alone.address).read_bytes() == before
    assert alone.run("verify", str(tmp_path / "nothing.sqlite")) == 1
    assert "there is no store at" in capsys.readouterr().err
    assert not (tmp_path / "nothing.sqlite").exists()


def test_a_text_that_is_no_text_any_more_is_one_trouble_among_others(alone, capsys):
    raw = sqlite3.connect(alone.address)
    raw.execute("DROP TRIGGER event_no_update")
    raw.execute(
        "UPDATE event SET body = CAST(x'ff00fe' AS TEXT) WHERE seq = 2 AND origin = ?",
        (alone.origin,),
    )
    raw.commit()
    raw.close()
    assert alone.run("verify", "shared") == 1
    assert f"{alone.origin}/2: is not as it was written" in capsys.readouterr().out


def test_a_store_of_another_hall_is_said_to_be_one(alone, opened, tmp_path, capsys):
    other = Store.open(tmp_path / "other.sqlite", hall="999999", device="K1")
    tell(other)
    other.close()
    assert alone.run("verify", str(tmp_path / "other.sqlite")) == 1
    assert "there is nothing of hall 370800 here, but of 999999" in capsys.readouterr().out


def test_what_a_shared_store_lost_stays_kept_and_is_noted_until_it_has_it_again(alone, opened):
    kiosk = opened("K1", alone.local)
    kept = json.loads(kiosk.fact(KEPT))["heads"]
    keep_heads(kiosk, {})
    told = json.loads(kiosk.fact(KEPT))
    assert told["heads"] == kept
    assert told["at"] <= wall_ms()
    assert json.loads(kiosk.fact(LOST))["origins"] == sorted(kept)


def test_a_pass_of_the_program_keeps_the_heads(alone, opened):
    kiosk = opened("K1", alone.local)
    case, _ = tell(kiosk)
    kiosk.append(case.case_id, Accepted("desk"))
    kiosk.close()
    for _ in range(2):
        assert alone.run("sync", "--once") == 0
    kept = json.loads(opened("K1", alone.local).fact(KEPT))["heads"]
    assert kept[alone.origin][0] == 8
