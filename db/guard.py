"""What the shared store on Postgres itself refuses, whatever program asks: roles, rights, row-level
security and triggers. `install` sets them up; db/guard_check.py says in words what is missing.

The guards live in a schema of their own, beside the log; migrations know nothing of them.
"""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from db.engine import StoreTrouble, connect, postgres_engine, translated
from db.part import BEGINS, BY_KIOSK, CLAIMS, OF_CASE, SECRET, TO_EVERYBODY, listed
from db.scope import ALL_HALLS, BEATS, ROLES
from db.upgrade import upgrade

if TYPE_CHECKING:
    import psycopg

#: Postgres 14 replaces a trigger in place.
OLDEST = 140000


def role_name(database: str, role: str) -> str:
    """The Postgres role of a kind of login; roles are the whole server's, so it has the
    database's name in front."""
    return f"{database}_{role}"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# --- setting up -------------------------------------------------------------------------------

TABLES = """
CREATE SCHEMA IF NOT EXISTS guard;
CREATE TABLE IF NOT EXISTS guard.login (
    name text PRIMARY KEY, role text NOT NULL, hall text NOT NULL, devices text[] NOT NULL,
    since timestamptz NOT NULL DEFAULT now());
-- Whom, beside its own device, an event is told: a device, or '' for every kiosk of the hall.
CREATE TABLE IF NOT EXISTS guard.told (
    hall text, device text, origin text, seq bigint, PRIMARY KEY (hall, device, origin, seq));
-- The month's numbers for a hall's kiosks, which do not see the cases they come from.
CREATE TABLE IF NOT EXISTS guard.board (hall text PRIMARY KEY, value text NOT NULL);
"""

# Each runs as its owner, with a search path that nobody else can put anything into.
_AS_OWNER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
# Always along an index: a plan made while the log was small would read all of a long one.
_BY_INDEX = (
    f"{_AS_OWNER} SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off "
    "SET plan_cache_mode = force_custom_plan"
)
# The same for a plan that is kept: only the right index has the order that is asked for.
_IN_ORDER = "SET enable_seqscan = off SET enable_sort = off"
_OF_ITS_CASE = (
    "SELECT * FROM event WHERE hall = n.hall AND case_id BETWEEN n.case_id AND n.case_id "
    "ORDER BY case_id OFFSET 0"
)
_DEVICE = "split_part({}origin, '-', 1)"

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION guard.scope()
    RETURNS TABLE (login text, role text, hall text, devices text[])
    LANGUAGE sql STABLE {_AS_OWNER} AS
    $$ SELECT name, role, hall, devices FROM guard.login WHERE name = session_user $$;

-- What the policies ask for every event is PL/pgSQL, which plans a query once a session.
CREATE OR REPLACE FUNCTION guard.hall() RETURNS text LANGUAGE plpgsql STABLE {_AS_OWNER} AS
    $$ BEGIN RETURN (SELECT hall FROM guard.login WHERE name = session_user); END $$;

CREATE OR REPLACE FUNCTION guard.devices() RETURNS text[] LANGUAGE plpgsql STABLE {_AS_OWNER} AS
    $$ BEGIN RETURN (SELECT devices FROM guard.login WHERE name = session_user); END $$;

