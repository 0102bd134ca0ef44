"""Every paper with sample values, for looking at and for printing blank slips: `zhaocha paper`.

The hall's own catalogue gives names, windows and items; the rest is in resources/papers.
"""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from db.case import Case
from db.code import TrackingCode
from db.terms import Feedback, Grade, Kind, Outcome, ReplyBy, Result, State, Where
from kiosk import RESOURCES
from kiosk.catalogue import Catalogue, ServiceItem
from kiosk.paper import digest, guide, handover, letter, no_list, notice, receipt, record_slip
from kiosk.paper.digest import Digest, Improvement, Late, Reopened, Tally, Top, Week
from kiosk.paper.handover import Handover, Machine, OpenCase, Waiting
from kiosk.paper.no_list import No, NoList
from kiosk.paper.notice import Notice
from kiosk.paper.parts import speaker

NOW = datetime(2026, 11, 23, 10, 26)
NUMBER = "ZC261123-K1-NVLSL"
CODE = TrackingCode("T8H5B4LYC96E", "HDW9764QSBGLY2")
ADDRESS = "https://zc.example.gov.cn/t/"

Draw = Callable[[Catalogue, str], bytes]


def draw(name: str, catalogue: Catalogue, language: str = "zh") -> bytes:
    """One paper by its name as a PDF. Raises KeyError."""
    return PAPERS[name](catalogue, language)


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((RESOURCES / "papers" / "samples.toml").read_text("utf-8"))


def words(language: str) -> dict[str, Any]:
    """The sample words: Chinese ones, English for everybody else."""
    found: dict[str, Any] = _told()["zh" if language == "zh" else "en"]
    return found


