"""All that a hall can answer, as values and as what happens to a case."""

from db.fold import fold
from db.happening import (
    Accepted,
    Asked,
    Assigned,
    Extended,
    Handled,
    Improved,
    Registered,
    Replied,
)
from db.terms import Feedback, Helping, Kind, Later, Outcome, Result, Where
from kiosk.intake import LookUp
from tests.hall import Log, hall_in_memory

#: Later than tests.people.DUE, which no clock of these tests reaches.
LATER, LATEST = "2036-12-02", "2036-12-04"
WHY = "要等上级部门的答复"
QUESTION = "是哪一天，在几号窗口？"
LEDGER = "2026-3"
IMPROVED = Improved(
    "coordinator",
    "社保窗口上午多开两个",
    "2026-11-20",
    "SI",
    ("增开 5 号、6 号窗口", "叫号屏多一块"),
    300,
)
PLACE = "二楼 12 号窗口，0537-1234567，周一到周五 9:00–17:00"
HOW = "带身份证来取号，\n当天办好。"
FULL = Outcome(
    Result.G1,
    "查过",
    "这件事本窗口办不了，我们带您去能办的地方。",
    measures="当天和二楼说好了\n给您留了号",
    basis="《社会保险经办条例》第十二条",
    where=Where(PLACE, HOW),
    provided=("agent",),
    improvement=LEDGER,
)
ASKED = Asked("head", QUESTION, (Later("2036-11-27", LATER), Later("2036-12-01", LATEST)))
#: One department leads, another one helps, and it takes longer.
LED = (
    Accepted("desk"),
    Assigned("desk", "SI", helping=(Helping("TAX"),)),
    Handled("head", "SI"),
    Extended("head", LATER, WHY),
)
ANSWERED = (*LED, Replied("head", FULL))
WAITS = (*LED, ASKED)
#: What has to be read of FULL, wherever it is shown.
TOLD = (
    FULL.reply, "引导", PLACE, *HOW.split("\n"), *FULL.measures.split("\n"), FULL.basis, "帮办代办",
    IMPROVED.title, *IMPROVED.measures,
)  # fmt: skip


def looked_up(*happened):
    """The same as at the kiosk, made in memory for a picture."""
    log = Log(1_790_000_000_000 << 16)
    said = Feedback(Kind.COMPLAINT, problems=("C01",), service_window="W05")
    log.add("case", Registered(said, "37080020261123K1-0001-7", "2036-11-28"))
    for happening in happened:
        log.add("case", happening)
    case = fold(log.events, hall_in_memory())
    assert case.clashes == ()
    return LookUp(case, improvement=IMPROVED if case.outcome else None)
