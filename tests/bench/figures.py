"""How figures are taken and printed: medians of turns, ratios, limits."""

import statistics
import time


def in_turns(ours, bare, times):
    """Median milliseconds of both, measured one after the other again and again."""
    spent = ([], [])
    for _ in range(times):
        for kept, work in zip(spent, (ours, bare), strict=True):
            start = time.perf_counter()
            work()
            kept.append((time.perf_counter() - start) * 1000)
    return tuple(statistics.median(kept) for kept in spent)


def head(other="bare"):
    """Print what stands in the columns."""
    print(f"{'':44} {'ours':>10} {other:>10} {'':4} {'ratio':>6}  limit", flush=True)


def row(name, ours, bare, limit=None, unit="ms"):
    """Print ours, the other, their ratio, and whether it is over its limit."""
    ratio = ours / bare
    verdict = "" if limit is None else f"  ≤ {limit}" + ("" if ratio <= limit else "  over")
    print(f"{name:44} {ours:10.2f} {bare:10.2f} {unit:4} {ratio:6.2f}{verdict}")


def plain(name, value, limit, unit):
    """Print a figure that has nothing beside it."""
    verdict = "" if value <= limit else "  over"
    print(f"{name:44} {value:10.2f} {'':10} {unit:4} {'':6}  ≤ {limit} {unit}{verdict}")


def percentile(values, part):
    """The value that so large a part of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def copied_bare(address, rows):
    """The bare thing beside a push into Postgres: so many of the same rows a second by COPY into a
    table like the log, 1,000 at a time."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (LIKE event INCLUDING ALL)")
        start = time.perf_counter()
        for first in range(0, len(rows), 1000):
            with connection.cursor().copy("COPY bare FROM STDIN") as copy:
                for one in rows[first : first + 1000]:
                    copy.write_row(one)
        return len(rows) / (time.perf_counter() - start)


def at_least(name, ours, bare, limit=None, unit="/s"):
    """Print ours, the other, their ratio, and whether it is under its limit."""
    ratio = ours / bare
    verdict = "" if limit is None else f"  ≥ {limit}" + ("" if ratio >= limit else "  under")
    print(f"{name:44} {ours:10.0f} {bare:10.0f} {unit:4} {ratio:6.2f}{verdict}", flush=True)
