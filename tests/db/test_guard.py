"""What a stolen login of the shared store can do: nothing beyond its own machine's work."""

import tempfile
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from db import guard, part
from db.batch import COLUMNS, Batch, SealedRow
from db.engine import StoreRefused, StoreTrouble
from db.event import Head, canonical, next_event
from db.guard_check import check
from db.happening import KINDS, Appointed, Called, Erased, SignInFailed, Unlocked, write_body
from db.logins import grant, logins, revoke
from db.scope import ROLES
from db.seal import new_key, seal
from db.store import Store
from db.sync import sync
from db.terms import Role, State
from db.upgrade import HEAD
from db.verify import verify
from kiosk import store_commands
from kiosk.__main__ import main
from tests.db.guarded import OTHER_HALL, Guarded, as_login, lived_in, open_pair
from tests.db.guarded import guard as guard_all
from tests.doors import chain
from tests.hall import founding
from tests.people import ANGRY, HALL, IDEA, tell

MACHINES = ("kiosk K1", "desk K3", "track K4", "report R1", "auditor A1")


@pytest.fixture(scope="module")
def module_database(postgres):
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE guarded")
        yield postgres.replace("@/postgres?", "@/guarded?", 1)
        connection.execute("DROP DATABASE guarded WITH (FORCE)")


@pytest.fixture(scope="module")
def hall(module_database):
    """A guarded store with a hall's work in it, which no test here changes; its two cases."""
    guarded = guard_all(module_database)
    with tempfile.TemporaryDirectory() as folder:
        guarded.cases = lived_in(guarded, Path(folder))
    return guarded


@pytest.fixture
def guarded(database) -> Guarded:
    """A guarded store of this test's own, empty."""
    return guard_all(database)


@pytest.fixture
def pair(guarded, tmp_path):
    """Opens a machine's own store and the shared one: pair("kiosk K1", "K1")."""
    stores = []

    def opened(name, device, hall=HALL):
        stores.extend(open_pair(guarded, tmp_path, name, device, hall))
        return stores[-2:]

    yield opened
    for store in stores:
        store.close()


# --- what everybody is refused ----------------------------------------------------------------

