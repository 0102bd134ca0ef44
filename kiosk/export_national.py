"""Ratings for the provincial 好差评: the window is its front end, not a rival of it.

Only what a citizen confirmed goes out: no face that was tapped and left, no test, no integrity
case, and never a rating that nobody gave. The same grade has contradictory codes in different
interfaces: ours are names, and each scheme owns its code map.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from io import StringIO

from db.case import Case
from db.happening import Judged
from db.terms import Axis, Grade
from kiosk.catalogue import NATIONAL_DIGIT, Catalogue
from kiosk.export import GRADE_WORDS, safe
from kiosk.numbers import name_of

#: The tracking page's devices: what is said there was said through the receipt's QR code.
PAGE_DEVICE = "T"


class Channel(StrEnum):
    """Where a rating was given."""

    TERMINAL = "terminal"
    TABLET = "tablet"
    QR_CODE = "qr_code"


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating that a citizen gave: `times` is 1 for the first, 2 for the one after our reply.

    `tags` are codes of the national list that belong to this grade. `words` and `reply` are empty
    unless they may go along.
    """

    number: str
    project: str
    area: str
    area_name: str
    department: str
    department_name: str
    item: str
    item_name: str
    grade: Grade
    tags: tuple[str, ...]
    words: str
    reply: str
    at: datetime
    times: int
    channel: Channel
    replied: bool


@dataclass(frozen=True, slots=True)
class Scheme:
    """One interface: its codes, and how it calls and writes the fields of a rating."""

    name: str
    grades: Mapping[Grade, str]
    channels: Mapping[Channel, str]
    fields: Callable[["Scheme", Rating], dict[str, str]]


# --- code maps --------------------------------------------------------------------------------

#: 5 is the best: Zhejiang and the State's interface.
BEST_IS_5 = {
    Grade.VERY_SATISFIED: "5",
    Grade.SATISFIED: "4",
    Grade.BASICALLY_SATISFIED: "3",
    Grade.DISSATISFIED: "2",
    Grade.VERY_DISSATISFIED: "1",
}
#: 1 is the best: GB/T 39046-2020, table A.8.
BEST_IS_1 = {
    Grade.VERY_SATISFIED: "1",
    Grade.SATISFIED: "2",
    Grade.BASICALLY_SATISFIED: "3",
    Grade.DISSATISFIED: "4",
    Grade.VERY_DISSATISFIED: "5",
}
#: 0 is the best: evaluation devices of social insurance and housing funds.
BEST_IS_0 = {
    Grade.VERY_SATISFIED: "0",
    Grade.SATISFIED: "1",
    Grade.BASICALLY_SATISFIED: "2",
    Grade.DISSATISFIED: "3",
    Grade.VERY_DISSATISFIED: "4",
}
#: The same in every interface that was seen; they part at 6 and 7, which are none of ours.
CHANNELS = {Channel.QR_CODE: "3", Channel.TABLET: "4", Channel.TERMINAL: "5"}
CHANNEL_WORDS = {
    Channel.QR_CODE: "二维码",
    Channel.TABLET: "政务大厅平板电脑",
    Channel.TERMINAL: "政务大厅其他终端",
}


def _national(scheme: Scheme, rating: Rating) -> dict[str, str]:
    """The State's interface. A field whose codes no text was seen for is left out."""
    return _without_tags(scheme, rating) | {"evalDetail": ",".join(rating.tags)}


def _without_tags(scheme: Scheme, rating: Rating) -> dict[str, str]:
    """The same for devices that use the codes of the national tags with other meanings."""
    reviewed = "1" if not rating.grade.negative else "2" if rating.replied else "3"
    return {
        "areaCode": rating.area,
        "areaName": rating.area_name,
        "deptCode": rating.department,
        "proDepart": rating.department_name,
        "taskCode": rating.item,
        "taskName": rating.item_name,
        "projectNo": rating.project or rating.number,
        "pf": scheme.channels[rating.channel],
        "satisfaction": scheme.grades[rating.grade],
        "writingEvaluation": rating.words,
        "answer": rating.reply,
        "assessTime": f"{rating.at:%Y-%m-%d %H:%M:%S}",
        "assessNumber": str(rating.times),
        "appStatus": reviewed,
        "publicFlag": "2",
        "anonymityFlag": "1",
    }


