"""The rules of a case (flows.md §2): who may do what to it when, and what it becomes by that.

They hold in the fold itself: what breaks one does not count, whatever program or person wrote it.
`changes` answers with the fields of the case that become different, or raises DoesNotFit.
"""

from datetime import date, timedelta
from typing import Any

from db.case import Case, DoesNotFit
from db.event import clock_ms, day_of
from db.hall import RING_ROLES, Hall, Person
from db.happening import (
    Accepted,
    Accused,
    Answered,
    Approved,
    Asked,
    Assigned,
    Backstopped,
    Classified,
    Closed,
    Declined,
    Erased,
    Escalated,
    Extended,
    FollowedUp,
    Handled,
    Happening,
    Joined,
    Judged,
    Met,
    Noted,
    PrintFailed,
    Proposed,
    Reowned,
    Replied,
    Reprinted,
    Returned,
    Revealed,
    Supervised,
    Withdrawn,
)
from db.terms import STATE_WORDS, Kind, Outcome, Reason, ReplyBy, Result, Ring, Role, State, Verdict

Changes = dict[str, Any]

DESK = frozenset({Role.CLERK, Role.COORDINATOR, Role.HEAD})
HANDS = DESK | {Role.HANDLER}
EVERYBODY = HANDS | {Role.LEADER, Role.SUPERVISOR}
COORDINATION = frozenset({Role.CLERK, Role.COORDINATOR})

#: Who may do it at all. An integrity case is for inspectors, whatever stands here.
MAY: dict[type[Any], frozenset[Role]] = {
    Accepted: DESK,
    Met: EVERYBODY,
    Classified: DESK,
    Accused: COORDINATION | {Role.SUPERVISOR},
    Assigned: DESK | {Role.SUPERVISOR},
    Handled: EVERYBODY,
    Declined: HANDS,
    Reowned: frozenset({Role.COORDINATOR}),
    Asked: HANDS | {Role.LEADER, Role.SUPERVISOR},
    Extended: HANDS | {Role.LEADER, Role.SUPERVISOR},
    Escalated: HANDS,
    Supervised: frozenset({Role.COORDINATOR, Role.SUPERVISOR}),
    Backstopped: DESK | {Role.SUPERVISOR},
    Proposed: EVERYBODY,
    Replied: EVERYBODY,
    Approved: frozenset({Role.LEADER}),
    Returned: frozenset({Role.LEADER}),
    FollowedUp: COORDINATION | {Role.SUPERVISOR},
    Closed: COORDINATION | {Role.SUPERVISOR},
    Noted: EVERYBODY,
    Reprinted: COORDINATION,
    Revealed: RING_ROLES[Ring.CONTACT],
}
#: Whoever was not satisfied is heard one level up (重办).
RANK = {
    Role.CLERK: 1,
    Role.HANDLER: 1,
    Role.HEAD: 2,
    Role.COORDINATOR: 2,
    Role.LEADER: 3,
    Role.SUPERVISOR: 3,
    Role.INSPECTOR: 3,
}
TOP = 3
#: Calendar days that ten service days take at the least; the desk counts the service days.
UNANSWERED_DAYS = 10
TOO_EARLY = "等市民评价或先回访；市民评价的期限过了没有回音才能办结"
_OWNED = (State.ACCEPTED, State.HANDLING)


def changes(case: Case, happening: Happening, clock: int, hall: Hall) -> Changes:
    """What becomes of the case. Raises DoesNotFit."""
    if isinstance(happening, Erased):
        return {}
    by = getattr(happening, "by", None)
    if by is None:
        return _of_citizen(case, happening, clock)
    person = hall.person(by, clock)
    if person is None:
        raise DoesNotFit("没有这个账号")
    may(case, person, type(happening))
    return _of_staff(case, happening, clock, person, hall)


def may(case: Case, person: Person, deed: type[Any]) -> None:
    """Whether somebody in this post may do this to this case at all. Raises DoesNotFit."""
    if case.feedback.kind is Kind.INTEGRITY:
        if person.role is not Role.INSPECTOR:
            raise DoesNotFit("没有这件事")
        if deed not in MAY:
            raise DoesNotFit("已经登记过了")
        return
    if person.role not in MAY.get(deed, ()):
        raise DoesNotFit("您的岗位不能这样办")
    if (case.accused or person.windows) and excluded(case, person):
        raise DoesNotFit("被反映的人和窗口要回避")
    if deed is Revealed and case.department and person.department == case.department:
        raise DoesNotFit("被反映的科室看不到联系方式")


def may_register(person: Person | None) -> None:
    """Whether somebody may write a case down for its citizen. Raises DoesNotFit."""
    if person is None or person.role not in MAY[Accepted]:
        raise DoesNotFit("您的岗位不能这样办")


