"""A day in a minute, without a screen: three citizens, one desk, one reply, one look-up.

Every tap is a synthetic touch on the real screens; paper, log, sync and page are the real ones.
Nothing is prepared in advance.
"""

import json
import os
import shutil
import threading
import time
import urllib.request
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtQuick import QQuickView

    from kiosk.ui.hands import Hands

MADE = ("demo.json", "local.sqlite", "shared.sqlite", "tracking-page.html")
MADE_FOLDERS = ("screens", "catalogue.last-good")


@dataclass
class Told:
    """What demo.json says of one case."""

    number: str
    code: str
    address: str
    taps: int
    seconds: float
    receipt: str
    state: str = ""


@dataclass
class Album:
    """The pictures, in the order in which they were seen."""

    folder: Path
    taken: list[str] = field(default_factory=list)

    def keep(self, view: "QQuickView", name: str) -> None:
        file = f"{len(self.taken) + 1:02}-{name}.png"
        view.grabWindow().save(str(self.folder / file))
        self.taken.append(file)


def demo(out: Path) -> int:
    """Run the day into `out`. Raises ValueError for a folder with something else in it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    out = out.resolve()
    _clear(out)
    (out / "screens").mkdir(parents=True)
    # From now on the folder is ours, also if the day ends early.
    (out / "demo.json").write_text("{}", "utf-8")
    told = _day(out)
    (out / "demo.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    for case in told["cases"]:
        print(f"{case['number']}  {case['state']:10}  {case['taps']} taps  {case['address']}")
    print(f"screens   {out / 'screens'} ({len(told['screens'])} pictures)")
    print(f"receipts  {out}/receipt-*.pdf and .png")
    print(f"records   {out / 'shared.sqlite'} ({told['events']} events), {out / 'demo.json'}")
    return 0


def _clear(out: Path) -> None:
    """Make room for a new demo; leave a folder alone that holds anything else."""
    if not out.exists():
        return
    if any(out.iterdir()) and not (out / "demo.json").exists():
        raise ValueError(f"{out} holds something else; name an empty folder with --out")
    for name in MADE_FOLDERS:
        shutil.rmtree(out / name, ignore_errors=True)
    for file in out.iterdir():
        if file.name.startswith(("receipt-", "local.sqlite", "shared.sqlite")) or (
            file.name in MADE
        ):
            file.unlink()


def _day(out: Path) -> dict[str, Any]:
    import PySide6.QtQuick  # noqa: F401  the view's root item needs it
    from PySide6.QtTest import QTest

    from db.sync import sync
    from db.verify import verify
    from kiosk import app
    from kiosk.handwriting import Handwriting
    from kiosk.pinyin import Pinyin
    from kiosk.settings import load
    from kiosk.ui.background import Background
    from kiosk.ui.citizen import Citizen
    from kiosk.ui.hands import DeskHands, Hands, wait_until
    from kiosk.ui.language import Language
    from kiosk.ui.window import application, close_view, open_view

    settings = load(out, {"printer": "folder:."})
    application()
    catalogue = app.hall_catalogue(settings)
    hall = catalogue.hall.code
    language, background = Language(), Background()
    citizen = Citizen(catalogue, language, background, cache(Pinyin.load), cache(Handwriting.load))
    kiosk = open_view("Main.qml", {"citizen": citizen}, width=1080, height=1920, ppi=82)
    language.attach(kiosk.engine())
    kiosk.show()
    QTest.qWaitForWindowExposed(kiosk)
    intake = app.make_intake(settings, catalogue)
    citizen.ready(intake)
    album, hands = Album(out / "screens"), Hands(kiosk)
    cases: list[Told] = []

    album.keep(kiosk, "home")
    cases.append(_complain(citizen, hands, album, wait_until))
    cases.append(_suggest(citizen, hands, album, wait_until))
    cases.append(_rate(citizen, hands, album, wait_until))

    local = app.open_local(settings, "D1", hall)
    shared = app.open_own(settings, "S1", hall)
    sync(local, shared)
    desk = app.make_desk(settings, catalogue, local, background)
    counter = open_view("desk/Desk.qml", {"desk": desk}, width=1366, height=768)
    counter.show()
    QTest.qWaitForWindowExposed(counter)
    _answer(desk, DeskHands(counter), album, wait_until, cases[0].number)
    sync(local, shared)

    _follow_up(citizen, hands, album, wait_until, cases[0].code)

    page = _page(settings, cases[0].address)
    (out / "tracking-page.html").write_text(page, "utf-8")
    from db.code import read_code

    for told in cases:
        found = shared.find(read_code(told.address))
        told.state = found.state if found else "lost"
    report = verify(shared)
    result = {
        "cases": [asdict(told) for told in cases],
        "events": report.events,
        "troubles": list(report.troubles),
        "kinds": shared.counts(),
        "screens": album.taken,
    }
    background.wait()
    close_view(counter)
    close_view(kiosk)
    for store in (local, shared, intake):
        store.close()
    return result


def _finish(
    citizen: Any, hands: "Hands", album: Album, wait_until: Any, name: str, since: float
) -> Told:
    """Wait for the paper, keep the picture and what is on it, and go home."""
    taps = hands.taps
    wait_until(lambda: citizen.paper == "printed", "the receipt")
    album.keep(hands.view, name)
    taken = citizen.taken
    hands.tap("All right" if citizen.language == "en" else "好了")
    hands.taps = 0
    return Told(
        taken.case.number,
        taken.code.grouped,
        taken.address,
        taps,
        round(time.monotonic() - since, 2),
        f"receipt-{taken.case.number}.pdf",
    )


def _complain(citizen: Any, hands: "Hands", album: Album, wait_until: Any) -> Told:
    """In Chinese: two problems, own words by pinyin, a mobile number."""
    since = time.monotonic()
    hands.tap("投诉")
    hands.tap("排队等候")
    hands.tap("办事流程")
    album.keep(hands.view, "problems")
    hands.tap("下一步")
    hands.tap("想说的话")
    for key in "paiduitaijiu":
        hands.tap(key)
    album.keep(hands.view, "own-words")
    hands.tap("排队太久")
    hands.tap("，")
    hands.tap("等了一个多小时。")
    hands.tap("写好了")
    hands.tap("怎么回复我")
    hands.tap("打我的手机")
    for digit in "13800000000":
        hands.tap(digit)
    album.keep(hands.view, "contact")
    hands.tap("好了")
    album.keep(hands.view, "hub")
    hands.tap("提 交")
    return _finish(citizen, hands, album, wait_until, "done", since)


def _suggest(citizen: Any, hands: "Hands", album: Album, wait_until: Any) -> Told:
    """In English."""
    since = time.monotonic()
    hands.tap("Language")
    hands.tap("English")
    album.keep(hands.view, "home-en")
    hands.tap("Suggest")
    hands.tap("Signs and rooms")
    hands.tap("Please add signs in English")
    album.keep(hands.view, "suggest-en")
    hands.tap("Send")
    return _finish(citizen, hands, album, wait_until, "done-en", since)


def _rate(citizen: Any, hands: "Hands", album: Album, wait_until: Any) -> Told:
    """Two taps."""
    since = time.monotonic()
    hands.tap("非常满意")
    album.keep(hands.view, "rate")
    hands.tap("完成")
    return _finish(citizen, hands, album, wait_until, "done-rating", since)


def _follow_up(citizen: Any, hands: "Hands", album: Album, wait_until: Any, code: str) -> None:
    """The citizen comes back and types the code of the receipt."""
    hands.tap("查进度")
    for key in code.replace(" ", ""):
        hands.tap(key)
    wait_until(lambda: citizen.screen == "CaseView", "the look-up")
    album.keep(hands.view, "follow-up")
    hands.tap("看好了")


def _answer(desk: Any, hands: "Hands", album: Album, wait_until: Any, number: str) -> None:
    """The desk signs in, accepts the complaint and replies."""
    from kiosk.staff import SAMPLE_PIN

    hands.write("账号", "desk")
    hands.write("密码", SAMPLE_PIN)
    hands.tap("登录")
    work = desk.work
    wait_until(lambda: work.model.rowCount(), "the worklist")
    hands.tap(number)
    wait_until(lambda: work.case, "the case")
    hands.tap("受理")
    wait_until(lambda: work.case.get("stateName") == "accepted", "the case to be accepted")
    hands.tap("写回复")
    hands.tap("已整改")
    hands.write("查到什么、怎么办的（给工作人员看）", "上午高峰加开两个窗口，流程单贴在取号机旁。")
    hands.write("做了什么、什么时候做到", "明天上午起")
    hands.write(
        "给市民的回复", "谢谢您提醒。从明天起，上午多开两个窗口；要去哪个窗口，取号时就告诉您。"
    )
    album.keep(hands.view, "desk")
    hands.tap("回复市民")
    wait_until(lambda: work.case.get("stateName") == "replied", "the reply")
    album.keep(hands.view, "desk-replied")


def _page(settings: Any, address: str) -> str:
    """The tracking page of one case, fetched from a real server on a free port."""
    import socket

    import uvicorn

    from kiosk import app
    from kiosk.web.page import Tracking

    hall = app.hall_catalogue(settings)
    tracking = Tracking(lambda: app.open_own(settings, "T1", hall.hall.code), hall)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(tracking.application(), log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    path = address.rpartition("/t/")[2]
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/t/{path}?lang=zh"
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            page: str = answer.read().decode()
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
        tracking.close()
    return page
