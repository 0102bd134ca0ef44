"""The versions of the program: today's, an older one, and two that are to come.

`be(name)` makes this process that version: the revision it knows, its migrations, the kinds of
event it understands, the version in which it writes bodies, and a field older ones do not know.
"""

import dataclasses
import tempfile
from pathlib import Path
from unittest.mock import patch

import sqlalchemy as sa

import db.batch as batch
import db.happening as happening
import db.opened as opened
import db.store as store
import db.upgrade as upgrade
from db.happening import Noted, Registered
from db.terms import Role

VERSIONS = ("old", "now", "next", "after")
REVISIONS = {"old": "0001", "now": "0002", "next": "0003", "after": "0004"}
#: What the very first program understood.
FIRST = (
    "registered accepted handled asked answered proposed approved returned replied judged closed "
    "noted reprinted revealed appointed enrolled keymade keygranted rostered signedin"
)
#: The revisions that are to come: columns with and without a default, an index, a table, and a
#: change to every row of another one.
COMING = {
    "0003": (
        "ALTER TABLE event ADD COLUMN note TEXT",
        "ALTER TABLE event ADD COLUMN weight INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX event_kind ON event (hall, kind)",
        "UPDATE fact SET value = value || ' ' WHERE name LIKE 'spare:%'",
    ),
    "0004": (
        "CREATE TABLE extra (hall TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "INSERT INTO extra SELECT DISTINCT hall, 'yes' FROM event",
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Blessed:
    """What a version to come lets happen to a case."""

    by: str = ""
    words: str = ""
    how_much: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Painted:
    """What the version after that lets happen to a case."""

    by: str = ""
    colour: str = ""


NEWS = {"next": (Blessed,), "after": (Blessed, Painted)}
#: Every patch that `be` made in this process; they last as long as it does.
_made = []


def be(version):
    """Be that version from now on."""
    if version == "now":
        return
    revision = REVISIONS[version]
    scripts = _scripts(revision)
    kinds = dict(happening.KINDS)
    if version == "old":
        kinds = {name: kind for name, kind in kinds.items() if name in FIRST.split()}
    else:
        kinds |= {kind.__name__.lower(): kind for kind in NEWS[version]}
    body = 1 + ("now", "next", "after").index(version) if version != "old" else 1
    for room, name, value in (
        (upgrade, "HEAD", revision),
        (opened, "HEAD", revision),
        (upgrade, "MIGRATIONS", scripts),
        (happening, "KINDS", kinds),
        (happening, "BODY_VERSION", body),
        (store, "BODY_VERSION", body),
    ):
        one = patch.object(room, name, value)
        one.start()
        _made.append(one)
    if version in NEWS:
        _knows_more()


def now_again():
    """Be today's program once more."""
    while _made:
        _made.pop().stop()


def _knows_more():
    """The rules and the bodies of a version to come: its kinds, and a field in an old kind."""
    import db.rules as rules

    old_changes, old_write, old_may = rules.changes, store.write_body, dict(rules.MAY)

    def changes(case, one, clock, hall):
        if isinstance(one, (Blessed, Painted)):
            return {}
        return old_changes(case, one, clock, hall)

    def write_body(one):
        kind, body = old_write(one)
        if isinstance(one, (Registered, Noted)):
            body = body | {"mood": {"v": 2, "told": "calm"}}
        return kind, body

    import db.fold as fold

    for room, name, value in (
        (rules, "changes", changes),
        (fold, "changes", changes),
        (store, "changes", changes),
        (store, "write_body", write_body),
        (rules, "MAY", old_may | {Blessed: frozenset(Role), Painted: frozenset(Role)}),
    ):
        one = patch.object(room, name, value)
        one.start()
        _made.append(one)


def _scripts(revision):
    """A folder of migrations that ends with that revision."""
    folder = Path(tempfile.mkdtemp(prefix="zhaocha-scripts-"))
    _folders.append(folder)
    real = upgrade.MIGRATIONS
    (folder / "versions").mkdir()
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_bytes((real / name).read_bytes())
    for file in sorted((real / "versions").glob("r*.py")):
        if file.name[1:5] <= revision:
            (folder / "versions" / file.name).write_bytes(file.read_bytes())
    before = max(file.name[1:5] for file in (folder / "versions").glob("r*.py"))
    for name, statements in COMING.items():
        if name <= revision:
            text = (
                f"from alembic import op\nrevision = {name!r}\ndown_revision = {before!r}\n\n\n"
                f"def upgrade():\n    for one in {statements!r}:\n        op.execute(one)\n"
            )
            (folder / "versions" / f"r{name}.py").write_text(text, "utf-8")
            before = name
    return folder


_folders = []


def wrong(bug):
    """Make this process wrong in one of the ways a program can be wrong about versions."""
    if bug == "strict insert":
        # Values without the names of their columns.
        columns = f" ({batch.COLUMNS}, code_key)"
        batch._PUT_IN_FILE = batch._PUT_IN_FILE.replace(columns, "")
        store._INSERT_EVENT = sa.text(str(store._INSERT_EVENT).replace(columns, ""))
    elif bug == "unknown kinds dropped":
        receive = store.Store.receive_all

        def known_alone(self, batches):
            return receive(
                self,
                [
                    dataclasses.replace(
                        b, events=tuple(e for e in b.events if happening.read_body(e)), after={}
                    )
                    for b in batches
                ],
            )

        store.Store.receive_all = known_alone
    elif bug == "newer bodies rewritten":
        from db.event import canonical, digest

        def rewritten(event):
            said = happening.read_body(event)
            if said is None:
                return event
            bare = event._replace(body=canonical(happening.write_body(said)[1]), version=1)
            return bare._replace(hash=digest(bare))

        receive = store.Store.receive_all

        def understood(self, batches):
            return receive(
                self,
                [
                    dataclasses.replace(b, events=tuple(map(rewritten, b.events)), after={})
                    for b in batches
                ],
            )

        store.Store.receive_all = understood
    elif bug == "newer store opened":

        def forced(connection, file=None):
            there = upgrade.revision(connection)
            if there is None or there < upgrade.HEAD:
                upgrade.migrate(connection, "head")

        store.upgrade = forced
    else:
        assert bug == "none", bug
