"""Every page of the desk, how to get there, and a picture of each.

`python -m tests.desk_pages [--out DIR] [NAME ...]` renders them at the sizes of desks and halls, in
Chinese and in English.
"""

import argparse
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from db import happening as h
from db.beat import Beat, note_beat
from db.seal import seal
from db.sync import note_pass, sync
from db.terms import (
    Difficulty,
    Dimension,
    Duty,
    Feedback,
    Grade,
    Kind,
    Need,
    Outcome,
    Rated,
    ReplyBy,
    Result,
    Ring,
    Role,
    Where,
)
from kiosk.adpcm import Encoder
from kiosk.drawing import Drawing
from kiosk.staff import SAMPLE_PIN
from kiosk.ui.hands import items, wait_until
from tests.filled import fill, found_long_ago, lives
from tests.people import ANGRY, IDEA, tell
from tests.sounds import tone

WIDE, TALL, SMALL, LEAST = (1920, 1080), (1080, 1920), (1366, 768), (1280, 720)
SIZES = (WIDE, TALL, SMALL, LEAST)
LOGINS = (
    "desk", "coordinator", "head", "handler", "leader", "supervisor", "inspector", "admin",
    "auditor",
)  # fmt: skip
LONG = (
    "我早上八点就来排队，等了两个多小时，窗口说材料不全，又让我去三楼盖章。"
    "跑了三趟，最后才知道少一张复印件。"
)
#: As long as a post is called.
POST = "济宁市为民服务中心督查指导科 副科长（主持工作）兼找茬窗口协调员"
NEEDS = tuple(map(Need, ("agent", "booking", "late", "copy", "post", "visit")))
EVERYTHING = Feedback(
    Kind.COMPLAINT,
    grade=Grade.VERY_DISSATISFIED,
    dimensions=(Rated(Dimension.EFFICIENCY, Grade.VERY_DISSATISFIED),),
    problems=("C01", "C02", "C03", "C04"),
    service_window="W05",
    service_item="I06",
    ticket="A032",
    waited_minutes=47,
    words=LONG,
    needs=NEEDS,
    reply_by=ReplyBy.ON_SITE,
)
NO = Outcome(
    Result.N1,
    LONG,
    LONG,
    basis="《优化营商环境条例》第三十五条",
    where=Where("二楼 6 号窗口，0537-0000000", "带身份证来，当场办"),
)


def stops(counter) -> Iterator[str]:
    """Bring a desk that nobody has worked at to each of its pages; the name of where it is now."""
    yield from _signing_in(counter)
    for login in LOGINS:
        yield from _pages(counter, login, "empty")
    _fill(counter)
    for login in LOGINS:
        yield from _pages(counter, login, "filled")
    yield from _cases(counter)
    yield from _slip(counter)
    yield from _roster(counter)
    yield from _ledger(counter)
    yield from _numbers(counter)
    yield from _people(counter)
    yield from _mine(counter)


def rest(counter) -> None:
    """Until the desk has done all it was asked for."""
    for _ in range(3):
        counter.background.wait()
        counter.printing.wait()
        counter.hands.settle()


def part(counter, name):
    """The page or form that is shown, by its file's name."""
    return next(
        item
        for item in items(counter.view.rootObject())
        if item.metaObject().className().startswith(f"{name}_QML")
    )


def sign_in(counter, login, page=""):
    counter.desk.signOut()
    counter.desk.signIn(login, SAMPLE_PIN)
    wait_until(lambda: counter.desk.person, "somebody to be signed in")
    if page:
        counter.desk.turn(page)
    rest(counter)


def _signing_in(counter):
    yield "sign-in"
    counter.desk.signIn("desk", "000000")
    wait_until(lambda: counter.desk.said, "the refusal")
    yield "sign-in refused"


def _pages(counter, login, how):
    """Every page once, and the head of the desk as each role has it."""
    sign_in(counter, login)
    pages = [page["code"] for page in counter.desk.pages]
    for page in pages if login in ("coordinator", "auditor") else pages[:1]:
        counter.desk.turn(page)
        rest(counter)
        yield f"{how} {login} {page}"