#: On what a login can see, and on what it cannot: the log stays as it is.
TAMPERING = (
    "UPDATE event SET body = '{}'",
    "UPDATE event SET body = '{}' WHERE false",
    "DELETE FROM event",
    "TRUNCATE event",
    "UPDATE sealed SET content = ''",
    "DELETE FROM sealed",
    "TRUNCATE sealed",
    "TRUNCATE event, sealed CASCADE",
    "INSERT INTO event TABLE event ON CONFLICT (hall, origin, seq) DO UPDATE SET body = ''",
    "MERGE INTO event e USING event f ON e.seq = f.seq WHEN MATCHED THEN DELETE",
    "DROP TRIGGER guard_append_only ON event",
    "DROP TRIGGER event_append_only ON event",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "ALTER TABLE event DISABLE ROW LEVEL SECURITY",
    "DROP TABLE event",
    "CREATE POLICY mine ON event USING (true)",
    'DROP POLICY "select by desk" ON event',
    "CREATE TRIGGER t BEFORE INSERT ON event EXECUTE FUNCTION guard.append_only()",
    "CREATE RULE r AS ON INSERT TO event DO INSTEAD NOTHING",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMP TABLE event (a int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "SET ROLE guarded_owner",
    "SET SESSION AUTHORIZATION postgres",
    "GRANT guarded_owner TO CURRENT_USER",
    "CREATE ROLE thief LOGIN",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "UPDATE guard.login SET hall = '*'",
    "INSERT INTO guard.login VALUES (session_user || 'x', 'auditor', '*', '{}')",
    "DELETE FROM guard.told",
    "INSERT INTO guard.told SELECT hall, 'K1', origin, seq FROM event",
    "SELECT guard.tell()",
    "COPY event TO PROGRAM 'cat'",
    "COPY event TO '/tmp/stolen'",
    "SELECT pg_read_file('/etc/passwd')",
    "UPDATE alembic_version SET version_num = '9999'",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE guarded SET session_replication_role = replica",
    "SELECT * FROM pg_authid",
)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("deed", TAMPERING)
def test_no_login_changes_the_log_or_the_rules(hall, machine, deed):
    before = whole(hall)
    with hall.as_who(machine) as thief, pytest.raises(psycopg.Error) as refused:
        thief.execute(deed)
    assert isinstance(refused.value, InsufficientPrivilege), refused.value
    assert whole(hall) == before


def whole(hall):
    with hall.owner() as owner:
        return owner.execute(
            "SELECT (SELECT md5(string_agg(e::text, '' ORDER BY e::text)) FROM event e), "
            "(SELECT md5(string_agg(s::text, '' ORDER BY s::text)) FROM sealed s), "
            "(SELECT string_agg(polname, '' ORDER BY polname) FROM pg_policy), "
            "(SELECT string_agg(tgname, '' ORDER BY tgname) FROM pg_trigger)"
        ).fetchone()


@pytest.mark.parametrize("deed", [deed for deed in TAMPERING[:7] if "WHERE" not in deed])
@pytest.mark.parametrize("replica", [False, True])
def test_not_even_the_owner_of_the_server_changes_it_by_mistake(hall, deed, replica):
    with hall.owner() as owner:
        if replica:
            owner.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"):
            owner.execute(deed)


# --- reading ----------------------------------------------------------------------------------


def seen(hall, machine, what="hall || ' ' || origin || ' ' || kind", table="event"):
    with hall.as_who(machine) as connection:
        return {row[0] for row in connection.execute(f"SELECT {what} FROM {table}")}


@pytest.mark.parametrize("machine", [m for m in MACHINES if m != "desk K3"])
def test_only_a_desk_reads_what_is_sealed(hall, machine):
    with hall.as_who(machine) as thief, pytest.raises(InsufficientPrivilege):
        thief.execute("SELECT * FROM sealed")


def test_a_desk_reads_its_hall(hall):
    with hall.owner() as owner:
        (events,) = owner.execute("SELECT count(*) FROM event").fetchone()
    assert len(seen(hall, "desk K3", "origin || seq")) == events
    assert seen(hall, "desk K3", "origin", "sealed") == {
        origin for case, _ in hall.cases for origin in [case.sealed_at[0]]
    }


def test_a_kiosk_reads_its_own_cases_and_what_every_kiosk_has_to_know(hall):
    mine, others = (case for case, _ in hall.cases)
    told = seen(hall, "kiosk K1", "case_id || ' ' || kind")
    about = {
        kind for case, _, kind in (line.partition(" ") for line in told) if case == mine.case_id
    }
    assert about == {"registered", "accepted", "replied"}
    assert not [line for line in told if others.case_id in line]
    kinds = {line.partition(" ")[2] for line in told} - about
    assert kinds == {"appointed", "keymade", "rostered"}


def test_the_tracking_page_reads_no_case_without_its_code(hall):
    kinds = {line.split()[2] for line in seen(hall, "track K4")}
    assert kinds == {"appointed", "keymade", "rostered"}
    track = Store.open(hall.login("track K4"), hall=HALL, device="TK4")
    for case, code in hall.cases:
        assert track.find(code).case_id == case.case_id
        assert track.find(code).state is State.REPLIED
    assert track.find(type(code)("0" * 12, "")) is None
    track.close()


def test_a_report_has_no_keys_and_no_sign_ins(hall):
    kinds = {line.split()[2] for line in seen(hall, "report R1")}
    assert {"registered", "replied", "noted", "appointed"} <= kinds
    assert not kinds & part.SECRET


def test_an_auditor_checks_every_chain_and_writes_nothing(hall):
    auditor = Store.open(hall.login("auditor A1"), hall=HALL, device="V1")
    report = verify(auditor)
    assert report.troubles == ()
    with hall.owner() as owner:
        assert (report.events,) == owner.execute("SELECT count(*) FROM event").fetchone()
    auditor.close()


def test_a_machine_of_another_hall_sees_nothing_at_all(hall):
    for table in ("event", "fact", "guard.told"):
        assert (
            seen(hall, "kiosk of another hall", "hall" if table != "fact" else "name", table)
            == set()
        )
    with pytest.raises(StoreRefused, match="for hall 370900"):
        Store.open(hall.login("kiosk of another hall"), hall=HALL, device="K1")
    with hall.as_who("kiosk of another hall") as thief:
        assert thief.execute("SELECT * FROM guard.heads(%s)", [HALL]).fetchall() == []
        key = code_key_of(hall)
        assert thief.execute("SELECT * FROM guard.case_of(%s)", [key]).fetchall() == []


def code_key_of(hall):
    with hall.owner() as owner:
        query = "SELECT code_key FROM event WHERE code_key IS NOT NULL"
        return owner.execute(query).fetchone()[0]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "kiosk"])
