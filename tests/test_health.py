"""How machines are: what shows when, in words, as an exit code and as figures."""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from db.beat import PAPER, Beat, Pulse, beat_of, beats, exchange, forget
from db.engine import StoreTrouble
from db.event import wall_ms
from db.kept import keep_heads
from db.sync import SyncState, sync
from kiosk import RESOURCES, app
from kiosk.__main__ import main
from kiosk.catalogue import load as load_catalogue
from kiosk.health import Bad, Bounds, What, health, prometheus
from kiosk.intake import Intake
from kiosk.paper.printers import PrinterState, Why
from kiosk.settings import load
from kiosk.web.metrics import Figures, metrics
from kiosk.web.page import Tracking
from kiosk.workdays import Workdays
from tests.hall import found
from tests.people import HALL, tell

DAYS = Workdays()
#: A Tuesday, the hall open since nine.
NOW = datetime(2026, 11, 24, 10)
CATALOGUE = load_catalogue(RESOURCES / "catalogue" / "sample")


def ms(moment):
    return int(moment.timestamp() * 1000)


WELL = Beat(
    "K1",
    ms(NOW),
    free_mb=9000,
    offset_ms=200,
    said_ms=ms(NOW - timedelta(hours=1)),
    screen_ms=ms(NOW),
    paper="正常",
)


def shown(beat, now=NOW, **more):
    return [(row.what, row.bad) for row in health([beat], DAYS, now, **more)]


@pytest.mark.parametrize(
    ("told", "what", "bad"),
    [
        ({}, What.WELL, Bad.WELL),
        ({"at_ms": ms(NOW - timedelta(minutes=19))}, What.WELL, Bad.WELL),
        ({"at_ms": ms(NOW - timedelta(minutes=21))}, What.SILENT, Bad.ACT),
        ({"screen_ms": ms(NOW - timedelta(minutes=11))}, What.SCREEN, Bad.ACT),
        ({"screen_ms": None}, What.WELL, Bad.WELL),
        ({"free_mb": 499}, What.DISK, Bad.LOOK),
        ({"free_mb": 99}, What.DISK, Bad.ACT),
        ({"free_mb": None}, What.WELL, Bad.WELL),
        ({"paper": "没纸了", "paper_stops": True}, What.PAPER, Bad.ACT),
        ({"paper": "纸快用完", "paper_low": True}, What.PAPER, Bad.LOOK),
        ({"offset_ms": 61_000}, What.CLOCK, Bad.LOOK),
        ({"offset_ms": None}, What.WELL, Bad.WELL),
        ({"unsent": 3, "unsent_ms": ms(NOW - timedelta(minutes=31))}, What.UNSENT, Bad.LOOK),
        ({"unsent": 3, "unsent_ms": ms(NOW - timedelta(minutes=29))}, What.WELL, Bad.WELL),
        ({"lost_ms": ms(NOW - timedelta(days=6))}, What.LOST, Bad.LOOK),
        ({"lost_ms": ms(NOW - timedelta(days=8))}, What.WELL, Bad.WELL),
        ({"said_ms": None}, What.WELL, Bad.WELL),
        ({"restarts": 2, "restarted_ms": ms(NOW)}, What.WELL, Bad.WELL),
        ({"restarts": 3, "restarted_ms": ms(NOW)}, What.RESTARTED, Bad.LOOK),
    ],
)
def test_each_trouble_shows_from_its_bound_on(told, what, bad):
    assert shown(replace(WELL, **told)) == [(what, bad)]


def test_a_clock_that_is_slow_and_has_been_corrected_for_is_not_silent():
    slow = replace(WELL, at_ms=ms(NOW - timedelta(hours=2)), offset_ms=-7_200_000)
    assert shown(slow) == [(What.CLOCK, Bad.LOOK)]


@pytest.mark.parametrize(
    ("now", "silent"),
    [
        (datetime(2026, 11, 24, 8, 30), False),  # before it opens
        (datetime(2026, 11, 24, 9, 15), False),  # machines are being switched on
        (datetime(2026, 11, 24, 9, 21), True),
        (datetime(2026, 11, 24, 12, 30), False),  # over noon
        (datetime(2026, 11, 24, 13, 45), False),
        (datetime(2026, 11, 24, 20), False),
        (datetime(2026, 11, 28, 10), False),  # a Saturday
    ],
)
def test_a_machine_that_was_off_over_night_is_silent_once_the_hall_has_been_open_for_a_while(
    now, silent
):
    last = replace(WELL, at_ms=ms(datetime(2026, 11, 23, 17)), said_ms=None)
    assert (shown(last, now) == [(What.SILENT, Bad.ACT)]) is silent


def test_what_a_silent_machine_said_of_itself_is_not_repeated():
    last = replace(WELL, at_ms=ms(NOW - timedelta(hours=1)), paper_stops=True, free_mb=1)
    assert shown(last) == [(What.SILENT, Bad.ACT)]


