"""The tables, private to db: the log, what is sealed beside it, and a few facts about this store.

`log` is what every store holds and what migrations build. `read` is a local cache of the fold:
dropped and rebuilt at will, never shared.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from db.happening import PEOPLE_KINDS

#: What a case may count in; db/tally.py says when.
NUMBERS = ("received", "replied", "in_time", "satisfied", "judged", "again", "no")
#: The events that a hall itself is folded from.
PEOPLE = f"kind IN ({', '.join(repr(kind) for kind in sorted(PEOPLE_KINDS))})"

log = MetaData()

event = Table(
    "event",
    log,
    Column("hall", Text, primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("clock", BigInteger, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    # Taken from the body when an event with a code comes in, so that a case is found by its code.
    Column("code_key", Text),
)
Index("event_case", event.c.hall, event.c.case_id)
Index(
    "event_code",
    event.c.hall,
    event.c.code_key,
    sqlite_where=text("code_key IS NOT NULL"),
    postgresql_where=text("code_key IS NOT NULL"),
)
Index(
    "event_people",
    event.c.hall,
    event.c.origin,
    event.c.seq,
    sqlite_where=text(PEOPLE),
    postgresql_where=text(PEOPLE),
)

#: What identifies a person, readable only with the hall's key; may be erased, the log stays.
sealed = Table(
    "sealed",
    log,
    Column("hall", Text, primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

#: This store's own facts: origins, number key, how the last sync went. Never synced.
fact = Table(
    "fact",
    log,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

read = MetaData()
#: The facts that say up to which row of the log the read tables have come: lines, and words.
CURSORS = ("read_cursor", "word_cursor")

#: One line a case: what lists, counts and the search ask for, and what hides it from somebody.
case_line = Table(
    "case_line",
    read,
    Column("line", Integer, primary_key=True),
    Column("case_id", Text, nullable=False, unique=True),
    Column("number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("registered_ms", BigInteger, nullable=False),
    Column("negative", Integer, nullable=False),
    Column("clashes", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("handler", Text, nullable=False),
    # The department complained about; those that have to do with it, as ",A,B,".
    Column("department", Text, nullable=False),
    Column("departments", Text, nullable=False),
    Column("offered", Integer, nullable=False),
    Column("offered_to", Text, nullable=False),
    # Logins that must not see it, as ",a,b,".
    Column("accused", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("service_window", Text, nullable=False),
    Column("on_site", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("watched", Integer, nullable=False),
    Column("escalated", Integer, nullable=False),
    Column("backstop", Integer, nullable=False),
    Column("joined", Integer, nullable=False),
    Column("replied_ms", BigInteger),
    Column("in_time", Integer, nullable=False),
    # 1 satisfied, 0 not, empty where the citizen has not said.
    Column("satisfied", Integer),
    Column("contact", Integer, nullable=False),
    # What it is counted by (db/tally.py): the day it was said, weekday and hour, the department it
    # counts for, and whether it is a test.
    Column("day", Text, nullable=False),
    Column("hour", Text, nullable=False),
    Column("counts_for", Text, nullable=False),
    Column("service_item", Text, nullable=False),
    # As ",C01,C04,".
    Column("problems", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("no", Integer, nullable=False),
    # The entry of the improvement ledger its outcome points to.
    Column("improvement", Text, nullable=False),
    Column("test", Integer, nullable=False),
    Column("play", Text, nullable=False),
    Column("unprinted", Text, nullable=False),
    # What came with it beside words: "voice,ink".
    Column("enclosed", Text, nullable=False),
    # The local count of the event that changed it last.
    Column("changed", BigInteger, nullable=False),
)
#: What is open, with all that the worklist and its counts ask of a line; what is closed.
OPEN, CLOSED = "state <> 'closed'", "state = 'closed'"
_ASKED = (
    "state on_site due registered_ms case_id kind accused service_window owner handler department "
    "departments offered offered_to test"
)
Index("case_line_open", *(case_line.c[n] for n in _ASKED.split()), sqlite_where=text(OPEN))
Index("case_line_closed", case_line.c.registered_ms, sqlite_where=text(CLOSED))
Index("case_line_registered", case_line.c.registered_ms)
Index("case_line_number", case_line.c.number)
Index("case_line_changed", case_line.c.changed)
#: The roll-up: how many cases count in what. A span is a week, cut where a month ends.
tally = Table(
    "tally",
    read,
    Column("axis", Text, primary_key=True),
    Column("span", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("service_window", Text, primary_key=True),
    Column("counts_for", Text, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in NUMBERS),
    sqlite_with_rowid=False,
)
#: Whom a case is kept from because it complains about them.
kept_from = Table(
    "kept_from",
    read,
    Column("login", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
Index("kept_from_case", kept_from.c.case_id)
call_line = Table(
    "call_line",
    read,
    Column("call_id", Text, primary_key=True),
    Column("place", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("caller", Text, nullable=False),
    # The case it is about, empty for none; when somebody said that they come, 0 for not yet.
    Column("case_id", Text, nullable=False),
    Column("came_ms", BigInteger, nullable=False),
)
