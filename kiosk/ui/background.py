"""Work off the GUI thread has one door: `run(work, done)`; `done` comes back on the GUI thread."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal


class Runner(Protocol):
    """What does the work: a thread in the product, a list drained by hand in tests."""

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None: ...


class Background(QObject):
    """One worker thread; what is handed in runs in order. An exception goes to `failed`."""

    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setExpiryTimeout(-1)
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

        self._pool.start(QRunnable.create(job))

    def _deliver(self, then: Callable[[Any], None], value: Any) -> None:
        then(value)

    def wait(self) -> None:
        """Until all that was handed in has run."""
        self._pool.waitForDone()


class Drained:
    """A runner for tests: nothing runs until `drain`, then all of it at once, in order."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Any, Any, Any]] = []

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self._waiting.append((work, done, failed))

    def drain(self) -> None:
        while self._waiting:
            work, done, failed = self._waiting.pop(0)
            try:
                result = work()
            except Exception as trouble:
                (failed or _loud)(trouble)
            else:
                done(result)


def _loud(trouble: Exception) -> None:
    raise trouble
