"""/metrics for a monitor: figures of the machines, for this machine or whoever shows the token."""

import hmac
import threading
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.engine import StoreTrouble
from db.store import Store

#: What a proxy in front of us adds: then "this machine" is only the proxy.
PASSED_ON = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
HERE = ("127.0.0.1", "::1")


class Figures:
    """The text from a store that stays open, and is opened anew after trouble."""

    def __init__(self, open_store: Callable[[], Store], text: Callable[[Store], str]) -> None:
        self._open = open_store
        self._text = text
        self._lock = threading.Lock()
        self._store: Store | None = None

    def __call__(self) -> str:
        """Raises StoreTrouble."""
        with self._lock:
            try:
                self._store = self._store or self._open()
                return self._text(self._store)
            except StoreTrouble:
                if self._store is not None:
                    self._store.close()
                self._store = None
                raise


def metrics(read: Callable[[], str], token: str = "") -> Route:
    """The route. `read` gives the text and may raise StoreTrouble; a `token` is asked of everybody.

    Whoever may not read it gets what every unknown page gets.
    """

    async def answer(request: Request) -> Response:
        if not _may(request, token):
            return PlainTextResponse("Not Found", 404)
        try:
            text = await run_in_threadpool(read)
        except StoreTrouble:
            return PlainTextResponse("the store cannot be reached\n", 503)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    return Route("/metrics", answer)


def _may(request: Request, token: str) -> bool:
    if token:
        shown = request.headers.get("authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    passed_on = any(name in request.headers for name in PASSED_ON)
    return not passed_on and request.client is not None and request.client.host in HERE