def _standard(scheme: Scheme, rating: Rating) -> dict[str, str]:
    """GB/T 39046-2020, table 9; 评价人 stays empty, nobody is named."""
    return {
        "办件编号": rating.project or rating.number,
        "评价渠道": scheme.channels[rating.channel],
        "评价人": "",
        "评价时间": f"{rating.at:%Y%m%dT%H%M%S}",
        "评价次数": str(rating.times),
        "满意度": GRADE_WORDS[rating.grade],
        "满意度代码": scheme.grades[rating.grade],
        "文字评价": rating.words,
        "行政区划": rating.area,
    }


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("national", BEST_IS_5, CHANNELS, _national),
        Scheme("gbt39046", BEST_IS_1, CHANNEL_WORDS, _standard),
        Scheme("device", BEST_IS_0, CHANNELS, _without_tags),
    )
}


# --- from cases to lines ----------------------------------------------------------------------


def ratings(
    cases: Iterable[Case],
    catalogue: Catalogue,
    *,
    words: bool = False,
    terminal: Channel = Channel.TERMINAL,
) -> Iterator[Rating]:
    """Every rating that may go out, the oldest first; `terminal` is what the kiosks are."""
    found = [
        one
        for case in cases
        if case.counted and case.feedback.grade is not None and case.feedback.confirmed
        for one in _of_case(case, catalogue, words, terminal)
    ]
    return iter(sorted(found, key=lambda rating: (rating.at, rating.number)))


def _of_case(case: Case, catalogue: Catalogue, words: bool, terminal: Channel) -> Iterator[Rating]:
    said = case.feedback
    assert said.grade is not None
    answered = words and case.outcome is not None and said.grade.negative
    first = Rating(
        case.number,
        said.project,
        catalogue.hall.code,
        catalogue.hall.name.say("zh"),
        case.department,
        name_of(catalogue, Axis.DEPARTMENT, case.department, "zh") if case.department else "",
        said.service_item,
        name_of(catalogue, Axis.ITEM, said.service_item, "zh") if said.service_item else "",
        said.grade,
        national_tags(catalogue, (*said.problems, *said.merits), said.grade),
        said.words if words else "",
        case.outcome.reply if answered and case.outcome is not None else "",
        datetime.fromtimestamp(case.registered_ms / 1000),
        1,
        terminal,
        case.replied_ms is not None,
    )
    yield first
    again = [e for e in case.story if isinstance(e.happening, Judged) and e.happening.grade]
    if again:
        last = again[-1]
        assert isinstance(last.happening, Judged) and last.happening.grade is not None
        page = last.origin.startswith(PAGE_DEVICE)
        yield _second(first, last.happening.grade, last.at_ms, page)


def _second(first: Rating, grade: Grade, at_ms: int, page: bool) -> Rating:
    """The rating after our reply: its own grade, time and place, without the tags of the first."""
    return replace(
        first,
        grade=grade,
        tags=(),
        words="",
        at=datetime.fromtimestamp(at_ms / 1000),
        times=2,
        channel=Channel.QR_CODE if page else first.channel,
    )


def national_tags(catalogue: Catalogue, tapped: Iterable[str], grade: Grade) -> tuple[str, ...]:
    """The national codes among what was tapped; a code begins with the digit of its own grade."""
    codes = {tag.code: tag.national for tag in catalogue.tags}
    codes |= {merit.code: merit.national for merit in catalogue.merits}
    digit = NATIONAL_DIGIT[grade]
    found = (codes.get(code, "") for code in tapped)
    return tuple(code for code in found if code.startswith(digit))


def as_json_lines(found: Iterable[Rating], scheme: Scheme) -> str:
    """One JSON object a line."""
    lines = (json.dumps(scheme.fields(scheme, one), ensure_ascii=False) for one in found)
    return "".join(f"{line}\n" for line in lines)


def as_csv(found: Iterable[Rating], scheme: Scheme) -> str:
    """The same as a table; who writes it to a file says utf-8-sig."""
    out = StringIO(newline="")
    table = csv.writer(out)
    for number, one in enumerate(found):
        told = scheme.fields(scheme, one)
        if number == 0:
            table.writerow(told)
        table.writerow([safe(text) for text in told.values()])
    return out.getvalue()
