"""Going back to a minute before: the machines bring again what the server has forgotten."""

import subprocess

import psycopg

from db.guard import install
from db.guard_check import check
from db.logins import grant
from db.store import Store
from db.sync import sync
from db.verify import verify
from tests.people import HALL, tell
from tests.servers import (
    answers,
    free_port,
    given,
    run_as,
    running,
    server_folder,
    system_postgres,
    tls_postgres,
)


def test_a_server_that_was_set_back_gets_everything_again_from_the_machines(tmp_path):
    programs = system_postgres()
    with server_folder() as place:
        archive, base = place / "archive", place / "base"
        archive.mkdir()
        given(place)
        kept = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"}
        local = Store.open(tmp_path / "k.sqlite", hall=HALL, device="K1")
        desk = Store.open(tmp_path / "d.sqlite", hall=HALL, device="D4")
        with tls_postgres(**kept) as server:
            install(server.owner)
            login, _ = grant(server.owner, "kiosk", HALL, "K1")
            told(local, as_kiosk(server.owner, login))
            # Written at the server itself, as `zhaocha staff` does, and heard by a desk.
            assert called(server.owner, "c0", desk) == 2
            backup = ("-D", base, "-c", "fast", "-X", "stream", "--no-sync", "-d", server.owner)
            subprocess.run(**run_as(programs / "pg_basebackup", *backup), check=True)
            told(local, as_kiosk(server.owner, login))
            with psycopg.connect(server.owner, autocommit=True) as owner:
                owner.execute("SELECT pg_create_restore_point('before')")
            told(local, as_kiosk(server.owner, login))
            assert called(server.owner, "c1", desk) == 3
        with (base / "postgresql.auto.conf").open("a") as settings:
            settings.write(
                f"restore_command = 'cp {archive}/%f \"%p\"'\n"
                "recovery_target_name = 'before'\nrecovery_target_action = 'promote'\n"
            )
        (base / "recovery.signal").touch()
        (base / "pg_hba.conf").write_text("local all all trust\n")
        given(place)
        port = free_port()
        address = f"postgresql://postgres@/zhaocha?host={place}&port={port}"
        listening = f"{address}&target_session_attrs=read-write"
        command = (programs / "postgres", "-D", base, "-p", port, "-k", place, "-h", "", "-F")
        with running(command, answers(listening)):
            assert check(address).missing == ()
            shared = Store.open(as_kiosk(address, login), hall=HALL, device="SK1")
            assert shared.heads()[local.origin].seq == 2
            assert sync(local, shared).pushed == 1
            shared.close()
            assert called(address, "c2", desk) == 1
            owner = Store.open(address, hall=HALL, device="V1")
            assert verify(owner).events == 6
            assert verify(owner).troubles == ()
            owner.close()
        local.close()
        desk.close()


def as_kiosk(address, login):
    return address.replace("postgres@", f"{login.name}@", 1)


def told(local, address):
    """Somebody says something, and it reaches the shared store."""
    tell(local)
    shared = Store.open(address, hall=HALL, device="SK1")
    assert sync(local, shared).pushed == 1
    shared.close()


def called(address, call_id, desk):
    """Somebody writes at the server itself: how many events a desk fetches after it."""
    owner = Store.open(address, hall=HALL, device="K9F")
    owner.call(call_id, "W05")
    made = sync(desk, owner)
    owner.close()
    return made.pulled