def case(catalogue: Catalogue, language: str = "zh") -> Case:
    """A complaint that has its reply."""
    duty, windows, told = catalogue.duty(NOW), catalogue.service_windows, words(language)
    return Case(
        case_id="sample",
        number=NUMBER,
        feedback=Feedback(
            Kind.COMPLAINT,
            grade=Grade.DISSATISFIED,
            problems=tuple(p.code for p in catalogue.problems[:4:3]),
            service_window=windows[len(windows) // 3].code,
            reply_by=ReplyBy.PHONE,
        ),
        state=State.REPLIED,
        due="2026-11-30",
        due_why=(),
        registered_ms=int(NOW.timestamp() * 1000),
        seal="7ff0a4e9",
        clock=0,
        department=catalogue.departments[0].code,
        outcome=Outcome(
            Result.A2,
            text="",
            reply=told["reply"],
            measures="\n".join(told["measures"]),
            basis=told["basis"],
            where=Where(windows[0].place.say(language), told["how"]),
        ),
        duty_post=duty.window_post.say("zh"),
        leader=duty.leader_post.say("zh"),
    )


def item(catalogue: Catalogue) -> ServiceItem:
    """A work permit, as in the window's first case, or else the hall's first item."""
    items = catalogue.service_items
    return next((one for one in items if "外国人" in one.name.say("zh")), items[0])


def _receipt(width_mm: float, copy: int = 0, test: bool = False) -> Draw:
    def drawn(catalogue: Catalogue, language: str) -> bytes:
        made = receipt.receipt_of(
            replace(case(catalogue), test=test), CODE, ADDRESS + CODE.path, catalogue, language,
            copy=copy, now=NOW, kiosk="K1", version="0.1.0",
        )  # fmt: skip
        return receipt.draw(made, width_mm)

    return drawn


def _guide(width_mm: float) -> Draw:
    return lambda catalogue, language: guide.draw(item(catalogue), catalogue, language, width_mm)


def _notice(catalogue: Catalogue, language: str) -> bytes:
    hall, wanted, told = catalogue.hall, item(catalogue), words(language)
    window = catalogue.service_window(wanted.service_window)
    return notice.draw(
        Notice(
            hall=hall.name.say(language),
            number=NUMBER,
            day=NOW.date(),
            item=wanted.name.say(language),
            missing=tuple(told["missing"]),
            where=f"{window.place.say(language)} · {window.name.say(language)}",
            how=wanted.how.say(language),
            hours=hall.hours.say(language),
            phone=hall.phone,
            hotline=hall.hotline,
            post=catalogue.duty(NOW).window_post.say(language),
            instead=told["instead"],
            language=language,
        )
    )


def _letter(catalogue: Catalogue, language: str) -> bytes:
    day = date(2026, 11, 26)
    replied = case(catalogue, language)
    made = letter.letter_of(replied, catalogue, language, day=day, address=ADDRESS, code=CODE)
    return letter.draw(made)


def _cases(catalogue: Catalogue, language: str) -> list[OpenCase]:
    states, made = words(language)["states"], []
    for number, sign in enumerate("NVLSLHK7QM4T"):
        problem, window, department = (
            every[number % len(every)].name.say(language)
            for every in (catalogue.problems, catalogue.service_windows, catalogue.departments)
        )
        made.append(
            OpenCase(
                number=f"ZC2611{20 + number % 4}-K{1 + number % 2}-{sign}7K{number + 22}",
                about=f"{problem} · {window}",
                state=states[number % len(states)],
                due=f"11-{23 + number % 6}",
                owner=department,
                late=number == 3,
                today=number % 6 == 0,
            )
        )
    return made


def _handover(catalogue: Catalogue, language: str) -> bytes:
    told, window = words(language), catalogue.service_windows[0].name.say(language)
    return handover.draw(
        Handover(
            hall=catalogue.hall.name.say(language),
            day=NOW.date(),
            shift=speaker(language)("上午"),
            leader=catalogue.duty(NOW).leader_post.say(language),
            open_cases=tuple(_cases(catalogue, language)),
            waiting=(Waiting("11:32", window, told["waits"]),),
            calls=(Waiting("11:51", "K2", told["called"]),),
            machines=(Machine("K1", told["fine"]), Machine("K2", told["no_paper"], False)),
            notes=(told["note"],),
            language=language,
        )
    )


def _no_list(catalogue: Catalogue, language: str) -> bytes:
    leader, noes = catalogue.duty(NOW).leader_post.say(language), words(language)["noes"]
    entries = tuple(
        No(f"ZC261123-K1-{sign}7K4M", **told, approved_by=leader, at=at)
        for told, sign, at in zip(noes, "HMQ", ("9:42", "11:05", "16:20"), strict=True)
    )
    hall = catalogue.hall.name.say(language)
    return no_list.draw(NoList(hall, NOW.date(), entries, language))


TALLIES = ((23, 22, 21, 14, 15, 1, 1), (17, 17, 17, 9, 9, 0, 0), (31, 28, 24, 12, 16, 3, 2),
           (9, 9, 9, 6, 6, 0, 0), (14, 12, 12, 7, 8, 1, 1), (6, 6, 5, 2, 3, 0, 0))  # fmt: skip
TOP = ((34, 29), (21, 24), (17, 17), (12, 15), (9, 4))
WEEKS = ((62, 60), (71, 66), (58, 60), (80, 74), (77, 78), (93, 85), (88, 90), (100, 94))


def _digest(catalogue: Catalogue, language: str) -> bytes:
    departments = [d.name.say(language) for d in catalogue.departments]
    problems = [p.name.say(language) for p in catalogue.problems if not p.sealed]
    cases = _cases(catalogue, language)
    stories = [story.text.say(language) for story in catalogue.stories] or [""]
    mondays = [date(2026, 9, 28) + timedelta(weeks=n) for n in range(len(WEEKS))]
    return digest.draw(
        Digest(
            hall=catalogue.hall.name.say(language),
            first=date(2026, 11, 16),
            last=date(2026, 11, 20),
            tallies=tuple(Tally(n, *t) for n, t in zip(departments, TALLIES, strict=False)),
            top=tuple(Top(n, *t) for n, t in zip(problems, TOP, strict=False)),
            weeks=tuple(Week(f"{m:%m-%d}", *w) for m, w in zip(mondays, WEEKS, strict=True)),
            late=tuple(Late(c.number, c.about, c.owner, c.due, 1) for c in cases[:2]),
            reopened=tuple(Reopened(c.number, c.about, c.owner, 2) for c in cases[4:5]),
            improvements=(
                Improvement(stories[0], departments[0], 7, tuple(words(language)["better"])),
            ),
            language=language,
        )
    )


PAPERS: dict[str, Draw] = {
    "receipt": _receipt(80),
    "receipt-58": _receipt(58),
    "receipt-a5": _receipt(148),
    "receipt-copy": _receipt(80, copy=2),
    "receipt-test": _receipt(80, test=True),
    "guide": _guide(80),
    "guide-58": _guide(58),
    "guide-a5": _guide(148),
    "notice": _notice,
    "letter": _letter,
    "record-slip": record_slip.draw,
    "record-slip-2": record_slip.draw_two,
    "handover": _handover,
    "no-list": _no_list,
    "digest": _digest,
}
