"""What rot does in the tests to an event of a file that stays whole for SQLite."""

import sqlite3
from contextlib import closing

GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'event_no_%'"


def rot(file, origin, seq, **changed):
    """Put these values (text as bytes) into the row of one event."""
    values = ", ".join(f"{n} = CAST(? AS TEXT)" if n in TEXTS else f"{n} = ?" for n in changed)
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        guards = raw.execute(GUARDS).fetchall()
        for name, _ in guards:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(
            f"UPDATE event SET {values} WHERE origin = ? AND seq = ?",
            (*changed.values(), origin, seq),
        )
        for _, made in guards:
            raw.execute(made)
        raw.execute("COMMIT")
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


TEXTS = ("case_id", "kind", "body", "prev", "hash")


def turned(text, bit):
    """A text's bytes with one of their bits turned."""
    data = bytearray(text.encode())
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def noise(text, dice):
    """As many bytes of anything."""
    return dice.randbytes(len(text.encode()))
