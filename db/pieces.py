"""How words are cut so that Chinese can be searched: pairs of characters, whole Latin runs, digits.

SQLite's own tokenizers find no two-character word. The same pieces would serve a Postgres
tsvector. Pinyin initials are kept as runs that begin at each character, behind an underscore, a
queue ticket behind two.
"""

import re
from collections.abc import Iterator

#: A run of letters and digits, or of anything else that is written without spaces.
_RUNS = re.compile(r"[0-9A-Za-zÀ-ɏЀ-ӿ]+|[⺀-鿿豈-﫿𠀀-𳿿ぁ-ヿ가-힣]+")
#: Letters of a run of initials that are told apart.
DEPTH = 8
_MOST = 400


def pieces_of(words: str, initials: str = "", ticket: str = "") -> Iterator[str]:
    """The pieces a text is found by; `initials` are runs of letters parted by spaces, a queue
    ticket's number is told apart: not everybody may find a case by it."""
    for run in _RUNS.findall(words.lower())[:_MOST]:
        if run[0] < "⺀":
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run)))
    for run in initials.lower().split()[:_MOST]:
        yield from (f"_{run[i : i + DEPTH]}" for i in range(len(run) - 1))
    yield from (f"__{run}" for run in _RUNS.findall(ticket.lower()))


def match_query(typed: str, tickets: bool = True) -> str:
    """What SQLite is asked for a search; empty for what cannot be searched. `tickets`: whether a
    queue ticket's number finds its case."""
    asked: list[str] = []
    for run in _RUNS.findall(typed.lower())[:20]:
        if run[0] < "⺀":
            ways = [f'"{run}"*']
            if run.isascii() and run.isalpha() and 2 <= len(run) <= DEPTH:
                ways.append(f'"_{run}"*')
            if tickets:
                ways.append(f'"__{run}"*')
            asked.append(f"({' OR '.join(ways)})")
        elif len(run) == 1:
            asked.append(f'"{run}"*')
        else:
            asked += [f'"{run[i : i + 2]}"' for i in range(len(run) - 1)]
    return " AND ".join(asked)
