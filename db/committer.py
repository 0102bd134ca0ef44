"""Group commit: one thread that takes all who wait and keeps what they bring in one transaction.

Nobody is told that something is kept before the commit has returned. Trouble of the store is told
to everybody in the group; what goes wrong with one batch alone is told to its sender alone.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from db.batch import Batch
from db.engine import SetBack, StoreTrouble
from db.grants import Grant, NotGranted, admitted_all
from db.part import of_kiosks
from db.store import Store

#: Events and sealed bytes of one transaction, unless one batch alone has more.
MOST_EVENTS, MOST_SEALED = 20_000, 16 * 1024 * 1024


@dataclass(slots=True)
class _Waits:
    batch: Batch
    token: str
    kept: "Future[int]" = field(default_factory=Future)


class Committer:
    """The one who writes into a store."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`tell` is told what somebody has to look at."""
        self._open = open_store
        self._tell = tell
        self._store: Store | None = None
        self._waiting: queue.SimpleQueue[_Waits | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="committer", daemon=True)
        self._thread.start()

    def submit(self, batch: Batch, token: str) -> "Future[int]":
        """How many events are new, once they are kept for good.

        Whether the token still opens the door is asked right before it is kept. The future raises
        StoreTrouble, db.grants.NotGranted.
        """
        waits = _Waits(batch, token)
        self._waiting.put(waits)
        return waits.kept

    def close(self) -> None:
        """Keep what waits, then stop."""
        self._waiting.put(None)
        self._thread.join()
        if self._store is not None:
            self._store.close()

    def _work(self) -> None:
        held: _Waits | None = None
        # A large file takes a while to be checked: not while somebody waits, if that can be.
        with suppress(Exception):
            self._store = self._open()
        while True:
            first = held or self._waiting.get()
            if first is None:
                return
            group, held, ends = self._others(first)
            # Who has gone away is left out; from here on nobody can go any more.
            self._keep([one for one in group if one.kept.set_running_or_notify_cancel()])
            if ends:
                return

    def _others(self, first: _Waits) -> tuple[list[_Waits], _Waits | None, bool]:
        """All who wait, as many as one transaction takes; who has to wait for the next; the end."""
        group = [first]
        events, sealed = _weight(first.batch)
        while True:
            try:
                more = self._waiting.get_nowait()
            except queue.Empty:
                return group, None, False
            if more is None:
                return group, None, True
            mine = _weight(more.batch)
            if events + mine[0] > MOST_EVENTS or sealed + mine[1] > MOST_SEALED:
                return group, more, False
            group.append(more)
            events, sealed = events + mine[0], sealed + mine[1]

    def _keep(self, group: list[_Waits]) -> None:
        try:
            store = self._store = self._store or self._open()
            let_in = self._let_in(store, group)
            new = store.receive_all([one.batch for one in let_in]) if let_in else []
        except StoreTrouble as trouble:
            if isinstance(trouble, SetBack) and len(group) > 1:
                self._one_by_one(group)
                return
            for one in group:
                if not one.kept.done():
                    one.kept.set_exception(trouble)
        except Exception as trouble:
            if len(group) == 1:
                self._tell(f"a batch could not be kept: {type(trouble).__name__}: {trouble}")
                if not group[0].kept.done():
                    group[0].kept.set_exception(StoreTrouble("the hall could not keep this batch"))
                return
            self._one_by_one(group)
        else:
            for one, count in zip(let_in, new, strict=True):
                one.kept.set_result(count)

    def _one_by_one(self, group: list[_Waits]) -> None:
        """Whose fault it is shows when each is kept alone; what is there is passed over."""
        for one in group:
            if not one.kept.done():
                self._keep([one])

    def _let_in(self, store: Store, group: list[_Waits]) -> list[_Waits]:
        """Whose token stands at this moment; the others are told why not."""
        let_in, kiosks = [], []
        found = admitted_all(store, [one.token for one in group])
        for one, who in zip(group, found, strict=True):
            if isinstance(who, NotGranted):
                one.kept.set_exception(who)
            elif refusal := refused(who, one.batch):
                one.kept.set_exception(refusal)
            else:
                let_in.append(one)
                if who.scope == "kiosk":
                    kiosks.append((who.device, one))
        own = of_kiosks(store, [(device, one.batch) for device, one in kiosks])
        for (_, one), batch in zip(kiosks, own, strict=True):
            one.batch = batch
        return let_in


def _weight(batch: Batch) -> tuple[int, int]:
    return len(batch.events), sum(len(row.content) for row in batch.sealed)


def refused(who: Grant, batch: Batch) -> NotGranted | None:
    """Why a device may not hand this in: a kiosk brings what it wrote itself."""
    places = {e.origin for e in batch.events} | {row.origin for row in batch.sealed}
    foreign = sorted(origin for origin in places if not who.may_hand_in(origin))
    if not foreign:
        return None
    return NotGranted(f"{who.device} may hand in what it wrote itself, not what {foreign[0]} did")