def test_a_kiosk_does_not_become_something_else(hall, role):
    with hall.as_who("kiosk K1") as thief, pytest.raises(InsufficientPrivilege):
        thief.execute(f"SET ROLE guarded_{role}")


def test_a_login_that_acts_as_its_own_kind_sees_no_more_for_it(hall):
    with hall.as_who("kiosk K1") as thief:
        before = thief.execute("SELECT count(*) FROM event").fetchone()
        thief.execute("SET ROLE guarded_kiosk")
        assert thief.execute("SELECT count(*) FROM event").fetchone() == before


def test_facts_of_other_logins_are_out_of_sight(hall):
    assert {name.split("/")[0] for name in seen(hall, "kiosk K1", "name", "fact")} == {
        hall.logins["kiosk K1"].name
    }
    with hall.as_who("kiosk K1") as thief, pytest.raises(InsufficientPrivilege):
        thief.execute("INSERT INTO fact VALUES ('number_key', '00')")


# --- writing ----------------------------------------------------------------------------------


def made(happening, origin="K1-STOLEN", hall=HALL, case_id="forged", head=None):
    kind, body = write_body(happening)
    return next_event(hall, origin, head or Head(), 1 << 40, case_id, kind, 1, canonical(body))


MAYOR = Appointed("admin", "thief", "局长", Role.ADMINISTRATOR)
FORGED = {
    "another kiosk's event": ("kiosk K1", made(Called("W01"), "K2-STOLEN")),
    "the desk's event": ("kiosk K1", made(Called("W01"), "D3-STOLEN")),
    "an origin that only begins alike": ("kiosk K1", made(Called("W01"), "K11-STOLEN")),
    "another hall's event": ("kiosk K1", made(Called("W01"), hall=OTHER_HALL)),
    "an appointment": ("kiosk K1", made(MAYOR)),
    "the first administrator": ("kiosk K1", made(replace(MAYOR, by=""))),
    "wrong passwords that lock an account": ("kiosk K1", made(SignInFailed("admin"))),
    "an account unlocked": ("kiosk K1", made(Unlocked("", "admin"))),
    "a kiosk's event, from another hall": ("kiosk of another hall", made(Called("W01"))),
    "a kiosk's event, by the desk": ("desk K3", made(Called("W01"))),
    "another hall's event, by the desk": ("desk K3", made(MAYOR, "D3-A", OTHER_HALL)),
    "anything, by the tracking page": ("track K4", made(Called("W01"), "K4-A")),
    "anything, by a report": ("report R1", made(Called("W01"), "R1-A")),
    "anything, by an auditor": ("auditor A1", made(Called("W01"), "A1-A")),
}


@pytest.mark.parametrize("what", FORGED)
def test_no_login_writes_what_is_not_its_own_to_say(hall, what):
    machine, event = FORGED[what]
    columns = "hall, origin, seq, clock, case_id, kind, version, body, prev, hash"
    with hall.as_who(machine) as thief, pytest.raises(InsufficientPrivilege):
        thief.execute(f"INSERT INTO event ({columns}) VALUES ({', '.join(['%s'] * 10)})", event)


def test_a_kiosk_says_nothing_in_the_name_of_staff(hall):
    registered = KINDS["registered"](ANGRY, "N1", "2036-01-01", by="desk")
    with pytest.raises(StoreRefused), opened(hall, "kiosk K1") as shared:
        shared.receive(Batch((made(registered),)))


class opened:
    def __init__(self, hall, machine, of=HALL):
        self.store = Store.open(hall.login(machine), hall=of, device="S9")

    def __enter__(self):
        return self.store

    def __exit__(self, *_):
        self.store.close()