def excluded(case: Case, person: Person) -> bool:
    """回避: whoever is complained about, and whoever sits at the window complained about."""
    said = case.feedback
    return person.login in case.accused or said.service_window in person.windows


def in_charge(case: Case, person: Person) -> bool:
    """Whether the case is this person's to work on."""
    if person.login in (case.owner, case.handler) or case.sealed:
        return True
    if person.role in (Role.COORDINATOR, Role.SUPERVISOR):
        return True
    return person.role is Role.HEAD and person.department in case.departments


def offered(case: Case, person: Person) -> bool:
    """Whether the case waits for this person to take it into their hands."""
    if not case.offered:
        return False
    if case.offered_to:
        return case.offered_to == person.login
    return case.assigned == person.department and person.role in (Role.HEAD, Role.HANDLER)


# --- what a citizen does ----------------------------------------------------------------------


def _of_citizen(case: Case, happening: Happening, clock: int) -> Changes:
    match happening:
        case Joined():
            if not case.open:
                raise DoesNotFit("这件事已经办结")
            digests = case.tail_digests | {happening.tail_digest}
            return {"joined": case.joined + 1, "tail_digests": digests}
        case PrintFailed(why):
            return {"unprinted": why}
        case Answered():
            _needs(case, State.WAITING)
            return {"state": State.HANDLING, "asked": None} | _later(case, clock)
        case Judged():
            _needs(case, State.REPLIED)
            said = {
                "verdict": happening.verdict,
                "judged_grade": happening.grade,
                "reason": happening.reason,
            }
            return said | _judged(case, happening)
        case Withdrawn():
            _whole(happening.outcome)
            if case.state in (State.REPLIED, State.CLOSED):
                raise DoesNotFit("已经回复了，不用撤回")
            return _replied(case, happening.outcome, "", clock) | {"state": State.CLOSED}
        case _:
            raise DoesNotFit("已经登记过了")


def _judged(case: Case, judged: Judged | FollowedUp) -> Changes:
    """Solved closes; unsolved opens the next round, one level up, with a day of its own."""
    if judged.verdict is Verdict.SOLVED:
        return {"state": State.CLOSED}
    if judged.verdict is Verdict.PARTLY:
        return {}
    # Of an older version's word the day is not known: the first round's stays.
    later = {}
    if judged.due > case.due:
        why = reason_of(judged.due_why, judged.due_reason)
        later = {"due": judged.due, "due_why": why}
    return later | {
        "state": State.HANDLING,
        "round": case.round + 1,
        "handler": "",
        "offered": bool(case.assigned),
        "offered_to": "",
        "outcome": None,
        "replied_ms": None,
        "replied_by": "",
        "approved_by": "",
        "proposed": None,
        "followed_up": None,
    }


def _later(case: Case, clock: int) -> Changes:
    """The due date after the clock stood still while the citizen thought about a question."""
    if case.asked is None or not case.asked.dues:
        return {}
    today = _day(clock)
    later = next((d for d in case.asked.dues if d.until >= today), case.asked.dues[-1])
    return {"due": later.due, "due_why": reason_of(later.due_why, later.reason)}


def reason_of(why: Reason, said: str) -> Reason:
    """Why a due date is that day, also where only a Chinese sentence was kept."""
    return why or (tuple([(part,) for part in said.split("，")]) if said else ())


# --- what staff do ----------------------------------------------------------------------------


