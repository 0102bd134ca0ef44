"""The tracking page: what became of one case (kiosk/shown.py), for whoever holds its code.

Where the store may be written, they answer, judge or take back here too, by the kiosk's own rules.
No script, no cookie, nothing from anybody else. An unknown, a mistyped and a malformed code get the
same answer and cost the same work. Codes are never logged.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from db.case import Case, DoesNotFit
from db.code import NotACode, TrackingCode, mint, read_code
from db.engine import StoreTrouble
from db.happening import Improved
from db.store import Store
from db.terms import Grade, Verdict
from kiosk import says
from kiosk.catalogue import Catalogue
from kiosk.deadlines import Deadlines
from kiosk.shown import shown
from kiosk.words import SOURCE, languages, name_of, say

FOLDER = Path(__file__).parent
#: How many addresses the limiter keeps in mind.
REMEMBERED = 10_000
#: Bytes of a form at most: a thousand characters, each escaped, and the rest.
LONGEST_FORM = 32_000
#: What was just said, as an address tells it on the way back to the case.
SAID = {
    "answered": "您的回答已经交给经办的人。",
    "judged": "记下了，谢谢您。",
    "withdrawn": "撤回了。",
    "late": "这件事刚刚有了变化，请看一看再点。",
    "empty": "还没有写字，或者没有点。请再看一看。",
}
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
        deadlines: Deadlines | None = None,
    ) -> None:
        """With `deadlines` the page takes what its citizen says, if the store may be written."""
        self._deadlines = deadlines
        self._one = threading.Lock()
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
                Route("/say", self.said, methods=["POST"]),
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
        """What the code of the address leads to."""
        code, known = _read(request.path_params["code"])
        try:
            found = await self._looked_up(request, code, known)
        except StoreTrouble:
            return self._away(request)
        if isinstance(found, Response):
            return found
        case, improvement = found
        told = shown(
            case, self._catalogue, self._language(request), self._now().date(), improvement
        )
        said = request.query_params.get("said", "")
        return self._page(
            request,
            "case.html",
            told=told,
            seal=case.seal[:8],
            code=code.path,
            seen=says.moves(case),
            writes=self._writes,
            reasons=says.REASONS,
            said=SAID.get(said, ""),
        )

    async def said(self, request: Request) -> Response:
        """What the holder of a code says: kept, and back to the case."""
        form = await _form(request)
        code, known = _read(form.get("code", ""))
        try:
            found = await self._looked_up(request, code, known)
            if isinstance(found, Response):
                return found
            case, _ = found
            if not self._writes:
                told = ""
            else:
                told = await run_in_threadpool(self._keep, case.case_id, form)
        except StoreTrouble:
            return self._away(request, form)
        query = f"lang={self._language(request)}"
        if request.query_params.get("size") == "large":
            query += "&size=large"
        return RedirectResponse(f"/t/{code.path}?{query}&said={told}", 303, HEADERS)

    async def _looked_up(
        self, request: Request, code: TrackingCode, known: bool
    ) -> tuple[Case, Improved | None] | Response:
        """What a code leads to, or the page for one that leads nowhere. Raises StoreTrouble."""
        address = request.client.host if request.client else ""
        if not code.tail and self._limiter.full(address):
            return self._page(request, "limited.html", status=429)
        found = await run_in_threadpool(self._find, code)
        if found is None or not known:
            self._limiter.missed(address)
            return self._page(request, "unknown.html", status=404)
        return found

    def _away(self, request: Request, again: dict[str, str] | None = None) -> Response:
        """Nothing can be looked up now; `again` is a form that was not kept, to be sent anew."""
        since = self._away_since or self._now()
        return self._page(request, "away.html", 503, since=f"{since:%H:%M}", again=again or {})

    @property
    def _writes(self) -> bool:
        """A login of its own only reads (db/scope.py); the hall's own store may be written."""
        store = self._store
        return self._deadlines is not None and store is not None and store.scope is None

    def _keep(self, case_id: str, form: dict[str, str]) -> str:
        """Keep what a form says: a word of SAID. Raises StoreTrouble."""
        try:
            what, said = self._read_form(form)
        except ValueError:
            return "empty"
        with self._one:
            store = self._store
            if store is None:
                raise StoreTrouble("the store has just gone away")
            try:
                case = store.case(case_id)
                if form.get("seen") == str(says.moves(case)):
                    store.append(case_id, said)
                    return what
            except DoesNotFit:
                case = store.case(case_id)
            except StoreTrouble:
                self._lose()
                raise
            return what if says.is_said(case, said) else "late"

    def _read_form(self, form: dict[str, str]) -> tuple[str, says.Said]:
        """What a form says, and its word of SAID. Raises ValueError for nothing or nonsense."""
        assert self._deadlines is not None
        match form.get("what"):
            case "answer":
                return "answered", says.answered(form.get("words", ""))
            case "judge":
                verdict = Verdict(form.get("verdict", ""))
                grade = Grade(form["grade"]) if form.get("grade") else None
                again = verdict is Verdict.UNSOLVED and form.get("reason") in says.REASONS
                reason = form["reason"] if again else ""
                now = self._now()
                return "judged", says.judged(verdict, grade, reason, self._deadlines, now)
            case "withdraw":
                return "withdrawn", says.withdrawn()
            case _:
                raise ValueError("nothing is said")

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
            self._lose()
            raise
        self._away_since = None
        return (found, entry) if found else None

    def _lose(self) -> None:
        """Let go of a store that does not answer; the next look opens it anew."""
        self._away_since = self._away_since or self._now()
        if self._store is not None:
            self._store.close()
        self._store = None

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


def _read(typed: str) -> tuple[TrackingCode, bool]:
    """The code that was typed, and whether it is one: another stands in for what is none."""
    try:
        return read_code(typed), True
    except NotACode:
        return mint(), False


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; none for what is too long or no form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))
    except ValueError:
        return {}


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
