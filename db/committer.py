"""Group commit: one thread that takes all who wait and keeps what they bring in one transaction.

Nobody is told that something is kept before the commit has returned. Trouble of the store is told
to everybody in the group; what goes wrong with one batch alone is told to its sender alone.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

from db.batch import Batch
from db.engine import SetBack, StoreTrouble
from db.grants import Grant, NotGranted, admitted_all
from db.part import of_kiosks
from db.store import Store

#: Events and sealed bytes of one transaction, unless one batch alone has more.
MOST_EVENTS, MOST_SEALED = 20_000, 16 * 1024 * 1024
#: Batches of one transaction: while a server keeps these, the door reads the next ones; were it all
#: who wait, everybody would be answered at once and both would stand idle in turn.
MOST_BATCHES = 250


#: Is told how many of a batch's events are new, or the trouble; on the committer's own thread.
Told = Callable[[int | Exception], None]


@dataclass(slots=True)
class _Waits:
    batch: Batch
    token: str
    told: Told
    #: Whether its sender is still there.
    stays: Callable[[], bool] = lambda: True


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

    def hand_in(self, batch: Batch, token: str, told: Told) -> None:
        """Keep a batch for good, then tell how many of its events are new.

        Whether the token still opens the door is asked right before it is kept. Trouble that is
        told: StoreTrouble, db.grants.NotGranted.
        """
        self._waiting.put(_Waits(batch, token, told))

    def submit(self, batch: Batch, token: str) -> "Future[int]":
        """The same for one who can be waited for, and may go away before it is their turn."""
        kept: Future[int] = Future()

        def told(new: int | Exception) -> None:
            if isinstance(new, Exception):
                kept.set_exception(new)
            else:
                kept.set_result(new)

        self._waiting.put(_Waits(batch, token, told, kept.set_running_or_notify_cancel))
        return kept

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
            self._keep([one for one in group if one.stays()])
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
            most = events + mine[0] > MOST_EVENTS or sealed + mine[1] > MOST_SEALED
            if most or len(group) == MOST_BATCHES:
                return group, more, False
            group.append(more)
            events, sealed = events + mine[0], sealed + mine[1]

    def _keep(self, group: list[_Waits]) -> None:
        let_in: list[_Waits] = []
        try:
            store = self._store = self._store or self._open()
            let_in, kept_out = self._let_in(store, group)
            new = store.receive_all([one.batch for one in let_in]) if let_in else []
        except StoreTrouble as trouble:
            if isinstance(trouble, SetBack) and len(group) > 1:
                self._one_by_one(group)
                return
            for one in group:
                one.told(trouble)
        except Exception as trouble:
            if len(group) > 1:
                # Whose fault it is shows when each is kept alone; what is there is passed over.
                self._one_by_one(group)
                return
            self._tell(f"a batch could not be kept: {type(trouble).__name__}: {trouble}")
            group[0].told(StoreTrouble("the hall could not keep this batch"))
        else:
            for one, refusal in kept_out:
                one.told(refusal)
            for one, count in zip(let_in, new, strict=True):
                one.told(count)

    def _one_by_one(self, group: list[_Waits]) -> None:
        for one in group:
            self._keep([one])

    def _let_in(
        self, store: Store, group: list[_Waits]
    ) -> tuple[list[_Waits], list[tuple[_Waits, NotGranted]]]:
        """Whose token stands at this moment, a kiosk's batch as it may bring it; the others, and
        why not."""
        let_in: list[_Waits] = []
        kept_out: list[tuple[_Waits, NotGranted]] = []
        kiosks: list[tuple[str, _Waits]] = []
        found = admitted_all(store, [one.token for one in group])
        for one, who in zip(group, found, strict=True):
            refusal = who if isinstance(who, NotGranted) else refused(who, one.batch)
            if refusal is not None:
                kept_out.append((one, refusal))
                continue
            let_in.append(one)
            if isinstance(who, Grant) and who.scope == "kiosk":
                kiosks.append((who.device, one))
        own = of_kiosks(store, [(device, one.batch) for device, one in kiosks])
        for (_, one), batch in zip(kiosks, own, strict=True):
            one.batch = batch
        return let_in, kept_out


def _weight(batch: Batch) -> tuple[int, int]:
    return len(batch.events), sum(len(row.content) for row in batch.sealed)


def refused(who: Grant, batch: Batch) -> NotGranted | None:
    """Why a device may not hand this in: a kiosk brings what it wrote itself."""
    places = {e.origin for e in batch.events} | {row.origin for row in batch.sealed}
    foreign = sorted(origin for origin in places if not who.may_hand_in(origin))
    if not foreign:
        return None
    return NotGranted(f"{who.device} may hand in what it wrote itself, not what {foreign[0]} did")