def _of_staff(case: Case, happening: Happening, clock: int, person: Person, hall: Hall) -> Changes:
    # What happens most stands first.
    match happening:
        case Accepted(by):
            _needs(case, State.REGISTERED)
            return {"state": State.ACCEPTED, "owner": by}
        case Assigned() | Handled() | Declined() | Reowned():
            return _handed(case, happening, clock, person, hall)
        case Proposed(_, outcome):
            _answerable(case, outcome, clock, person)
            return {"state": State.REVIEW, "proposed": happening, "asked": None}
        case Replied(by, outcome):
            _answerable(case, outcome, clock, person)
            if outcome.result.negative:
                raise DoesNotFit("说NO要报告：这样的结果要先请带班领导审核")
            if _day(clock) > case.due:
                raise DoesNotFit("已经超期：结果要先请带班领导审核")
            return _replied(case, outcome, by, clock)
        case Approved(by):
            return _approved(case, by, clock, hall)
        case Noted() | Revealed():
            return {}
        case Reprinted():
            digests = case.tail_digests | {happening.tail_digest}
            return {"prints": case.prints + 1, "tail_digests": digests, "unprinted": ""}
        case Met():
            _alive(case)
            return {} if case.met_ms else {"met_ms": clock_ms(clock)}
        case Classified(_, difficulty, due, why, said):
            _needs(case, State.REGISTERED, *_OWNED)
            if case.extended:
                raise DoesNotFit("已经延期，不能再改难易")
            return {"difficulty": difficulty, "due": due, "due_why": reason_of(why, said)}
        case Accused():
            return _accused(case, happening)
        case Asked():
            _needs(case, *_OWNED)
            _own(case, person)
            return {"state": State.WAITING, "asked": happening}
        case Extended():
            return _extended(case, happening, clock, person)
        case Escalated():
            _alive(case)
            return {"escalated_ms": clock_ms(clock)}
        case Supervised():
            _alive(case)
            return {"watched": True}
        case Backstopped():
            _alive(case)
            if case.backstop:
                raise DoesNotFit("已经是兜底了")
            if not case.owner:
                raise DoesNotFit("先受理，有了负责人才能兜底")
            return {"backstopped": True}
        case Returned():
            _needs(case, State.REVIEW)
            _leads(case, happening.by, clock, hall)
            return {"state": State.HANDLING, "proposed": None}
        case FollowedUp():
            return _followed_up(case, happening)
        case Closed():
            return _closed(case, clock)
        case _:
            raise DoesNotFit("已经登记过了")


def _accused(case: Case, happening: Accused) -> Changes:
    """Whoever is complained about lets go of the case at once."""
    logins = happening.logins
    if happening.by in logins:
        raise DoesNotFit("被反映的人和窗口要回避")
    changed: Changes = {"accused": tuple(dict.fromkeys((*case.accused, *logins)))}
    if case.owner in logins:
        changed["owner"] = happening.by
    if case.handler in logins or case.offered_to in logins:
        changed |= {"handler": "", "offered": False, "offered_to": ""}
    if case.proposed is not None and case.proposed.by in logins:
        changed |= {"proposed": None, "state": State.HANDLING}
    return changed


def _handed(
    case: Case,
    happening: Assigned | Handled | Declined | Reowned,
    clock: int,
    person: Person,
    hall: Hall,
) -> Changes:
    """From hand to hand: whoever had it keeps it until somebody else takes it (R-29)."""
    match happening:
        case Assigned(_, department, to, helping):
            _needs(case, *_OWNED)
            if not in_charge(case, person) and person.role is not Role.CLERK:
                raise DoesNotFit("这件事在别人手里")
            if person.role is Role.HEAD and department != person.department:
                raise DoesNotFit("科室负责人只能派给本科室；不归本科室的，请退回")
            if to:
                _fit_to_own(case, hall.person(to, clock))
            return {
                "assigned": department,
                "offered": bool(department or to),
                "offered_to": to,
                "helping": helping,
            }
        case Handled(by, department):
            _needs(case, *_OWNED)
            may_take = in_charge(case, person) and by not in (case.owner, case.handler)
            if not (offered(case, person) or may_take):
                raise DoesNotFit("这件事没有派给您")
            _rank(case, person)
            return {
                "state": State.HANDLING,
                "handler": by,
                "owner": case.owner if case.backstop and case.owner else by,
                "assigned": department or person.department or case.assigned,
                "offered": False,
                "offered_to": "",
            }
        case Declined():
            _needs(case, *_OWNED)
            if not offered(case, person) and person.login != case.handler:
                raise DoesNotFit("这件事没有派给您")
            if not happening.reason.strip():
                raise DoesNotFit("退回要写原因")
            return {
                "state": State.ACCEPTED,
                "assigned": "",
                "offered": False,
                "offered_to": "",
                "handler": "",
            }
        case Reowned(_, to, reason):
            _alive(case)
            _needs(case, *_OWNED, State.WAITING, State.REVIEW)
            if not reason.strip():
                raise DoesNotFit("换人要写原因")
            _fit_to_own(case, hall.person(to, clock))
            return {"owner": to}


def _extended(case: Case, happening: Extended, clock: int, person: Person) -> Changes:
    _needs(case, *_OWNED)
    _own(case, person)
    if case.extended is not None:
        raise DoesNotFit("只能延期一次")
    if _day(clock) > case.due:
        raise DoesNotFit("已经超期，不能再延")
    if happening.due <= case.due or not happening.reason.strip():
        raise DoesNotFit("延期要写新的日期和原因")
    why = reason_of(happening.due_why, happening.due_reason)
    return {"extended": happening, "due": happening.due, "due_why": why}


