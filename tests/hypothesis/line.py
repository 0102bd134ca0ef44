"""Random days of two kiosks, a desk and a shared store, all real; the line breaks anywhere."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from db.engine import StoreTrouble
from db.happening import Accepted, Noted
from db.seal import Sealed
from db.store import Store
from db.sync import sync
from db.verify import verify
from tests.hall import found
from tests.people import ANGRY, HALL, IDEA, tell

DEVICES = ("K1", "K2", "D1")
BREAKS = st.integers(1, 12)
MACHINES, PICKS = st.sampled_from(DEVICES), st.integers(0, 30)
CALLS = ("heads", "asides", "hashes_at", "lacking", "receive")


class Line:
    """A way to a store that breaks at its n-th call, before or after the other side did it."""

    def __init__(self, store, breaks=None, after=False, meanwhile=None):
        self._store, self._left, self._after = store, breaks, after
        self._meanwhile = meanwhile

    def __getattr__(self, name):
        does = getattr(self._store, name)
        if name not in CALLS:
            return does

        def asked(*words):
            if self._left is None:
                return does(*words)
            self._left -= 1
            if self._left == 0 and self._meanwhile:
                self._meanwhile()
                return getattr(self._store, name)(*words)
            if self._left == 0 and not self._after:
                raise StoreTrouble("the line broke")
            answer = does(*words)
            if self._left == 0:
                raise StoreTrouble("the answer was lost")
            return answer

        return asked


class Day(RuleBasedStateMachine):
    """One example: a day on which anything of this may happen in any order."""

    def __init__(self):
        super().__init__()
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.stores = {}
        for device in (*DEVICES, "S1"):
            self._open(device)
        self.told, self.copy, self.batches, self.sealed = [], None, [], {}
        found(self.stores["S1"])

    def _open(self, device):
        file = Path(self.folder.name) / f"{device}.sqlite"
        self.stores[device] = Store.open(file, hall=HALL, device=device)

    def teardown(self):
        try:
            self.all_is_well_again()
        finally:
            for store in self.stores.values():
                store.close()
            self.folder.cleanup()

    # --- what may happen ---

    @rule(at=st.sampled_from(DEVICES[:2]), sealed=st.binary(max_size=200))
    def somebody_says_it(self, at, sealed):
        beside = Sealed("voice", sealed, "d" * 64) if sealed else None
        attached = (beside,) if beside else ()
        case, _ = tell(self.stores[at], IDEA if sealed else ANGRY, None, attached)
        self.told.append(case.case_id)
        if sealed:
            self.sealed[case.case_id] = sealed

    @precondition(lambda self: self.told)
    @rule(at=MACHINES, pick=PICKS)
    def somebody_works_on_it(self, at, pick):
        case_id = self.told[pick % len(self.told)]
        for happening in (Accepted("desk"), Noted("desk", "看过了")):
            try:
                self.stores[at].append(case_id, happening)
            except Exception as trouble:
                assert type(trouble).__name__ in ("UnknownCase", "DoesNotFit"), trouble

    @rule(at=MACHINES, batch=st.sampled_from((1, 2, 1000)))
    def a_pass_goes_well(self, at, batch):
        sync(self.stores[at], self.stores["S1"], batch=batch)

    @rule(
        at=MACHINES, batch=st.sampled_from((1, 3)), breaks=st.integers(1, 12), after=st.booleans()
    )
    def a_pass_breaks(self, at, batch, breaks, after):
        with suppress(StoreTrouble):
            sync(self.stores[at], Line(self.stores["S1"], breaks, after), batch=batch)

    @rule(at=MACHINES, breaks=st.integers(1, 12), after=st.booleans())
    def the_machine_dies_while_it_takes(self, at, breaks, after):
        try:
            sync(Line(self.stores[at], breaks, after), self.stores["S1"], batch=2)
        except StoreTrouble:
            self.stores[at].close()
            self._open(at)

    @rule(at=MACHINES)
    def a_batch_is_kept_on_the_way(self, at):
        self.batches.append(self.stores[at].lacking(self.stores["S1"].heads(), 3))

    @precondition(lambda self: self.batches)
    @rule(pick=PICKS)
    def a_batch_comes_again(self, pick):
        with suppress(StoreTrouble):
            self.stores["S1"].receive(self.batches[pick % len(self.batches)])

    @rule()
    def a_copy_is_made(self):
        self._copied("S1.sqlite", "copy")
        self.copy = True

    @precondition(lambda self: self.copy)
    @rule()
    def the_shared_store_is_set_back(self):
        self._set_back()

    @precondition(lambda self: self.copy)
    @rule(at=MACHINES, breaks=st.integers(1, 8))
    def the_shared_store_is_set_back_within_a_pass(self, at, breaks):
        line = Line(self.stores["S1"], breaks)

        def meanwhile():
            self._set_back()
            line._store = self.stores["S1"]

        line._meanwhile = meanwhile
        with suppress(StoreTrouble):
            sync(self.stores[at], line, batch=2)

    def _set_back(self):
        self.batches = []
        self._copied("copy", "S1.sqlite")

    def _copied(self, name, to):
        self.stores["S1"].close()
        place = Path(self.folder.name)
        for ending in ("-wal", "-shm"):
            (place / f"{to}{ending}").unlink(missing_ok=True)
            if (place / f"{name}{ending}").exists() and ending == "-wal":
                shutil.copy(place / f"{name}{ending}", place / f"{to}{ending}")
        shutil.copy(place / name, place / to)
        self._open("S1")

    # --- what holds ---

    @invariant()
    def no_chain_has_a_gap(self):
        shared = self.stores["S1"]
        for origin, head in shared.heads().items():
            assert shared.count_of(origin) == head.seq, origin

    def all_is_well_again(self):
        """Two passes of each: everything is everywhere, once, as it was written."""
        shared = self.stores["S1"]
        for _ in range(2):
            for device in DEVICES:
                sync(self.stores[device], shared)
        assert shared.counts().get("registered", 0) == len(self.told)
        assert verify(shared).troubles == ()
        everything = sorted(shared.all_events())
        for device in DEVICES:
            assert sorted(self.stores[device].all_events()) == everything
        for case_id, content in self.sealed.items():
            case = shared.case(case_id)
            assert shared.sealed_content(case, "voice") == content
        assert shared.asides() == []
