"""The tracking page: what became of one case, for whoever holds its code (kiosk/shown.py says what).

No script, no cookie, nothing from anybody else. An unknown, a mistyped and a malformed code get the
same answer and cost the same work. Codes are never logged.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from db.case import Case
from db.code import NotACode, TrackingCode, mint, read_code
from db.engine import StoreTrouble
from db.happening import Improved
from db.store import Store
from kiosk.catalogue import Catalogue
from kiosk.shown import shown
from kiosk.words import SOURCE, languages, name_of, say

FOLDER = Path(__file__).parent
#: How many addresses the limiter keeps in mind.
REMEMBERED = 10_000
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class Limiter:
    """Typed codes that led nowhere, counted per address and altogether within a window of time."""

    def __init__(
        self,
        each: int = 10,
        altogether: int = 300,
        window: float = 600,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._each = each
        self._most = altogether
        self._window = window
        self._clock = clock
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._altogether: deque[float] = deque()

    def full(self, address: str) -> bool:
        """Whether this address, or everybody together, has missed too often."""
        mine = self._by_address.get(address, deque())
        return self._recent(mine) >= self._each or self._recent(self._altogether) >= self._most

    def missed(self, address: str) -> None:
        now = self._clock()
        self._by_address.setdefault(address, deque(maxlen=self._each)).append(now)
        self._by_address.move_to_end(address)
        self._altogether.append(now)
        while len(self._by_address) > REMEMBERED:
            self._by_address.popitem(last=False)

    def _recent(self, misses: "deque[float]") -> int:
        while misses and self._clock() - misses[0] > self._window:
            misses.popleft()
        return len(misses)


class Tracking:
    """The page over one store, which may be away for a while."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        catalogue: Catalogue,
        now: Callable[[], datetime] = datetime.now,
        limiter: Limiter | None = None,
        more: Sequence[Route] = (),
    ) -> None:
        self._open = open_store
        self._catalogue = catalogue
        self._now = now
        self._limiter = limiter or Limiter()
        self._more = more
        self._store: Store | None = None
        self._away_since: datetime | None = None
        self._pages = Environment(
            loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, trim_blocks=True
        )

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self.front),
                Route("/t", self.typed),
                Route("/t/{code:path}", self.case),
                Route("/page.css", self.style),
                Route("/health", self.health),
                *self._more,
            ]
        )

    async def front(self, request: Request) -> Response:
        return self._page(request, "front.html")

    async def typed(self, request: Request) -> Response:
        """The form without a script: on to the page of what was typed."""
        said = "".join(c for c in request.query_params.get("code", "") if c.isalnum())[:60]
        language = self._language(request)
        return RedirectResponse(f"/t/{said or '-'}?lang={language}", 303, HEADERS)

    async def case(self, request: Request) -> Response:
        address = request.client.host if request.client else ""
        try:
            code = read_code(request.path_params["code"])
            known = True
        except NotACode:
            code, known = mint(), False
        if not code.tail and self._limiter.full(address):
            return self._page(request, "limited.html", status=429)
        try:
            found = await run_in_threadpool(self._find, code)
        except StoreTrouble:
            since = self._away_since or self._now()
            return self._page(request, "away.html", status=503, since=f"{since:%H:%M}")
        if found is None or not known:
            self._limiter.missed(address)
            return self._page(request, "unknown.html", status=404)
        case, improvement = found
        told = shown(
            case, self._catalogue, self._language(request), self._now().date(), improvement
        )
        return self._page(request, "case.html", told=told, seal=case.seal[:8])

    async def style(self, _: Request) -> Response:
        css = (FOLDER / "page.css").read_text("utf-8")
        return Response(css, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    async def health(self, _: Request) -> Response:
        try:
            await run_in_threadpool(self._find, mint())
        except StoreTrouble:
            return PlainTextResponse("the store cannot be reached\n", 503)
        return PlainTextResponse("ok\n")

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def _find(self, code: TrackingCode) -> tuple[Case, Improved | None] | None:
        """The case of a code, and the improvement that its outcome points to."""
        try:
            if self._store is None:
                self._store = self._open()
            found = self._store.find(code)
            entry = None
            if found and found.outcome and found.outcome.improvement:
                entry = self._store.people().improvements.get(found.outcome.improvement)
        except StoreTrouble:
            self._away_since = self._away_since or self._now()
            if self._store is not None:
                self._store.close()
            self._store = None
            raise
        self._away_since = None
        return (found, entry) if found else None

    def _language(self, request: Request) -> str:
        known = languages()
        wished = accepted(request.headers.get("accept-language", ""))
        wished.insert(0, request.query_params.get("lang", ""))
        return next((language for language in wished if language in known), SOURCE)

    def _page(self, request: Request, name: str, status: int = 200, **shown: Any) -> Response:
        language = self._language(request)
        large = request.query_params.get("size") == "large"
        page = self._pages.get_template(name).render(
            say=lambda text, *args: say(text, language, *args),
            language=language,
            others=[(o, tag(o), name_of(o)) for o in languages() if o != language],
            tag=tag(language),
            large=large,
            hall=self._catalogue.hall.name.say(language),
            phone=self._catalogue.hall.phone,
            **shown,
        )
        return Response(page, status, HEADERS, "text/html; charset=utf-8")


def accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wanted first: ja-JP is ja."""
    wanted = []
    for entry in header.split(","):
        name, _, weight = entry.partition(";")
        try:
            wanted.append((float(weight.strip().removeprefix("q=") or 1), name))
        except ValueError:
            continue
    wanted.sort(key=lambda pair: -pair[0])
    return [name.strip().lower().partition("-")[0] for weight, name in wanted if weight > 0]


def tag(language: str) -> str:
    """The language's tag in a page."""
    return "zh-CN" if language == SOURCE else language


def serve(tracking: Tracking, host: str, port: int) -> None:
    """Serve until the process is told to stop; no access log, for addresses hold codes."""
    import uvicorn

    try:
        uvicorn.run(
            tracking.application(),
            host=host,
            port=port,
            access_log=False,
            log_level="warning",
            server_header=False,
        )
    finally:
        tracking.close()
