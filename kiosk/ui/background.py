"""Work off the GUI thread has one door: `run(work, done)`; `done` comes back on the GUI thread."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Protocol
from weakref import finalize

from PySide6.QtCore import QObject, Signal, Slot

#: What waits to be run; None ends it.
Jobs = SimpleQueue[Callable[[], None] | None]


class Runner(Protocol):
    """What does the work."""

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None: ...


class Turn:
    """Whose turn it is: an answer to what somebody asked who is gone by now is let go."""

    def __init__(self) -> None:
        self._number = 0

    def next(self) -> None:
        """Somebody else's turn begins."""
        self._number += 1

    def only(self, then: Callable[[Any], None]) -> Callable[[Any], None]:
        """`then`, as long as it is still the same one's turn."""
        number = self._number

        def told(value: Any) -> None:
            if number == self._number:
                then(value)

        return told


class Background(QObject):
    """One worker thread; what is handed in runs in order. An exception goes to `failed`."""

    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Not QThreadPool: Qt deletes a QRunnable while PySide still knows its address, and the
        # next item of the screen that lands there looks like a QRunnable.
        self._jobs: Jobs = SimpleQueue()
        Thread(target=_work, args=(self._jobs,), name="zhaocha", daemon=True).start()
        finalize(self, self._jobs.put, None)
        self._finished.connect(self._deliver)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `work` on the worker, then `done(result)` or `failed(trouble)` on the GUI thread."""

        def job() -> None:
            try:
                result = work()
            except Exception as trouble:
                self._finished.emit(failed or _loud, trouble)
            else:
                self._finished.emit(done, result)

        self._jobs.put(job)

    @Slot(object, object)
    def _deliver(self, then: Callable[[Any], None], value: Any) -> None:
        then(value)

    def wait(self) -> None:
        """Until all that was handed in has run."""
        reached = Event()
        self._jobs.put(reached.set)
        reached.wait()


def _work(jobs: Jobs) -> None:
    """Job after job, until there is nobody left to hand any in."""
    while (job := jobs.get()) is not None:
        job()


def _loud(trouble: Exception) -> None:
    raise trouble