@pytest.mark.parametrize("kind", ["registered", "called", "joined"])
def test_a_kiosk_does_not_come_to_read_a_case_by_claiming_it(hall, kind):
    _, others = (case for case, _ in hall.cases)
    claims = {
        "registered": KINDS["registered"](ANGRY, "N1", "2036-01-01"),
        "called": Called("W01"),
        "joined": KINDS["joined"]("0" * 64, "0" * 64),
    }
    with opened(hall, "kiosk K1") as shared, pytest.raises(StoreRefused):
        shared.receive(Batch((made(claims[kind], case_id=others.case_id),)))


def test_what_is_sealed_goes_beside_ones_own_events_only(hall):
    rows = [
        SealedRow(HALL, "K2-STOLEN", 1, "phone", b"x"),
        SealedRow(OTHER_HALL, "K1-STOLEN", 1, "phone", b"x"),
    ]
    for row in rows:
        with opened(hall, "kiosk K1") as shared, pytest.raises(StoreRefused):
            shared.receive(Batch((), (row,)))


def test_a_hall_s_events_replayed_into_another_hall_are_refused(hall):
    with opened(hall, "desk K3") as desk:
        stolen = desk.lacking({}, 1000)
    with opened(hall, "kiosk of another hall", OTHER_HALL) as shared, pytest.raises(StoreRefused):
        shared.receive(stolen)


def test_what_a_login_has_no_right_to_is_refused_and_never_set_aside(pair):
    _, shared = pair("kiosk K1", "K1")
    own, foreign = made(Called("W01"), "K1-A"), made(Called("W01"), "K2-A")
    with pytest.raises(StoreRefused):
        shared.receive(Batch((own, foreign)))
    with pytest.raises(StoreRefused):
        shared.receive_all([Batch((own,)), Batch((foreign,))])
    assert shared.asides() == [] and shared.heads() == {}
    assert shared.receive(Batch((own,))) == 1


def test_a_bad_record_of_ones_own_is_set_aside_beside_its_neighbours(pair):
    kiosk, shared = pair("kiosk K1", "K1")
    events = chain("K1", [{"n": n} for n in range(4)], spoil=[1])
    kiosk.receive(Batch(tuple(events)))
    assert shared.receive(Batch(tuple(events))) == 3
    assert [(a.origin, a.seq) for a in shared.asides()] == [("K1-A", 2)]
    _, desk_shared = pair("desk K3", "D3")
    assert desk_shared.asides() == []
    for _ in range(2):
        again = sync(kiosk, shared)
        assert again.pushed == 0 and [a.seq for a in again.asides] == [2, 2]
    assert shared.see_asides() == 1 and shared.asides()[0].seen


# --- work goes on -----------------------------------------------------------------------------


def test_a_kiosk_and_a_desk_work_together_over_their_own_logins(pair, guarded):
    kiosk, kiosk_shared = pair("kiosk K1", "K1")
    desk, desk_shared = pair("desk K3", "D3")
    address = guarded.login("desk K3")
    staff = Store.open(address, hall=HALL, device="K3F")
    staff.append_hall("staff:admin", Appointed("", "admin", "管理员", Role.ADMINISTRATOR))
    staff.append_hall("staff:desk", Appointed("admin", "desk", "值守员", Role.CLERK))
    origin = staff.origin
    staff.close()
    again = Store.open(address, hall=HALL, device="K3F")
    assert again.origin == origin
    again.close()
    case, code = tell(kiosk)
    assert sync(kiosk, kiosk_shared).pushed == 1
    assert sync(desk, desk_shared).pulled == 3
    desk.append(case.case_id, KINDS["accepted"]("desk"))
    assert sync(desk, desk_shared).pushed == 1
    sync(kiosk, kiosk_shared)
    assert kiosk.find(code).state is kiosk_shared.find(code).state is State.ACCEPTED
    assert sync(kiosk, kiosk_shared) == sync(desk, desk_shared)
    assert verify(kiosk).troubles == verify(desk).troubles == ()


def test_a_batch_that_is_sent_twice_is_taken_once(pair):
    kiosk, shared = pair("kiosk K1", "K1")
    for _ in range(3):
        tell(kiosk)
    assert shared.receive(kiosk.lacking({}, 2)) == 2
    assert shared.receive(kiosk.lacking({}, 10)) == 1
    assert shared.receive(kiosk.lacking({}, 10)) == 0


