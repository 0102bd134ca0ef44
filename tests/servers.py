"""Real servers for the tests of the shared store: Postgres with TLS and passwords, and PgBouncer.

The Postgres of every other test comes as a wheel and cannot speak TLS; this one is the system's.
Where a program is not installed, its tests are skipped and say so.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

pwd = pytest.importorskip("pwd", reason="these servers are set up as on Linux")

PATIENCE = 15


def system_postgres():
    """The folder of the system's newest Postgres programs; skips the test without one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
    if not found or not shutil.which("openssl"):
        pytest.skip("no Postgres of the system with TLS is installed (postgresql, openssl)")
    return found[-1].parent


def _version(path):
    return int(path.parent.parent.name)


def pgbouncer():
    """The PgBouncer program; skips the test without one."""
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if not found:
        pytest.skip("PgBouncer is not installed (Debian package pgbouncer)")
    return found


def _nobody():
    """Neither server runs as root: who it runs as, and what hands a folder to them."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def given(folder):
    """A folder that the server's user owns."""
    who = _nobody()
    for path in (folder, *folder.rglob("*")):
        if who:
            os.chown(path, who.pw_uid, who.pw_gid)
    return folder


def run_as(*command):
    who = _nobody()
    return {"args": [str(part) for part in command], "user": who.pw_uid if who else None}


@contextmanager
def server_folder(inside=None):
    """Not pytest's: another user must be able to enter it."""
    folder = Path(tempfile.mkdtemp(prefix="zhaocha-", dir=inside))
    try:
        yield given(folder)
    finally:
        shutil.rmtree(folder)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def running(command, ready):
    """A server that answers, until the block ends."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(**run_as(*command), stdout=log, stderr=log)
        try:
            until = time.monotonic() + PATIENCE
            while not ready():
                if process.poll() is not None or time.monotonic() > until:
                    log.seek(0)
                    raise AssertionError(log.read().decode())
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=PATIENCE)


def answers(address):
    """Whether a server takes this address by now."""

    def asked():
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
            return False
        return True

    return asked


def processes_of(first):
    """A process and its children, without those that have ended."""
    try:
        told = Path(f"/proc/{first}/task/{first}/children").read_text()
    except FileNotFoundError:
        return []
    return [pid for pid in (first, *map(int, told.split())) if lives(pid)]


def lives(pid):
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def listens(port, host="127.0.0.1"):
    """Whether somebody listens there by now."""

    def asked():
        try:
            socket.create_connection((host, port), 0.2).close()
        except OSError:
            time.sleep(0.02)
            return False
        return True

    return asked


class Authority:
    """A certification authority of this test's own."""

    def __init__(self, folder, name="test"):
        self.folder = folder
        self.certificate = folder / f"{name}-ca.crt"
        self._key = folder / f"{name}-ca.key"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2", "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.certificate,
        )  # fmt: skip

    def sign(self, host):
        """The certificate and the key of a server of that name."""
        request, key = self.folder / f"{host}.csr", self.folder / f"{host}.key"
        certificate, names = self.folder / f"{host}.crt", self.folder / f"{host}.names"
        names.write_text(f"subjectAltName=DNS:{host}")
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={host}", "-keyout", key, "-out", request,
        )  # fmt: skip
        self._openssl(
            "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key,
            "-CAcreateserial", "-days", "2", "-extfile", names, "-out", certificate,
        )  # fmt: skip
        key.chmod(0o600)
        return certificate, key

    def _openssl(self, *arguments):
        command = ["openssl", *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)


@contextmanager
def tls_postgres(**settings):
    """The system's Postgres on 127.0.0.1: TLS only, passwords only; everybody comes by socket."""
    programs = system_postgres()
    with server_folder() as folder:
        authority = Authority(folder)
        certificate, key = authority.sign("localhost")
        data, port = folder / "data", free_port()
        given(folder)
        made = run_as(programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-N")
        subprocess.run(**made, check=True, capture_output=True)
        (data / "pg_hba.conf").write_text(
            "local all all trust\nlocal replication all trust\n"
            "hostssl all all 127.0.0.1/32 scram-sha-256\n"
        )
        command = [programs / "postgres", "-D", data, "-p", port, "-k", folder]
        options = {
            "listen_addresses": "127.0.0.1",
            "ssl": "on",
            "ssl_cert_file": certificate,
            "ssl_key_file": key,
            "fsync": "off",
            **settings,
        }
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        address = f"postgresql://postgres@/postgres?host={folder}&port={port}"
        with running(command, answers(address)):
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE zhaocha")
            yield TlsServer(address.replace("/postgres?", "/zhaocha?"), port, authority, folder)


class TlsServer:
    """A running one: its owner's address, and what a machine elsewhere would say."""

    def __init__(self, owner, port, authority, folder):
        self.owner = owner
        self.port = port
        self.authority = authority
        self.folder = folder

    def address(self, login, password, *, host="localhost", port=None, ca=None):
        ca = ca or self.authority.certificate
        where = f"{host}:{port or self.port}"
        return (
            f"postgresql://{login}:{password}@{where}/zhaocha?sslmode=verify-full&sslrootcert={ca}"
        )


@contextmanager
def pooled(server, users):
    """PgBouncer before a server, in transaction mode, with one server session for each login.

    Yields its port. `users` is each login with its password.
    """
    program = pgbouncer()
    with server_folder() as folder:
        port = free_port()
        certificate, key = server.authority.sign("localhost")
        for file in (certificate, key):
            shutil.copy(file, folder / file.name)
        (folder / "users.txt").write_text(
            "".join(f'"{name}" "{password}"\n' for name, password in users.items())
        )
        (folder / "pgbouncer.ini").write_text(
            f"""
[databases]
zhaocha = host=localhost port={server.port} dbname=zhaocha
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = 1
auth_type = plain
auth_file = {folder / "users.txt"}
client_tls_sslmode = require
client_tls_cert_file = {folder / certificate.name}
client_tls_key_file = {folder / key.name}
server_tls_sslmode = verify-full
server_tls_ca_file = {server.authority.certificate}
logfile = {folder / "pgbouncer.log"}
"""
        )
        given(folder)
        with running([program, "-q", folder / "pgbouncer.ini"], listens(port)):
            yield port
