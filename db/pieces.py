"""How words are cut so that Chinese can be searched: pairs of characters, whole Latin runs, digits.

SQLite's own tokenizers find no two-character word. The same pieces would serve a Postgres
tsvector. Pinyin initials are kept as runs that begin at each character, behind an underscore.
"""

import re
from collections.abc import Iterator

#: A run of letters and digits, or of anything else that is written without spaces.
_RUNS = re.compile(r"[0-9A-Za-zÀ-ɏЀ-ӿ]+|[⺀-鿿豈-﫿𠀀-𳿿ぁ-ヿ가-힣]+")
#: Letters of a run of initials that are told apart.
DEPTH = 8
_MOST = 400


def pieces_of(words: str, initials: str = "") -> Iterator[str]:
    """The pieces a text is found by; `initials` are runs of letters parted by spaces."""
    for run in _RUNS.findall(words.lower())[:_MOST]:
        if run[0] < "⺀":
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run)))
    for run in initials.lower().split()[:_MOST]:
        yield from (f"_{run[i : i + DEPTH]}" for i in range(len(run) - 1))


def match_query(typed: str) -> str:
    """What SQLite is asked for a search; empty for what cannot be searched."""
    asked: list[str] = []
    for run in _RUNS.findall(typed.lower())[:20]:
        if run[0] < "⺀":
            quoted = f'"{run}"*'
            both = run.isascii() and run.isalpha() and 2 <= len(run) <= DEPTH
            asked.append(f'({quoted} OR "_{run}"*)' if both else quoted)
        elif len(run) == 1:
            asked.append(f'"{run}"*')
        else:
            asked += [f'"{run[i : i + 2]}"' for i in range(len(run) - 1)]
    return " AND ".join(asked)