def test_a_citizen_goes_on_with_their_case_at_another_kiosk(pair):
    first, first_shared = pair("kiosk K1", "K1")
    second, second_shared = pair("kiosk K2", "K2")
    case, code = tell(first, IDEA)
    sync(first, first_shared)
    sync(second, second_shared)
    assert second.find(code) is None
    assert second_shared.find(code).case_id == case.case_id


def test_a_store_that_lost_its_newest_events_gets_them_from_the_machines_they_are_of(
    pair, guarded, tmp_path
):
    kiosk, kiosk_shared = pair("kiosk K1", "K1")
    desk, desk_shared = pair("desk K3", "D3")
    owner = Store.open(guarded.address, hall=HALL, device="F1")
    owner.receive(founding())
    owner.close()
    case, code = tell(kiosk)
    sync(kiosk, kiosk_shared)
    sync(desk, desk_shared)
    desk.append(case.case_id, KINDS["accepted"]("desk"))
    sync(desk, desk_shared)
    with guarded.owner() as connection:
        connection.execute("ALTER TABLE event DISABLE TRIGGER USER")
        connection.execute("DELETE FROM event WHERE case_id = %s", [case.case_id])
        connection.execute("DELETE FROM guard.told WHERE device <> ''")
        connection.execute("ALTER TABLE event ENABLE ALWAYS TRIGGER guard_tell")
    sync(desk, desk_shared)
    sync(kiosk, kiosk_shared)
    sync(kiosk, kiosk_shared)
    assert kiosk_shared.find(code).state is State.ACCEPTED
    assert kiosk.find(code).state is State.ACCEPTED


# --- granting and revoking --------------------------------------------------------------------


def test_a_revoked_login_is_out_at_once_with_its_open_sessions(guarded):
    name = guarded.logins["kiosk K1"].name
    open_session = guarded.as_who("kiosk K1")
    open_session.execute("SELECT count(*) FROM event")
    assert revoke(guarded.address, name) == 1
    with pytest.raises(psycopg.OperationalError):
        open_session.execute("SELECT count(*) FROM event")
    with pytest.raises(psycopg.OperationalError):
        guarded.as_who("kiosk K1")
    assert name not in [login.name for login in logins(guarded.address)]
    again, _ = grant(guarded.address, "kiosk", HALL, "K1")
    assert again.name == name
    with pytest.raises(ValueError, match="no login"):
        revoke(guarded.address, "postgres")


@pytest.mark.parametrize(
    ("role", "hall", "device", "why"),
    [
        ("kiosk", HALL, "K1", "revoke it first"),
        ("desk", HALL, "K1", "revoke it first"),
        ("owner", HALL, "K9", "a login is for"),
        ("kiosk", "all", "K9", "belongs to one hall"),
        ("kiosk", HALL, "K-9", "letters and digits"),
        ("kiosk", HALL, "K" * 60, "longer than"),
    ],
)
def test_a_login_that_cannot_be_is_refused_in_words(guarded, role, hall, device, why):
    with pytest.raises(ValueError, match=why):
        grant(guarded.address, role, hall, device)


def test_a_report_may_be_for_every_hall(guarded):
    login, _ = grant(guarded.address, "report", "all", "P1")
    for hall in (HALL, OTHER_HALL):
        store = Store.open(guarded.address, hall=hall, device="F1")
        store.append_hall("staff:admin", Appointed("", "admin", "管理员", Role.ADMINISTRATOR))
        store.close()
        report = Store.open(as_login(guarded.address, login.name), hall=hall, device="P1")
        assert [event.hall for event in report.all_events()] == [hall]
        report.close()


# --- the owner's commands ---------------------------------------------------------------------


def test_the_owner_sets_up_grants_checks_and_revokes_on_the_command_line(
    database, tmp_path, capsys
):
    def said(*words, code=0):
        assert store_commands.run(list(words)) == code
        return capsys.readouterr().out

    assert "the guards are missing" in said("check", database, code=1)
    assert "nothing is missing" in said("init", database)
    assert "nothing is missing" in said("init", database)
    assert "password (shown this once): " in said("grant", database, "kiosk", HALL, "K1")
    secret = tmp_path / "password"
    secret.write_text("a-password-of-the-operator\n")
    told = said("grant", database, "desk", HALL, "K2", str(secret))
    assert "a-password-of-the-operator" not in told
    assert "it writes as K2, D2, K2F" in told
    listed = said("logins", database).splitlines()
    assert [line.split(" · ")[1:] for line in listed] == [
        ["desk", HALL, "K2", "D2", "K2F"],
        ["kiosk", HALL, "K1"],
    ]
    assert "is no more" in said("revoke", database, listed[1].split(" · ")[0])
    assert main(["store", "init"]) == 2
    assert main(["store", "check", "postgresql://nobody@127.0.0.1:9/none"]) == 1
    with pytest.raises(ValueError, match="postgresql://"):
        store_commands.run(["init", "shared.sqlite"])


