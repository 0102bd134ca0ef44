"""What a machine saw at the shared store, kept in its own: heads that its owner cannot reach."""

import json

from db.event import Head, clock_ms, wall_ms
from db.store import Store

#: The facts under which a machine keeps the heads that it saw at the shared store, and when the
#: shared store had lost some of what it had.
KEPT, LOST = "kept_heads", "shared_lost"


#: Heads that are the same are noted anew after so long, so that a pass costs no commit more.
NOTED_MS = 60_000


def keep_heads(local: Store, seen: dict[str, Head], now: int | None = None) -> None:
    """Keep what the shared store had, where nobody who owns that store can reach; after a pass.

    What it had before and has no more stays kept, and is noted as lost; the pass sends it again. A
    device nobody had heard of that says it wrote before the last note is noted as late.
    """
    now = wall_ms() if now is None else now
    told = json.loads(local.fact(KEPT) or "{}")
    before = {o: Head(*h) for o, h in told.get("heads", {}).items()}
    lost = {o: h for o, h in before.items() if seen.get(o, Head()).seq < h.seq}
    if lost:
        local.set_fact(LOST, json.dumps({"at": now, "origins": sorted(lost)}))
    heads = seen | lost
    if heads == before and told and 0 <= now - told["at"] < NOTED_MS:
        return
    late = told.get("late", {})
    for origin in heads.keys() - before.keys() if told else ():
        first = clock_ms(local.clock_at(origin, 1))
        if 0 < first < told["at"] and origin not in local.own_origins():
            late = late | {origin: now}
    noted = {o: [h.seq, h.hash] for o, h in sorted(heads.items())}
    local.set_fact(KEPT, json.dumps({"at": now, "heads": noted, "late": late}))