@pytest.mark.parametrize(
    ("said", "quiet"),
    [
        (date(2026, 11, 17), False),  # 18, 19, 20, 23 went by
        (date(2026, 11, 16), True),
        (date(2026, 9, 30), True),
    ],
)
def test_service_days_without_any_feedback_are_counted_and_weekends_are_none(said, quiet):
    told = replace(WELL, said_ms=ms(datetime(said.year, said.month, said.day, 16)))
    assert (shown(told) == [(What.QUIET, Bad.LOOK)]) is quiet


def test_rows_come_the_worst_first_with_since_when_in_words():
    rows = health(
        [
            replace(WELL, device="K2"),
            replace(WELL, device="K3", free_mb=300),
            replace(WELL, device="K1", at_ms=ms(NOW - timedelta(hours=1)), offset_ms=None),
        ],
        DAYS,
        NOW,
        passes=("K2", SyncState(None, NOW.astimezone(), "no answer")),
    )
    assert [(r.device, r.bad) for r in rows] == [
        ("K1", Bad.ACT),
        ("K2", Bad.LOOK),
        ("K3", Bad.LOOK),
    ]
    assert rows[0].since == NOW - timedelta(hours=1)
    assert rows[1].words.say("zh") == "连不上共享库：no answer"
    assert rows[2].words.say("en") == "The disk is nearly full: 300 MB left"


# --- beats on their way -----------------------------------------------------------------------


@pytest.fixture
def shared(opened, owned_address):
    return found(opened("S1", owned_address))


def test_a_machine_says_what_it_has_not_sent_and_since_when(opened, shared):
    kiosk = opened("K1")
    begun = wall_ms()
    tell(kiosk), tell(kiosk)
    before = beat_of(kiosk, "1")
    assert before.unsent == 2
    assert begun <= before.unsent_ms <= before.said_ms <= wall_ms()
    for _ in range(2):
        keep_heads(kiosk, sync(kiosk, shared).seen)
    after = beat_of(kiosk, "1")
    assert (after.unsent, after.unsent_ms) == (0, None)
    assert after.free_mb > 0


def test_every_machine_hears_of_every_other_and_a_beat_replaces_the_one_before(opened, shared):
    first, second = opened("K1"), opened("K2")
    for free in (9000, 100):
        for store in (first, second):
            exchange(store, shared, replace(WELL, device=store.device, free_mb=free))
    exchange(first, shared, replace(WELL, device="K1", free_mb=100))
    assert {d: b.free_mb for d, b in beats(first).items()} == {"K1": 100, "K2": 100}
    assert len(shared.facts("beat:")) == 2
    assert forget(shared, "K2") and not forget(shared, "K2")
    exchange(first, shared, WELL)
    assert set(beats(first)) == {"K1"}
    assert shared.counts().keys() == found(opened("X1")).counts().keys()


def test_a_beat_of_another_hall_or_of_a_newer_program_troubles_nobody(local):
    local.set_fact(f"beat:{HALL}/K8", json.dumps({"device": "K8", "at_ms": 5, "moon": "full"}))
    local.set_fact(f"beat:{HALL}/K9", "no json")
    local.set_fact("beat:999999/K7", json.dumps({"device": "K7", "at_ms": 5}))
    assert beats(local) == {"K8": Beat("K8", 5)}


def test_the_clock_is_compared_with_the_shared_store(opened, database):
    kiosk, server = opened("K1"), opened("S1", database)
    pulse = Pulse(kiosk, "1", 300)
    pulse.good(server)
    assert abs(beats(kiosk)["K1"].offset_ms) < 2000
    assert beats(server).keys() == {"K1"}


def test_a_machine_beats_at_once_then_now_and_then_and_again_once_it_is_back(opened, shared):
    kiosk, now = opened("K1"), [0.0]
    pulse = Pulse(kiosk, "1", 300, lambda: now[0])

    def beaten(did):
        shared.forget_fact(f"beat:{HALL}/K1")
        did()
        return "K1" in beats(shared)

    assert beaten(lambda: pulse.good(shared))
    now[0] = 299
    assert not beaten(lambda: pulse.good(shared))
    now[0] = 300
    assert beaten(lambda: pulse.good(shared))
    now[0] = 310
    pulse.failed()
    assert beaten(lambda: pulse.good(shared))
    assert not beaten(lambda: pulse.good(shared))


def test_a_shared_store_that_takes_no_beat_stops_nothing(tmp_path, opened, database, capsys):
    import psycopg

    kiosk = opened("K1")
    opened("S1", database).close()
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("CREATE ROLE beatless LOGIN")
        owner.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO beatless")
        owner.execute("REVOKE INSERT ON fact FROM beatless")
        try:
            owner.execute("INSERT INTO fact VALUES ('origin:S2', 'S2-ABCDEF')")
            owner.execute("INSERT INTO fact VALUES ('x', 'y')")
            shared = opened("S1", database.replace("//postgres:@", "//beatless:@"))
            Pulse(kiosk, "1", 300).good(shared)
            assert set(beats(kiosk)) == {"K1"}
            assert "the shared store takes no beat: " in capsys.readouterr().err
            shared.close()
        finally:
            owner.execute("DROP OWNED BY beatless")
            owner.execute("DROP ROLE beatless")