def test_an_owner_who_is_no_superuser_sets_everything_up(postgres):
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("CREATE ROLE keeper LOGIN CREATEROLE")
        owner.execute("CREATE DATABASE rented OWNER keeper")
    address = as_login(postgres, "keeper").replace("@/postgres?", "@/rented?", 1)
    guard.install(address)
    guard.install(address)
    login, _ = grant(address, "kiosk", HALL, "K1")
    assert check(address).missing == ()
    kiosk = Store.open(
        as_login(address.replace("keeper:", "postgres:"), login.name), hall=HALL, device="SK1"
    )
    assert kiosk.heads() == {}
    assert revoke(address, login.name) == 1
    kiosk.close()
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("DROP DATABASE rented WITH (FORCE)")


def test_a_store_of_many_halls_lies_in_partitions_that_are_guarded_each(database):
    guard.install(database, partitions=4)
    guarded = guard_all(database)
    with tempfile.TemporaryDirectory() as folder:
        lived_in(guarded, Path(folder))
    assert check(database).missing == ()
    with guarded.owner() as owner:
        parts = [row[0] for row in owner.execute("SELECT inhrelid::regclass FROM pg_inherits")]
        tables = [
            row[0] for row in owner.execute("SELECT relname FROM pg_class WHERE relkind = 'p'")
        ]
        assert sorted(tables) == ["event", "sealed"]
        indexes = [
            row[0]
            for row in owner.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'event'")
        ]
        assert sorted(indexes) == ["event_case", "event_code", "event_people", "event_pkey"]
        (place,) = owner.execute("SELECT DISTINCT tableoid::regclass::text FROM event").fetchone()
        for deed in (f"DELETE FROM {place}", f"TRUNCATE {place}", f"UPDATE {place} SET body = ''"):
            with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"):
                owner.execute(deed)
    with guarded.as_who("desk K3") as desk, pytest.raises(InsufficientPrivilege):
        desk.execute(f"SELECT * FROM {place}")
    assert len(parts) >= 8


def test_a_log_that_holds_something_is_not_laid_out_anew(hall):
    with pytest.raises(ValueError, match="while it is empty"):
        guard.install(hall.address, partitions=4)
    assert check(hall.address).missing == ()


BROKEN = {
    "ALTER TABLE event DISABLE ROW LEVEL SECURITY": "row-level security is off for event",
    "ALTER TABLE sealed DISABLE TRIGGER guard_append_only": "guard_append_only of sealed",
    "DROP TRIGGER guard_tell ON event": "guard_tell of event is missing",
    "GRANT UPDATE ON event TO {db}_desk": "{db}_desk may UPDATE event",
    "GRANT DELETE ON sealed TO PUBLIC": "everybody may DELETE sealed",
    "GRANT CONNECT ON DATABASE {db} TO PUBLIC": "everybody on this server has CONNECT",
    "ALTER TABLE event OWNER TO postgres": "event belongs to postgres",
    "ALTER ROLE {db}_kiosk_370800_K1 NOLOGIN": "was granted and is not there",
    "ALTER ROLE {db}_kiosk_370800_K1 BYPASSRLS": "has rights over the whole server",
    "GRANT {db}_auditor TO {db}_kiosk_370800_K1": "and was not granted them here",
    "GRANT {db}_owner TO {db}_kiosk_370800_K1": "has the rights of the owner",
    'DROP POLICY "insert by desk" ON event': "not as zhaocha store init",
    "CREATE POLICY more ON event USING (true)": "not as zhaocha store init",
    "GRANT EXECUTE ON FUNCTION guard.case_of(text) TO PUBLIC": "not as zhaocha store init",
    "UPDATE alembic_version SET version_num = '0001'": "tables are at revision 0001",
}