CREATE OR REPLACE FUNCTION guard.begun_elsewhere(asked text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE {_AS_OWNER} {_IN_ORDER} AS $$
DECLARE
    mine guard.login;
BEGIN
    SELECT * INTO mine FROM guard.login WHERE name = session_user;
    RETURN (SELECT true FROM event WHERE hall = mine.hall AND case_id BETWEEN asked AND asked
        AND kind IN ({listed(BEGINS)}) AND {_DEVICE.format("")} <> ALL (mine.devices)
        ORDER BY case_id LIMIT 1) IS NOT NULL;
END $$;

-- One event in one statement, with the rights of whoever asks: true for a new one, false where its
-- place is taken, null where the event is not there after which it `goes_on`.
CREATE OR REPLACE FUNCTION guard.keep_event(
    hall text, origin text, seq bigint, clock bigint, case_id text, kind text, version int,
    body text, prev text, hash text, code_key text, goes_on boolean)
    RETURNS boolean LANGUAGE plpgsql {_IN_ORDER} AS $$
#variable_conflict use_column
BEGIN
    IF goes_on AND (SELECT hash FROM public.event WHERE hall = $1 AND origin = $2 AND seq < $3
        ORDER BY seq DESC LIMIT 1) IS DISTINCT FROM $9
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.event (hall, origin, seq, clock, case_id, kind, version, body, prev, hash,
        code_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION guard.case_of(asked text) RETURNS SETOF event
    LANGUAGE sql STABLE {_BY_INDEX} AS
    $$ SELECT * FROM event WHERE hall = guard.hall() AND kind IN ({listed(OF_CASE)})
       AND case_id = (SELECT case_id FROM event
           WHERE hall = guard.hall() AND code_key = asked LIMIT 1) $$;

-- The newest event of every origin that this login may see, found by stepping along an index.
CREATE OR REPLACE FUNCTION guard.heads(asked text)
    RETURNS TABLE (origin text, seq bigint, hash text)
    LANGUAGE plpgsql STABLE {_BY_INDEX} AS $$
DECLARE
    mine guard.login;
    part boolean;
BEGIN
    SELECT * INTO mine FROM guard.login WHERE name = session_user;
    IF mine.hall IS NULL OR mine.hall NOT IN (asked, '{ALL_HALLS}') THEN
        RETURN;
    END IF;
    part := mine.role IN ('kiosk', 'track');
    RETURN QUERY WITH RECURSIVE
        step(o) AS (
            SELECT min(e.origin) FROM event e WHERE e.hall = asked
            UNION ALL
            SELECT (SELECT min(e.origin) FROM event e WHERE e.hall = asked AND e.origin > step.o)
            FROM step WHERE step.o IS NOT NULL),
        head(o, s) AS (
            SELECT step.o,
                (SELECT max(e.seq) FROM event e WHERE e.hall = asked AND e.origin = step.o)
            FROM step WHERE step.o IS NOT NULL
            AND (NOT part OR split_part(step.o, '-', 1) = ANY (mine.devices))
            UNION ALL
            SELECT step.o, (SELECT max(t.newest) FROM (
                SELECT (SELECT max(told.seq) FROM guard.told WHERE told.hall = asked
                    AND told.device = d AND told.origin = step.o) AS newest
                FROM unnest(array_prepend('', mine.devices)) d) t)
            FROM step WHERE step.o IS NOT NULL
            AND part AND split_part(step.o, '-', 1) <> ALL (mine.devices))
        SELECT e.origin, e.seq, e.hash FROM head JOIN event e
        ON e.hall = asked AND e.origin = head.o AND e.seq = head.s;
END $$;

-- Once for each statement: who else is told of what has just come in.
CREATE OR REPLACE FUNCTION guard.tell() RETURNS trigger
    LANGUAGE plpgsql {_AS_OWNER} {_IN_ORDER} AS $$
BEGIN
    -- Of most that comes in nobody else is told: what begins a case.
    IF NOT EXISTS (SELECT FROM news n WHERE n.kind IN ({listed(TO_EVERYBODY)}) OR n.kind = 'erased'
        OR EXISTS (SELECT FROM ({_OF_ITS_CASE}) e
            WHERE {_DEVICE.format("e.")} <> {_DEVICE.format("n.")}))
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO guard.told SELECT n.hall, '', n.origin, n.seq FROM news n
        WHERE n.kind IN ({listed(TO_EVERYBODY)}) ON CONFLICT DO NOTHING;
    INSERT INTO guard.told SELECT n.hall, {_DEVICE.format("b.")}, n.origin, n.seq
        FROM news n CROSS JOIN LATERAL ({_OF_ITS_CASE}) b
        WHERE n.kind IN ({listed(OF_CASE)}) AND b.kind IN ({listed(BEGINS)})
        AND {_DEVICE.format("b.")} <> {_DEVICE.format("n.")} ON CONFLICT DO NOTHING;
    -- A beginning may come in late, after a store was brought back from an older copy.
    INSERT INTO guard.told SELECT n.hall, {_DEVICE.format("n.")}, e.origin, e.seq
        FROM news n CROSS JOIN LATERAL ({_OF_ITS_CASE}) e
        WHERE n.kind IN ({listed(BEGINS)}) AND e.kind IN ({listed(OF_CASE)})
        AND {_DEVICE.format("e.")} <> {_DEVICE.format("n.")} ON CONFLICT DO NOTHING;
    -- What the log says is erased goes here at once, whoever brought the word.
    IF EXISTS (SELECT FROM news WHERE kind = 'erased') THEN
        EXECUTE 'DELETE FROM sealed s USING news n, event r
            WHERE n.kind = ''erased'' AND r.hall = n.hall AND r.case_id = n.case_id
            AND s.hall = r.hall AND s.origin = r.origin AND s.seq = r.seq
            AND (n.body::jsonb -> ''names'') ? s.name';
    END IF;
    RETURN NULL;
END $$;

-- Whether the log says that what is sealed there is erased.
CREATE OR REPLACE FUNCTION guard.is_erased(h text, o text, s bigint, n text) RETURNS boolean
    LANGUAGE sql STABLE {_BY_INDEX} AS
    $$ SELECT EXISTS (SELECT FROM event r JOIN event e ON e.hall = r.hall
       AND e.case_id = r.case_id AND e.kind = 'erased'
       WHERE r.hall = h AND r.origin = o AND r.seq = s AND (e.body::jsonb -> 'names') ? n) $$;
CREATE OR REPLACE FUNCTION guard.by_law() RETURNS trigger LANGUAGE plpgsql {_AS_OWNER} AS $$
BEGIN
    IF guard.is_erased(OLD.hall, OLD.origin, OLD.seq, OLD.name) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'sealed is only ever added to, until the log says that it is erased';
END $$;
CREATE OR REPLACE FUNCTION guard.comes_late() RETURNS trigger LANGUAGE plpgsql {_AS_OWNER} AS $$
BEGIN
    IF guard.is_erased(NEW.hall, NEW.origin, NEW.seq, NEW.name) THEN RETURN NULL; END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION guard.append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$;
"""

#: What is only ever added to, and may be laid out in partitions by hall.
LOG = ("event", "sealed")
# A trigger's table and when; ALWAYS: not to be silenced by a session that says it is a replica.
_APPEND_ONLY = (
    "CREATE OR REPLACE TRIGGER guard_append_only BEFORE {1} ON {0} "
    "FOR EACH STATEMENT EXECUTE FUNCTION guard.append_only(); "
    "ALTER TABLE {0} ENABLE ALWAYS TRIGGER guard_append_only"
)
#: What may be done to neither, and by whom not even so.
_NEVER = {"event": "UPDATE OR DELETE OR TRUNCATE", "sealed": "UPDATE OR TRUNCATE"}
#: A sealed content goes once the log says so, and does not come again then.
_BY_LAW = (
    "CREATE OR REPLACE TRIGGER guard_by_law BEFORE DELETE ON {0} "
    "FOR EACH ROW EXECUTE FUNCTION guard.by_law(); "
    "ALTER TABLE {0} ENABLE ALWAYS TRIGGER guard_by_law; "
    "CREATE OR REPLACE TRIGGER guard_comes_late BEFORE INSERT ON {0} "
    "FOR EACH ROW EXECUTE FUNCTION guard.comes_late(); "
    "ALTER TABLE {0} ENABLE ALWAYS TRIGGER guard_comes_late"
)
_TELL = (
    "CREATE OR REPLACE TRIGGER guard_tell AFTER INSERT ON event REFERENCING NEW TABLE AS news "
    "FOR EACH STATEMENT EXECUTE FUNCTION guard.tell(); "
    "ALTER TABLE event ENABLE ALWAYS TRIGGER guard_tell"
)

_MY_HALL = "hall = (SELECT guard.hall())"
_ANY_HALL = f"(SELECT guard.hall()) IN (hall, '{ALL_HALLS}')"
_MINE = f"{_DEVICE.format('')} = ANY ((SELECT guard.devices())::text[])"
_TOLD = (
    "EXISTS (SELECT FROM guard.told t WHERE t.hall = event.hall AND t.origin = event.origin "
    "AND t.seq = event.seq "
    "AND t.device = ANY ((SELECT array_prepend('', guard.devices()))::text[]))"
)
_OWN_FACT = "split_part(name, '/', 1) = session_user"
#: How a machine is, says that machine, and every one of its hall may know.
_OWN_BEAT = (
    f"(split_part(name, '/', 1) = '{BEATS}' || (SELECT guard.hall()) "
    "AND split_part(name, '/', 2) = ANY ((SELECT guard.devices())::text[]))"
)

#: Table, what for, whose, and the condition; a name a policy is made of them.
POLICIES = (
    ("event", "SELECT", ("desk",), _MY_HALL),
    ("event", "SELECT", ("auditor",), _ANY_HALL),
    ("event", "SELECT", ("report",), f"{_ANY_HALL} AND kind NOT IN ({listed(SECRET)})"),
    ("event", "SELECT", ("kiosk", "track"), f"{_MY_HALL} AND ({_MINE} OR {_TOLD})"),
    # Erasing is its owner's alone.
    ("event", "INSERT", ("desk",), f"{_MY_HALL} AND {_MINE} AND kind <> 'erased'"),
    (
        "event",
        "INSERT",
        ("kiosk",),
        f"{_MY_HALL} AND {_MINE} AND kind IN ({listed(BY_KIOSK)}) "
        "AND (body::json ->> 'by') IS NULL "
        f"AND (kind NOT IN ({listed(CLAIMS)}) OR NOT guard.begun_elsewhere(case_id))",
    ),
    ("sealed", "SELECT", ("desk",), _MY_HALL),
    ("sealed", "INSERT", ("kiosk", "desk"), f"{_MY_HALL} AND {_MINE}"),
    ("fact", "ALL", ("kiosk", "desk"), f"{_OWN_FACT} OR {_OWN_BEAT}"),
    ("fact", "SELECT", ("kiosk", "desk"), f"name LIKE '{BEATS}' || (SELECT guard.hall()) || '/%'"),
    (
        "guard.told",
        "SELECT",
        ("kiosk", "track"),
        f"{_MY_HALL} AND device = ANY ((SELECT array_prepend('', guard.devices()))::text[])",
    ),
    ("guard.board", "SELECT", ("kiosk", "desk"), _MY_HALL),
    ("guard.board", "INSERT", ("desk",), _MY_HALL),
    ("guard.board", "UPDATE", ("desk",), _MY_HALL),
    ("guard.login", "SELECT", ("auditor",), _ANY_HALL),
)
#: What each role may do at all; row-level security narrows it further.
RIGHTS = {
    "kiosk": {
        "event": "SELECT, INSERT",
        "sealed": "INSERT",
        "fact": "SELECT, INSERT, UPDATE",
        "guard.told": "SELECT",
        "guard.board": "SELECT",
    },
    "desk": {
        "event": "SELECT, INSERT",
        "sealed": "SELECT, INSERT",
        "fact": "SELECT, INSERT, UPDATE",
        "guard.board": "SELECT, INSERT, UPDATE",
    },
    "track": {"event": "SELECT", "guard.told": "SELECT"},
    "report": {"event": "SELECT"},
    "auditor": {"event": "SELECT", "guard.login": "SELECT"},
}
GUARDED = ("event", "sealed", "fact", "guard.told", "guard.board", "guard.login")
ASKED_BY_ALL = ("scope()", "hall()", "devices()", "heads(text)")
ASKED_BY = {
    "kiosk": ("case_of(text)", "begun_elsewhere(text)", "keep_event"),
    "desk": ("keep_event",),
    "track": ("case_of(text)",),
}

# What came in before the guards did is told as well.
_TELL_OLD = f"""
INSERT INTO guard.told SELECT hall, '', origin, seq FROM event
    WHERE kind IN ({listed(TO_EVERYBODY)}) ON CONFLICT DO NOTHING;
INSERT INTO guard.told SELECT e.hall, {_DEVICE.format("b.")}, e.origin, e.seq
    FROM event b JOIN event e ON e.hall = b.hall AND e.case_id = b.case_id
    WHERE b.kind IN ({listed(BEGINS)}) AND e.kind IN ({listed(OF_CASE)})
    AND {_DEVICE.format("b.")} <> {_DEVICE.format("e.")} ON CONFLICT DO NOTHING;
"""


def install(address: str, partitions: int = 0) -> None:
    """Bring a Postgres database to today's tables and guards; to be repeated at will.

    With `partitions` an empty log is laid out in that many by hall. Takes somebody who may make
    roles and owns the database. Raises ValueError for a log that holds something already,
    StoreTrouble, NewerStore.
    """
    engine = postgres_engine(address)
    try:
        with translated(), engine.begin() as connection:
            upgrade(connection)
    finally:
        engine.dispose()
    with translated(), connect(address) as raw:
        if raw.info.server_version < OLDEST:
            raise StoreTrouble("the shared store wants Postgres 14 or newer")
        raw.execute("SET LOCAL lock_timeout = '20s'")
        raw.execute("SELECT pg_advisory_xact_lock(hashtextextended('guard', 0))")
        database = raw.info.dbname
        _roles(raw, database)
        raw.execute(TABLES)
        if partitions:
            for table in LOG:
                _partition(raw, table, partitions)
        raw.execute(FUNCTIONS)
        raw.execute(_TELL_OLD)
        _owner(raw, database)
        _triggers(raw)
        _policies(raw, database)
        _rights(raw, database)
        raw.execute(f"COMMENT ON SCHEMA guard IS '{fingerprint(raw)}'")


def _roles(raw: "psycopg.Connection", database: str) -> None:
    known = {row[0] for row in raw.execute("SELECT rolname FROM pg_roles")}
    for role in ("owner", *ROLES):
        name = role_name(database, role)
        if name not in known:
            raw.execute(f"CREATE ROLE {quoted(name)} NOLOGIN")
    if raw.execute("SELECT FROM pg_roles WHERE rolname = current_user AND NOT rolsuper").rowcount:
        raw.execute(f"GRANT {quoted(role_name(database, 'owner'))} TO CURRENT_USER")


def _partition(raw: "psycopg.Connection", table: str, partitions: int) -> None:
    """Lay an empty table out by hall, with the same columns, indexes and triggers."""
    if parts(raw, [table])[1:]:
        return
    if raw.execute(f"SELECT FROM {table} LIMIT 1").rowcount:
        raise ValueError("the log holds events already: partitions are made while it is empty")
    again = [
        line
        for (line,) in raw.execute(
            "SELECT format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, "
            "pg_get_constraintdef(oid)) FROM pg_constraint "
            "WHERE conrelid = %(table)s::regclass AND contype = 'p' "
            "UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid = %(table)s::regclass AND NOT indisprimary "
            "UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger "
            "WHERE tgrelid = %(table)s::regclass AND NOT tgisinternal "
            "AND tgname NOT LIKE 'guard\\_%%'",
            {"table": table},
        )
    ]
    raw.execute(f"CREATE TABLE in_parts (LIKE {table} INCLUDING DEFAULTS) PARTITION BY HASH (hall)")
    # What hangs on the empty one (policies, functions) is made anew after this.
    raw.execute(f"DROP TABLE {table} CASCADE")
    raw.execute(f"ALTER TABLE in_parts RENAME TO {table}")
    for line in again:
        raw.execute(line)
    for part in range(partitions):
        raw.execute(
            f"CREATE TABLE {table}_{part} PARTITION OF {table} "
            f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {part})"
        )


def parts(raw: "psycopg.Connection", tables: Iterable[str] = ()) -> list[str]:
    """These tables (all guarded ones without any), each with its partitions after it."""
    found = []
    for table in tables or GUARDED:
        children = raw.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits "
            "WHERE inhparent = %s::regclass ORDER BY 1",
            [table],
        )
        found += [table, *(str(child) for (child,) in children)]
    return found


def _owner(raw: "psycopg.Connection", database: str) -> None:
    owner = quoted(role_name(database, "owner"))
    raw.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}")
    raw.execute(f"ALTER SCHEMA guard OWNER TO {owner}")
    for table in (*parts(raw), "alembic_version"):
        raw.execute(f"ALTER TABLE {table} OWNER TO {owner}")
    for (function,) in raw.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'guard'::regnamespace"
    ).fetchall():
        raw.execute(f"ALTER FUNCTION {function} OWNER TO {owner}")


def _triggers(raw: "psycopg.Connection") -> None:
    for log, never in _NEVER.items():
        for table in parts(raw, [log]):
            raw.execute(_APPEND_ONLY.format(table, never))
    for table in leaves(raw, "sealed"):
        raw.execute(_BY_LAW.format(table))
    raw.execute(_TELL)


def leaves(raw: "psycopg.Connection", table: str) -> list[str]:
    """Where its rows lie: the table itself, or its partitions."""
    return parts(raw, [table])[1:] or [table]


def _policies(raw: "psycopg.Connection", database: str) -> None:
    for table in parts(raw):
        raw.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for policy, table in raw.execute(
        "SELECT polname, polrelid::regclass::text FROM pg_policy "
        "WHERE polrelid = ANY (%s::regclass[])",
        [parts(raw)],
    ).fetchall():
        raw.execute(f"DROP POLICY {quoted(policy)} ON {table}")
    for table, deed, roles, condition in POLICIES:
        to = ", ".join(quoted(role_name(database, role)) for role in roles)
        checks = {"SELECT": f"USING ({condition})", "INSERT": f"WITH CHECK ({condition})"}
        both = f"USING ({condition}) WITH CHECK ({condition})"
        raw.execute(
            f"CREATE POLICY {quoted(_policy_name(deed, roles))} ON {table} FOR {deed} TO {to} "
            + checks.get(deed, both)
        )


def _policy_name(deed: str, roles: tuple[str, ...]) -> str:
    return f"{deed.lower()} by {' and '.join(roles)}"


def _rights(raw: "psycopg.Connection", database: str) -> None:
    everybody = ", ".join(quoted(role_name(database, role)) for role in ROLES)
    tables = ", ".join((*parts(raw), "alembic_version"))
    raw.execute(f"REVOKE ALL ON DATABASE {quoted(database)} FROM PUBLIC, {everybody}")
    raw.execute(f"REVOKE ALL ON SCHEMA public, guard FROM PUBLIC, {everybody}")
    raw.execute(f"REVOKE ALL ON {tables} FROM PUBLIC, {everybody}")
    raw.execute(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA guard FROM PUBLIC, {everybody}")
    raw.execute(f"GRANT CONNECT ON DATABASE {quoted(database)} TO {everybody}")
    raw.execute(f"GRANT USAGE ON SCHEMA public, guard TO {everybody}")
    raw.execute(f"GRANT SELECT ON alembic_version TO {everybody}")
    for function in ASKED_BY_ALL:
        raw.execute(f"GRANT EXECUTE ON FUNCTION guard.{function} TO {everybody}")
    for role, rights in RIGHTS.items():
        to = quoted(role_name(database, role))
        for table, deeds in rights.items():
            raw.execute(f"GRANT {deeds} ON {table} TO {to}")
        for function in ASKED_BY.get(role, ()):
            raw.execute(f"GRANT EXECUTE ON FUNCTION guard.{function} TO {to}")


# --- as they stand ---------------------------------------------------------------------------

#: Everything that the guards consist of, as the server has it.
_PARTS = (
    "SELECT p.polrelid::regclass::text, p.polname, p.polcmd::text, "
    "p.polroles::regrole[]::text, pg_get_expr(p.polqual, p.polrelid), "
    "pg_get_expr(p.polwithcheck, p.polrelid) FROM pg_policy p "
    "WHERE p.polrelid = ANY (%(tables)s::regclass[]) ORDER BY 1, 2",
    "SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), "
    "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(p.proacl) a) FROM pg_proc p "
    "WHERE p.pronamespace = 'guard'::regnamespace ORDER BY 1",
    "SELECT t.tgrelid::regclass::text, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid) "
    "FROM pg_trigger t WHERE t.tgrelid = ANY (%(tables)s::regclass[]) AND NOT t.tgisinternal "
    "ORDER BY 1, 2",
    "SELECT c.oid::regclass::text, c.relrowsecurity, c.relowner::regrole::text, "
    "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(c.relacl) a) FROM pg_class c "
    "WHERE c.oid = ANY (%(tables)s::regclass[]) ORDER BY 1",
)


def fingerprint(raw: "psycopg.Connection") -> str:
    """A digest of the guards as they stand and as this program wants them."""
    wanted = repr(
        (TABLES, FUNCTIONS, _APPEND_ONLY, _NEVER, _BY_LAW, _TELL, POLICIES, RIGHTS, ASKED_BY)
    )
    found = [raw.execute(part, {"tables": parts(raw)}).fetchall() for part in _PARTS]
    return hashlib.sha256(f"{wanted}\n{found!r}".encode()).hexdigest()