class Printer:
    width_mm = 80

    def __init__(self):
        self.is_ = PrinterState()

    def state(self):
        return self.is_


def test_the_kiosk_notes_its_paper_when_it_changes_and_once_a_minute(local):
    printer, now = Printer(), [NOW]
    intake = Intake(found(local), printer, CATALOGUE, DAYS, address="", now=lambda: now[0])

    def noted():
        intake.printer_state()
        return json.loads(local.fact(PAPER))

    assert noted() == {"at": ms(NOW), "words": "正常", "stops": False, "low": False}
    now[0] += timedelta(seconds=59)
    assert noted()["at"] == ms(NOW)
    printer.is_ = PrinterState(Why.NO_PAPER)
    assert noted() == {"at": ms(now[0]), "words": "没纸了", "stops": True, "low": False}
    now[0] += timedelta(seconds=60)
    assert noted()["at"] == ms(now[0])
    now[0] -= timedelta(days=400)
    assert noted()["at"] == ms(now[0])
    assert beat_of(local, "1").paper_stops


# --- the command and the monitor --------------------------------------------------------------


def status(data, *words):
    return main(["status", *words, "--data", str(data)])


def test_status_says_in_words_how_machines_are_and_ends_with_how_bad_it_is(
    tmp_path, opened, capsys
):
    assert status(tmp_path) == 2
    assert "there is no store at" in capsys.readouterr().err
    kiosk = opened("K1", tmp_path / "local.sqlite")
    shared = opened("S1", tmp_path / "shared.sqlite")
    found(shared)
    assert main(["sync", "--once", "--data", str(tmp_path)]) == 0
    assert status(tmp_path) == 0
    assert re.search(r"^well  K1 +All is well", capsys.readouterr().out, re.M)
    kiosk.set_fact(PAPER, json.dumps({"at": wall_ms(), "words": "纸快用完", "low": True}))
    assert status(tmp_path) == 1
    assert "look  K1       Printer: Paper nearly ended" in capsys.readouterr().out
    kiosk.set_fact(PAPER, json.dumps({"at": 1, "words": "卡纸", "stops": True}))
    assert status(tmp_path) == 2
    assert "ACT   K1       Printer: Paper jam" in capsys.readouterr().out
    assert status(tmp_path, "forget", "K1") == 0
    assert status(tmp_path, "forget", "K1") == 1
    assert status(tmp_path, "fly") == 2


def test_a_monitor_reads_figures_that_parse(opened, tmp_path):
    kiosk = opened("K1", tmp_path / "local.sqlite")
    shared = opened("S1", tmp_path / "shared.sqlite")
    exchange(kiosk, shared, WELL)
    text = app.figures(load(tmp_path), shared)
    line = r'zhaocha_\w+\{device="K1"\} -?[0-9.e+]+'
    told = [row for row in text.splitlines() if not row.startswith("#")]
    assert len(told) == 10 and all(re.fullmatch(line, row) for row in told)
    assert 'zhaocha_disk_free_bytes{device="K1"} 9e+09' in text
    odd = replace(WELL, device='a"b\\c\nd')
    assert r'{device="a\"b\\c d"}' in prometheus([odd], [], NOW)


def test_figures_come_from_one_open_store_and_from_another_one_after_trouble(opened):
    opened_so_far, away = [], [False]

    def open_store():
        opened_so_far.append(opened("K1"))
        return opened_so_far[-1]

    def text(store):
        if away[0]:
            raise StoreTrouble("no answer")
        return f"{len(store.heads())}\n"

    page = Tracking(lambda: None, CATALOGUE, more=(metrics(Figures(open_store, text)),))
    there = TestClient(page.application(), client=("127.0.0.1", 5000))
    assert [there.get("/metrics").status_code for _ in range(3)] == [200] * 3
    assert len(opened_so_far) == 1
    away[0] = True
    assert there.get("/metrics").status_code == 503
    away[0] = False
    assert there.get("/metrics").text == "0\n"
    assert len(opened_so_far) == 2


def client(address, token=""):
    def read():
        return "zhaocha_bad 0\n"

    page = Tracking(lambda: None, CATALOGUE, more=(metrics(read, token),))
    return TestClient(page.application(), client=(address, 5000))


def test_only_this_machine_or_whoever_shows_the_token_reads_figures():
    def asked(there, **headers):
        return there.get("/metrics", headers=headers).status_code

    assert asked(client("127.0.0.1")) == 200
    assert asked(client("10.0.0.7")) == 404
    assert asked(client("127.0.0.1"), **{"X-Forwarded-For": "10.0.0.7"}) == 404
    secret = client("10.0.0.7", "open sesame")
    assert asked(secret, Authorization="Bearer open sesame") == 200
    assert asked(secret, Authorization="Bearer open") == 404
    assert asked(secret) == asked(client("127.0.0.1", "open sesame")) == 404


def test_bounds_come_from_the_settings(tmp_path):
    assert Bounds.read(load(tmp_path)) == Bounds()
