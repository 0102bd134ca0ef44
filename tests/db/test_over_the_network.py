"""The shared store on another machine: TLS that knows its server, several servers, a pooler."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from db.engine import StoreTrouble, connect, weak_transport
from db.guard import install
from db.guard_check import check
from db.happening import Accepted, Appointed, Noted
from db.logins import grant, revoke
from db.store import Store
from db.sync import sync
from db.terms import Role, State
from db.verify import verify
from tests.people import HALL, tell
from tests.servers import Authority, pooled, server_folder, tls_postgres


@pytest.fixture(scope="module")
def server():
    """A guarded store with a login for a kiosk and one for a desk; passwords beside it."""
    with tls_postgres() as server:
        install(server.owner)
        server.users = {}
        for role, device in (("kiosk", "K1"), ("desk", "K3")):
            login, password = grant(server.owner, role, HALL, device)
            server.users[login.name] = password
            setattr(server, role, login.name)
        yield server


@pytest.fixture(scope="module")
def pooler(server):
    """The port of a pooler before it."""
    with pooled(server, server.users) as port:
        yield port


@pytest.fixture(params=["server", "pooler"])
def port(request, server):
    """Straight to the server, or through the pooler."""
    return server.port if request.param == "server" else request.getfixturevalue("pooler")


def way(server, role, port):
    name = getattr(server, role)
    return server.address(name, server.users[name], port=port)


def test_a_kiosk_reaches_its_store_over_tls_that_knows_the_server(server, port, tmp_path):
    address = way(server, "kiosk", port)
    local = Store.open(tmp_path / "k.sqlite", hall=HALL, device="K1")
    shared = Store.open(address, hall=HALL, device="SK1")
    _, code = tell(local)
    assert sync(local, shared).pushed == 1
    assert shared.find(code).state is State.REGISTERED
    with connect(address) as raw:
        assert raw.pgconn.ssl_in_use
    assert weak_transport(address) == ""
    for store in (local, shared):
        store.close()


def test_a_server_with_somebody_else_s_certificate_gets_no_word(server, port):
    with server_folder() as folder:
        other = Authority(folder, "impostor").certificate
        name = server.kiosk
        address = server.address(name, server.users[name], port=port, ca=other)
        with pytest.raises(StoreTrouble, match="certificate verify failed"):
            Store.open(address, hall=HALL, device="K1")


def test_a_certificate_for_another_name_is_not_taken(server, port):
    name = server.kiosk
    address = server.address(name, server.users[name], port=port, host="127.0.0.1")
    with pytest.raises(StoreTrouble, match="does not match host name"):
        Store.open(address, hall=HALL, device="K1")


def test_a_server_that_takes_tls_only_takes_nothing_else(server):
    plain = way(server, "kiosk", server.port).partition("?")[0] + "?sslmode=disable"
    with pytest.raises(StoreTrouble, match="no encryption"):
        Store.open(plain, hall=HALL, device="K1")


def test_a_wrong_password_and_a_revoked_login_stay_out(server):
    login, password = grant(server.owner, "kiosk", HALL, "K8", "a-password-of-the-operator")
    assert password == "a-password-of-the-operator"
    address = server.address(login.name, password)
    store = Store.open(address, hall=HALL, device="K8")
    with pytest.raises(StoreTrouble, match="password authentication failed"):
        Store.open(server.address(login.name, "something-else-altogether"), hall=HALL, device="K8")
    assert revoke(server.owner, login.name) == 1
    with pytest.raises(StoreTrouble):
        store.heads()
    with pytest.raises(StoreTrouble):
        Store.open(address, hall=HALL, device="K8")
    store.close()


def test_the_server_never_has_a_password_in_its_log_or_tables(server):
    with psycopg.connect(server.owner) as owner:
        for name, password in server.users.items():
            query = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
            (kept,) = owner.execute(query, [name]).fetchone()
            assert kept.startswith("SCRAM-SHA-256$")
            assert password not in kept


@pytest.mark.parametrize(
    "rest", ["", "?sslrootcert=ca.crt", "?target_session_attrs=read-write", "?connect_timeout=1"]
)
def test_an_address_over_a_network_has_to_say_something_of_tls(rest, monkeypatch):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    address = f"postgresql://kiosk@store.example.gov.cn,127.0.0.1/zhaocha{rest}"
    with pytest.raises(StoreTrouble, match="says nothing of TLS"):
        Store.open(address, hall=HALL, device="K1")


@pytest.mark.parametrize("rest", ["?nonsense=1", "/a b?sslmode"])
def test_an_address_that_cannot_be_read_is_said_to_be_one(rest):
    with pytest.raises(StoreTrouble, match="cannot be read"):
        Store.open(f"postgresql://kiosk@localhost{rest}", hall=HALL, device="K1")


def test_less_than_verify_full_is_taken_and_said_to_be_less():
    far = "postgresql://kiosk@store.example.gov.cn/zhaocha?sslmode="
    for mode in ("disable", "prefer", "require", "verify-ca"):
        assert "can pose as the server" in weak_transport(far + mode)
    assert weak_transport(far + "verify-full") == ""
    assert weak_transport("postgresql://kiosk@localhost/zhaocha") == ""
    assert weak_transport("shared.sqlite") == ""


def test_of_several_servers_the_one_that_takes_writing_is_found(server, postgres):
    reader = postgres.partition("host=")[2]
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE zhaocha")
        connection.execute("ALTER DATABASE zhaocha SET default_transaction_read_only = on")
    address = (
        f"postgresql://postgres@/zhaocha?host={reader},{server.folder}&port=5432,{server.port}"
        "&target_session_attrs=read-write"
    )
    store = Store.open(address, hall=HALL, device="F1")
    with psycopg.connect(server.owner) as owner:
        found = owner.execute("SELECT FROM fact WHERE name LIKE 'origin:F1@%'")
        assert found.rowcount == 1
    store.close()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE zhaocha WITH (FORCE)")


#: What one transaction could leave in a session for the next client of a pooler.
LEFT_BEHIND = {
    "prepared statements": "SELECT name FROM pg_prepared_statements",
    "advisory locks": "SELECT locktype FROM pg_locks WHERE locktype = 'advisory'",
    "tables of a session": "SELECT relname FROM pg_class WHERE relpersistence = 't'",
    "cursors": "SELECT name FROM pg_cursors WHERE is_holdable",
    "channels": "SELECT pg_listening_channels()",
    "settings": "SELECT name FROM pg_settings WHERE source = 'session' "
    "AND name NOT IN ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', "
    "'standard_conforming_strings')",
}


def test_through_a_pooler_nothing_of_one_client_is_left_for_the_next(server, pooler, tmp_path):
    desk = Store.open(way(server, "desk", pooler), hall=HALL, device="K3F")
    if not desk.people().founded:
        desk.append_hall("staff:admin", Appointed("", "admin", "管理员", Role.ADMINISTRATOR))
        desk.append_hall("staff:desk", Appointed("admin", "desk", "值守员", Role.CLERK))
    local = Store.open(tmp_path / "d.sqlite", hall=HALL, device="D3")
    sync(local, desk)
    case, _ = tell(local)
    local.append(case.case_id, Accepted("desk"))
    assert sync(local, desk).pushed == 2
    # What is there already is sent again; then one device writes from four threads at once.
    others = {at: head for at, head in local.heads().items() if not desk.scope.writes(at)}
    assert desk.receive(local.lacking(others, 1000)) == 0
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: desk.append(case.case_id, Noted("desk", str(n))), range(40)))
    assert verify(desk).troubles == ()
    for store in (local, desk):
        store.close()
    with psycopg.connect(way(server, "desk", pooler), autocommit=True) as raw:
        raw.prepare_threshold = None
        for what, question in LEFT_BEHIND.items():
            assert raw.execute(question).fetchall() == [], what


def test_an_owner_who_is_no_superuser_sets_everything_up(server):
    with psycopg.connect(server.owner, autocommit=True) as owner:
        owner.execute("CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'keeper-of-the-store'")
        owner.execute("CREATE DATABASE rented OWNER keeper")
    address = server.address("keeper", "keeper-of-the-store").replace("/zhaocha?", "/rented?")
    install(address)
    install(address)
    login, password = grant(address, "kiosk", HALL, "K1")
    assert check(address).missing == ()
    kiosk = Store.open(
        server.address(login.name, password).replace("/zhaocha?", "/rented?"),
        hall=HALL,
        device="SK1",
    )
    assert kiosk.heads() == {}
    assert revoke(address, login.name) == 1
    kiosk.close()


def test_a_program_says_once_that_the_way_is_not_safe(capsys):
    from kiosk import app

    address = "postgresql://kiosk@store.example.gov.cn/zhaocha?sslmode=require"
    for _ in range(3):
        app._warn(address)
    assert capsys.readouterr().err.count("the way to the shared store is not safe") == 1