def _fill(counter):
    """A hall with a past, and everything that can stand at the head of the desk."""
    store, kiosk = counter.passes, counter.kiosk
    fill(found_long_ago(store), lives(240, 40, last=date.today()))
    for _ in range(2):
        tell(kiosk, EVERYTHING)
    late, _ = tell(kiosk, Feedback(Kind.COMPLAINT, problems=("C03",), service_window="W07"))
    unprinted, _ = tell(kiosk, IDEA)
    sync(kiosk, counter.shared)
    sync(store, counter.shared)
    store.append(late.case_id, h.Classified("desk", Difficulty.SIMPLE, "2026-01-05"))
    store.append(unprinted.case_id, h.PrintFailed("没纸了"))
    for number, title in enumerate(("船员窗口前移到码头", LONG[:40], "复印件一次说清")):
        store.append_hall(
            f"entry{number}",
            h.Improved(
                "coordinator", title, f"2026-11-2{number}", "PORT", ("改流程", "加人手"),
                200, 12, 200, 3, f"您找茬，我整改：{title}", number != 1,
            ),
        )  # fmt: skip
    now = datetime.now()
    at = round(now.timestamp() * 1000)
    hour, mb = 3_600_000, 90_000
    note_beat(
        store, Beat("K2", at, paper="没纸了", paper_stops=True, free_mb=mb, said_ms=at - 216 * hour)
    )
    note_beat(store, Beat("K3", at, free_mb=mb, said_ms=at, damaged=3, healed=2, healed_ms=at))
    note_beat(
        store, Beat("K4", at, free_mb=200, screen_ms=at - hour, unsent=12, unsent_ms=at - 2 * hour)
    )
    tomorrow = (now + timedelta(days=1)).date().isoformat()
    store.append_hall(
        "roster", h.Rostered("coordinator", tomorrow, "", Duty.LEADER, "", "", "出差")
    )
    for number in range(4):
        store.append_hall(
            "staff",
            h.Appointed(
                "admin", f"clerk{number}", "督查指导科 值守员", Role.CLERK, "SI", ("W04", "W05")
            ),
        )
    for _ in range(5):
        store.append_hall("staff:handler", h.SignInFailed("handler"))
    store.append_hall("staff:handler", h.Unlocked("admin", "handler"))
    for _ in range(5):
        store.append_hall("staff:clerk1", h.SignInFailed("clerk1"))
    store.append_hall("staff", h.Appointed("admin", "supervisor", POST, Role.SUPERVISOR))
    store.call("call-1", "K2")
    store.call("call-3", POST, "supervisor")
    store.call("call-2", "督查指导科 协调员", "coordinator")
    store.answer_call("call-2", "副局长 带班领导")
    note_pass(store, "no answer")


def _calm(counter):
    """Nobody calls, nothing is away: what happened before is put aside."""
    counter.passes.answer_call("call-1", "督查指导科 值守员")
    note_pass(counter.passes)
    counter.passes.answer_call("call-3", "副局长 带班领导")
    for call in ("call-1", "call-2", "call-3"):
        counter.desk.putAside(call)


def _cases(counter):
    desk, work = counter.desk, counter.desk.work
    page = Drawing(700, 8, ((10, 10, 500, 300), (20, 400, 600, 90)))
    key = counter.store.people().key(Ring.CONTACT)
    note = Encoder()
    note.add(tone(0, 16000, 0.5))
    attached = (seal(key, "ink", page.write()), seal(key, "voice", note.write()))
    case, _ = tell(counter.kiosk, EVERYTHING, attached=attached)
    other, _ = counter.told(ANGRY, phone="13800000000")
    yes, _ = counter.told(ANGRY)

    def forms(where):
        for deed in [deed["name"] for deed in work.deeds if deed["asks"] or deed["sure"]]:
            part(counter, "CasePage").setProperty("open", deed)
            rest(counter)
            yield f"{where} {deed}"
        part(counter, "CasePage").setProperty("open", "")

    def opened(case):
        work.open(case.case_id)
        rest(counter)
        part(counter, "CasePage").setProperty("all", True)
        rest(counter)

    sign_in(counter, "desk")
    yield "news on top"
    desk.showCards()
    work.choose("closed")
    rest(counter)
    yield "closed ones"
    work.search("4821")
    rest(counter)
    yield "nothing found"
    work.search("")
    _calm(counter)
    opened(other)
    work.reveal()
    rest(counter)
    yield "case with a number"
    work.do("accept", {})
    rest(counter)
    yield "case accepted"
    opened(case)
    yield "case registered"
    work.enclosure("ink")
    work.enclosure("voice")
    rest(counter)
    yield "case with a drawing"
    work.do("accept", {})
    rest(counter)
    yield from forms("case")
    form = part(counter, "CasePage")
    form.setProperty("open", "reply")
    rest(counter)
    yield "reply"
    composer = part(counter, "ReplyForm")
    for result in [r["code"] for r in work.results]:
        if result in ("A2", "A4", "G1", "N1", "N2"):
            next(c for c in items(composer) if c.property("choices") == work.results).setProperty(
                "picked", result
            )
            rest(counter)
            yield f"reply {result}"
    for hint, text in (
        ("查到什么、怎么办的（给工作人员看）", LONG),
        ("给市民的回复", "这个办不了。" + LONG),
    ):
        field = next(i for i in items(composer) if i.property("hint") == hint)
        field.setProperty("text", text)
    rest(counter)
    yield "reply with words to mend"
    work.reply(
        {
            "result": "N1",
            "text": NO.text,
            "reply": NO.reply,
            "basis": NO.basis,
            "place": NO.where.place,
            "how": NO.where.how,
        }
    )
    rest(counter)
    yield "case in review"
    opened(yes)
    work.do("accept", {})
    rest(counter)
    work.do("assign", {"department": "SI"})
    rest(counter)
    yield "case handed over"
    sign_in(counter, "handler")
    work.open(yes.case_id)
    rest(counter)
    yield "case of the handler"
    yield from forms("handler")
    work.do("take", {})
    rest(counter)
    work.do("ask", {"question": LONG})
    rest(counter)
    yield "case asked"
    sign_in(counter, "leader")
    work.open(case.case_id)
    rest(counter)
    yield "case of the leader"
    yield from forms("leader")
    work.do("approve", {})
    rest(counter)
    sign_in(counter, "coordinator")
    opened(case)
    yield "case replied"
    yield from forms("coordinator")
    work.do("supervise", {"note": LONG})
    work.do("follow_up", {"verdict": "solved", "note": LONG})
    rest(counter)
    yield "case closed"