@pytest.mark.parametrize("deed", BROKEN)
def test_a_check_says_in_words_what_is_missing(hall, deed):
    with hall.owner() as owner:
        owner.execute(_quoted(deed))
    missing = check(hall.address).missing
    assert any(BROKEN[deed].format(db="guarded") in line for line in missing), missing
    _mend(hall)
    assert check(hall.address).missing == ()


def _quoted(deed):
    return deed.replace("{db}_kiosk_370800_K1", f'"guarded_kiosk_{HALL}_K1"').format(db="guarded")


def _mend(hall):
    """What an owner does after a check; roles are given back by hand."""
    kiosk = f'"guarded_kiosk_{HALL}_K1"'
    with hall.owner() as owner:
        owner.execute(f"ALTER ROLE {kiosk} LOGIN NOBYPASSRLS")
        owner.execute(f"REVOKE guarded_auditor, guarded_owner FROM {kiosk}")
        owner.execute("UPDATE alembic_version SET version_num = %s", [HEAD])
    guard.install(hall.address)


def test_every_kind_of_event_has_been_thought_of():
    """A new kind has to be given to kiosks or kept from them, here and in db/part.py."""
    staff_alone = part.STAFF_ONLY | part.SECRET | {"exported"}
    known = part.TO_EVERYBODY | part.BY_KIOSK | part.OF_CASE | staff_alone
    assert known == set(KINDS)
    assert not (part.TO_EVERYBODY | part.OF_CASE | part.BY_KIOSK) & staff_alone


def test_a_login_of_an_older_program_s_store_is_told_who_mends_it(guarded):
    with guarded.owner() as owner:
        owner.execute("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreTrouble, match="its owner runs zhaocha store init"):
        Store.open(guarded.login("kiosk K1"), hall=HALL, device="K1")


def test_what_is_sealed_goes_once_the_log_says_so_and_not_before(hall):
    owner = Store.open(hall.address, hall=HALL, device="F1")
    case = next(owner.case(e.case_id) for e in owner.all_events() if e.kind == "registered")
    with hall.owner() as raw:
        with pytest.raises(psycopg.errors.RaiseException, match="until the log says"):
            raw.execute("DELETE FROM sealed")
        rows = raw.execute("SELECT * FROM sealed WHERE origin = %s", [case.sealed_at[0]]).fetchall()
        assert rows
        owner.erase(case.case_id, Erased(("phone",), "the citizen asked"))
        # Nobody brings it back, from however old a copy.
        raw.execute("INSERT INTO sealed VALUES (%s, %s, %s, %s, %s)", rows[0])
        left = raw.execute("SELECT count(*) FROM sealed WHERE origin = %s", [case.sealed_at[0]])
        assert left.fetchone() == (0,)
    owner.close()


def test_an_erasure_is_heard_of_whatever_program_and_whichever_machine_wrote_it(hall):
    kiosk = Store.open(hall.login("kiosk K1"), hall=HALL, device="K1")
    case, _ = tell(kiosk, ANGRY, seal(new_key()[0], "phone", "13805370000"))
    last = next(e for e in kiosk.all_events() if e.case_id == case.case_id)
    kiosk.close()
    kind, body = write_body(Erased(("phone",), "the citizen asked"))
    said = next_event(
        *(HALL, last.origin, Head(last.seq, last.hash), last.clock + 1, case.case_id),
        *(kind, 1, canonical(body)),
    )
    with hall.owner() as raw:
        ours = ("SELECT count(*) FROM sealed WHERE origin = %s AND seq = %s", case.sealed_at)
        assert raw.execute(*ours).fetchone() == (1,)
        raw.execute(f"INSERT INTO event ({COLUMNS}) VALUES ({', '.join(['%s'] * 10)})", said)
        assert raw.execute(*ours).fetchone() == (0,)


def test_a_stolen_desk_erases_nothing(hall):
    desk = Store.open(hall.login("desk K3"), hall=HALL, device="K3")
    case_id = next(e.case_id for e in desk.all_events() if e.kind == "registered")
    with pytest.raises(StoreTrouble):
        desk.erase(case_id, Erased(("phone",), "nobody asked"))
    desk.close()
