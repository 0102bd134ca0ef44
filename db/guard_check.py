"""Whether the guards of a shared Postgres store stand, and what is missing of them, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.engine import connect, translated
from db.guard import LOG, fingerprint, leaves, parts, role_name
from db.scope import ROLES
from db.upgrade import HEAD

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at a shared store found: what is missing, and what its owner may want to know."""

    missing: tuple[str, ...]
    advice: tuple[str, ...]


def check(address: str) -> Findings:
    """What is missing of the guards, in words. Raises StoreTrouble."""
    with translated(), connect(address) as raw:
        if raw.execute("SELECT to_regnamespace('guard')").fetchone() == (None,):
            return Findings(("the guards are missing: zhaocha store init sets them up",), ())
        return Findings(tuple(_missing(raw)), tuple(_advice(raw)))


def _missing(raw: "psycopg.Connection") -> Iterable[str]:
    database = raw.info.dbname
    (there,) = raw.execute("SELECT version_num FROM alembic_version").fetchone() or ("nothing",)
    if there != HEAD:
        yield f"the tables are at revision {there}, this program wants {HEAD}"
    on = _column(
        raw,
        "SELECT oid::regclass::text FROM pg_class "
        "WHERE relrowsecurity AND oid = ANY (%s::regclass[])",
        parts(raw),
    )
    for table in parts(raw):
        if table not in on:
            yield f"row-level security is off for {table}: every login reads every row of it"
    alive = _column(
        raw,
        "SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE tgenabled = 'A' "
        "AND tgrelid = ANY (%s::regclass[])",
        parts(raw, LOG),
    )
    for trigger in (
        *(f"{table}.guard_append_only" for table in parts(raw, LOG)),
        *(f"{table}.guard_by_law" for table in leaves(raw, "sealed")),
        *(f"{table}.guard_comes_late" for table in leaves(raw, "sealed")),
        "event.guard_tell",
    ):
        if trigger not in alive:
            yield "the trigger {1} of {0} is missing or off".format(*trigger.split("."))
    yield from _rights_too_many(raw, database)
    yield from _logins_amiss(raw, database)
    said = raw.execute("SELECT obj_description('guard'::regnamespace)").fetchone()
    if said != (fingerprint(raw),):
        yield "the guards are not as zhaocha store init of this program leaves them"


def _rights_too_many(raw: "psycopg.Connection", database: str) -> Iterable[str]:
    owner = role_name(database, "owner")
    for table, whose, right in raw.execute(
        "SELECT c.oid::regclass::text, coalesce(r.rolname, 'everybody'), a.privilege_type "
        "FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE c.oid = ANY (%s::regclass[]) AND r.rolname IS DISTINCT FROM %s "
        "AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES')",
        [parts(raw, LOG), owner],
    ):
        yield f"{whose} may {right} {table}"
    for table, whose in raw.execute(
        "SELECT c.oid::regclass::text, pg_get_userbyid(c.relowner) FROM pg_class c "
        "WHERE c.oid = ANY (%s::regclass[]) AND pg_get_userbyid(c.relowner) <> %s",
        [parts(raw), owner],
    ):
        yield f"{table} belongs to {whose} and not to {owner}"
    for right in ("CONNECT", "TEMPORARY"):
        if raw.execute(
            "SELECT FROM pg_database d, "
            "aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a "
            "WHERE d.datname = %s AND a.grantee = 0 AND a.privilege_type = %s",
            [database, right],
        ).rowcount:
            yield f"everybody on this server has {right} on the database"


def _logins_amiss(raw: "psycopg.Connection", database: str) -> Iterable[str]:
    groups = [role_name(database, role) for role in ("owner", *ROLES)]
    known = {name: role for name, role in raw.execute("SELECT name, role FROM guard.login")}
    there = {
        name: (may, above)
        for name, may, above in raw.execute(
            "SELECT rolname, rolcanlogin, "
            "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication "
            "FROM pg_roles WHERE rolname = ANY (%s)",
            [list(known)],
        )
    }
    for name, role in known.items():
        if not there.get(name, (False, False))[0]:
            yield f"the login {name} was granted and is not there"
        elif there[name][1]:
            yield f"the login {name} has rights over the whole server"
        if (name, role_name(database, role)) not in set(_members(raw, groups)):
            yield f"the login {name} has not the rights of a {role}"
    for name, group in _members(raw, groups):
        if group != groups[0] and (name not in known or role_name(database, known[name]) != group):
            yield f"{name} has the rights of {group} and was not granted them here"
        if group == groups[0] and name in known:
            yield f"the login {name} has the rights of the owner"


def _members(raw: "psycopg.Connection", groups: list[str]) -> list[tuple[str, str]]:
    found = raw.execute(
        "SELECT m.rolname, g.rolname FROM pg_auth_members a "
        "JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid "
        "WHERE g.rolname = ANY (%s) AND m.rolname <> current_user "
        "AND NOT (m.rolsuper AND g.rolname = %s)",
        [groups, groups[0]],
    )
    return [(str(member), str(group)) for member, group in found]


def _advice(raw: "psycopg.Connection") -> Iterable[str]:
    wanted = {
        "fsync": ("on", "a power cut may damage the whole server"),
        "full_page_writes": ("on", "a power cut may damage pages of it"),
        "password_encryption": ("scram-sha-256", "passwords set otherwise are kept as MD5"),
        "ssl": ("on", "kiosks on other machines cannot ask for verify-full"),
        "archive_mode": ("on", "there is no going back to a minute (docs/postgres.md, backup)"),
    }
    for name, (value, why) in wanted.items():
        (found,) = raw.execute("SELECT current_setting(%s)", [name]).fetchone() or ("",)
        if found != value and not (name == "archive_mode" and found == "always"):
            yield f"{name} is {found}: {why}"
    if raw.execute("SELECT current_setting('synchronous_commit')").fetchone() == ("off",):
        yield "synchronous_commit is off: what a kiosk was told is kept may be lost in a power cut"


def _column(raw: "psycopg.Connection", statement: str, *values: object) -> set[str]:
    return {str(row[0]) for row in raw.execute(statement, values)}