def _slip(counter):
    sign_in(counter, "desk", "slip")
    page = part(counter, "PaperSlip")
    choices = [c for c in items(page) if c.metaObject().className().startswith("Choice_QML")]
    kind, reply = choices[1], choices[-1]
    for picked in ("suggestion", "help"):
        kind.setProperty("picked", picked)
        rest(counter)
        yield f"slip {picked}"
    reply.setProperty("picked", "phone")
    rest(counter)
    yield "slip with a number"


def _roster(counter):
    sign_in(counter, "coordinator", "roster")
    page = part(counter, "Roster")
    day = counter.desk.view("roster").days[0]
    for duty, post in (("window", ""), ("leader", "副局长 带班领导")):
        page.setProperty("filling", {"day": day["day"], "half": "am", "duty": duty, "post": post})
        rest(counter)
        yield f"roster filling {duty}"


def _ledger(counter):
    sign_in(counter, "coordinator", "ledger")
    page = counter.desk.view("ledger")
    for one in ("new", page.entries[0]["id"]):
        page.choose(one)
        rest(counter)
        yield f"ledger {'new' if one == 'new' else 'open'}"


def _numbers(counter):
    sign_in(counter, "coordinator", "numbers")
    page = counter.desk.view("numbers")

    def settled():
        wait_until(lambda: not page.busy, "the numbers")
        rest(counter)

    page.choose("year")
    for axis in [choice["code"] for choice in page.groupings]:
        page.group(axis)
        settled()
        yield f"numbers {axis}"
    page.focus(page.bars[0]["code"])
    settled()
    yield "numbers of one"
    counter.hands.tap("导出")
    rest(counter)
    yield "numbers to take along"
    page.choose("week")
    for _ in range(60):
        page.earlier()
    settled()
    yield "numbers of nothing"


def _people(counter):
    for login in ("admin", "coordinator", "auditor"):
        sign_in(counter, login, "people")
        page = counter.desk.view("people")
        if login == "auditor":
            part(counter, "People").setProperty("log", False)
        for chosen in ("clerk1", "desk", login, *(["new"] if login == "admin" else [])):
            page.choose(chosen)
            rest(counter)
            yield f"people {login} {chosen}"
        if login == "admin":
            page.choose("clerk0")
            page.givePassword()
            wait_until(lambda page=page: page.password, "the password")
            rest(counter)
            yield "people password"
            part(counter, "Member").setProperty("sure", True)
            rest(counter)
            yield "people leaving"


def _mine(counter):
    sign_in(counter, "coordinator", "slip")
    counter.hands.tap(counter.desk.person)
    rest(counter)
    yield "my password"
    mine = counter.desk.view("mine")
    mine.change(SAMPLE_PIN, "12345678", "12345678")
    wait_until(lambda: mine.said, "the refusal")
    yield "my password refused"


def main():
    from kiosk.ui.window import application
    from tests.ui.test_desk import Counter

    told = argparse.ArgumentParser(prog="python -m tests.desk_pages")
    told.add_argument("--out", type=Path, default=Path("desk-out"))
    told.add_argument("names", nargs="*", help="only pages whose names begin so")
    told = told.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    application()
    with tempfile.TemporaryDirectory() as folder:
        counter = Counter(Path(folder) / "desk", "folder:receipts")
        counter.desk._language.attach(counter.view.engine())
        for number, name in enumerate(stops(counter)):
            if told.names and not name.startswith(tuple(told.names)):
                continue
            for language in ("zh", "en"):
                counter.desk.speak(language)
                for size in SIZES:
                    counter.view.resize(*size)
                    rest(counter)
                    file = f"{size[0]}-{number:03}-{name.replace(' ', '-')}-{language}.png"
                    counter.view.grabWindow().save(str(told.out / file))
            counter.desk.speak("zh")
        counter.close()


if __name__ == "__main__":
    main()