def _answerable(case: Case, outcome: Outcome, clock: int, person: Person) -> None:
    """Whether this person may answer the case with this outcome now."""
    over = case.asked is not None and bool(case.asked.dues)
    silent = over and case.asked is not None and _day(clock) > case.asked.dues[-1].until
    _needs(case, *_OWNED, *((State.WAITING,) if silent else ()))
    _own(case, person)
    _rank(case, person)
    _whole(outcome)
    if outcome.result is Result.M1 and person.role not in (Role.COORDINATOR, Role.INSPECTOR):
        raise DoesNotFit("并案由协调员来办")


def _approved(case: Case, by: str, clock: int, hall: Hall) -> Changes:
    _needs(case, State.REVIEW)
    assert case.proposed is not None
    if by in (case.proposed.by, case.owner, case.handler):
        raise DoesNotFit("经办人不能审核自己的意见")
    _leads(case, by, clock, hall)
    changed = _replied(case, case.proposed.outcome, case.proposed.by, clock)
    return changed | {"approved_by": by}


def _leads(case: Case, by: str, clock: int, hall: Hall) -> None:
    if not case.sealed and not hall.leads(by, clock):
        raise DoesNotFit("今天的带班表上没有您")


def _followed_up(case: Case, happening: FollowedUp) -> Changes:
    _needs(case, State.REPLIED)
    if not case.sealed and happening.by in (case.handler, case.replied_by):
        raise DoesNotFit("回访要由经办人以外的人来做")
    said: Changes = {"followed_up": happening}
    if happening.verdict is Verdict.UNSOLVED:
        return said | _judged(case, happening) | {"verdict": happening.verdict}
    return said | {"state": State.CLOSED}


def _closed(case: Case, clock: int) -> Changes:
    """Without a word of the citizen: after ten service days, unless somebody has to ask first."""
    _needs(case, State.REPLIED)
    if must_follow_up(case):
        raise DoesNotFit("要先回访，才能办结")
    replied = date.fromtimestamp((case.replied_ms or 0) / 1000)
    if date.fromtimestamp(clock_ms(clock) / 1000) < replied + timedelta(days=UNANSWERED_DAYS):
        raise DoesNotFit(TOO_EARLY)
    return {"state": State.CLOSED}


def must_follow_up(case: Case) -> bool:
    """A bad rating with a number to call (回访率 100 %), and a NO that was explained (R-36)."""
    bad = case.feedback.grade is not None and case.feedback.grade.negative
    explained = case.outcome is not None and case.outcome.result is Result.N1
    return explained or (bad and case.feedback.reply_by is ReplyBy.PHONE)


# --- small words ------------------------------------------------------------------------------


def _replied(case: Case, outcome: Outcome, by: str, clock: int) -> Changes:
    return {
        "state": State.CLOSED if outcome.result.final else State.REPLIED,
        "outcome": outcome,
        "replied_ms": clock_ms(clock),
        "replied_by": by,
        "proposed": None,
        "offered": False,
        "offered_to": "",
    }


def _needs(case: Case, *states: State) -> None:
    if case.state not in states:
        raise DoesNotFit("现在是“%1”，不能这样办", STATE_WORDS[case.state])


def _alive(case: Case) -> None:
    if not case.open:
        raise DoesNotFit("这件事已经办结")


def _own(case: Case, person: Person) -> None:
    if not in_charge(case, person):
        raise DoesNotFit("这件事在别人手里")


def _rank(case: Case, person: Person) -> None:
    if RANK[person.role] < min(case.round, TOP):
        raise DoesNotFit("重办要由上一级来办")


def _fit_to_own(case: Case, somebody: Person | None) -> None:
    if somebody is None:
        raise DoesNotFit("没有这个账号")
    if excluded(case, somebody) or somebody.role not in HANDS | {Role.LEADER, Role.SUPERVISOR}:
        raise DoesNotFit("不能交给这个人：要回避，或者岗位不对")


def _whole(outcome: Outcome) -> None:
    """R-31, R-36, R-39, R-40: what a result must bring along."""
    if not outcome.complete:
        raise DoesNotFit("结果和回复都要写")
    match outcome.result:
        case Result.G1 | Result.N3 | Result.N4 if not outcome.where.whole:
            raise DoesNotFit("要写清楚在哪办、怎么办")
        case Result.N1 if not (outcome.basis.strip() and outcome.where.how.strip()):
            raise DoesNotFit("解释要有依据，还要说怎么办")
        case Result.A4 if not outcome.measures.strip():
            raise DoesNotFit("采纳建议要写什么时候做到")
        case Result.M1 if not outcome.merged_into.strip():
            raise DoesNotFit("并案要写并到哪一件")


def _day(clock: int) -> str:
    return day_of(clock_ms(clock))
