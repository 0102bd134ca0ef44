"""The eight rules of a case, told once more from its story alone: nothing of `db.rules` is used.

`broken(case, roster)` says which rule a case breaks; empty for a sound one.
"""

from datetime import date

from db.happening import (
    Accepted,
    Accused,
    Approved,
    Closed,
    FollowedUp,
    Handled,
    Judged,
    Proposed,
    Registered,
    Reowned,
    Replied,
    Withdrawn,
)
from db.terms import Kind, Result, Role, State, Verdict

BY_STAFF = {Result.N1, Result.N2, Result.N3, Result.N4, Result.N5}


def day_of(entry):
    return date.fromtimestamp(entry.at_ms / 1000)


def broken(case, people, leader_of, said):
    """`people` are by login, `leader_of(day)` is a login, `said` is what the citizen said."""
    return [
        rule
        for rule in (
            ended_without_reply(case),
            no_without_leader(case, people, leader_of),
            owner_changed_by_itself(case),
            backstop_lost_its_owner(case, people),
            accused_had_a_hand_in_it(case, people),
            "6: the citizen's words changed" if case.feedback != said else "",
            sealed_case_was_touched(case, people),
            closed_too_early(case),
        )
        if rule
    ]


def ended_without_reply(case):
    if case.state is State.CLOSED:
        there = case.outcome and case.outcome.text.strip() and case.outcome.reply.strip()
        if not (there and case.replied_ms):
            return "1: closed without result and reply"
    return ""


def no_without_leader(case, people, leader_of):
    proposed, hands = None, set()
    for entry in case.story:
        match entry.happening:
            case Proposed() as step:
                proposed = step
            case Accepted(by) | Handled(by):
                hands.add(by)
            case Replied(_, outcome) if outcome.result in BY_STAFF:
                return "2: a NO went out without anybody's approval"
            case Approved(by):
                if proposed is None or by == proposed.by:
                    return "2: a NO was approved by its own author"
                sealed = case.feedback.kind is Kind.INTEGRITY
                leads = people[by].role is Role.LEADER and leader_of(day_of(entry)) == by
                if not sealed and not leads:
                    return "2: a NO was approved by nobody's leader"
    return ""


def owner_changed_by_itself(case):
    """3: whoever accepted first owns it until somebody else takes it."""
    owner = ""
    for entry in case.story:
        match entry.happening:
            case Accepted(by):
                if owner:
                    return "3: accepted twice"
                owner = by
            case Handled(by):
                owner = owner if case.feedback.kind is Kind.HELP and owner else by
            case Reowned(_, to):
                owner = to
            case Accused(by, logins) if owner in logins:
                owner = by
    return "" if owner == case.owner else f"3: {case.owner} owns what {owner} took"


def backstop_lost_its_owner(case, people):
    if case.feedback.kind is not Kind.HELP:
        return ""
    for entry in case.story:
        match entry.happening:
            case Reowned(by, _, reason) if people[by].role is not Role.COORDINATOR or not reason:
                return "4: a backstop case changed hands without coordinator and reason"
    return ""


def accused_had_a_hand_in_it(case, people):
    out = {login for login, p in people.items() if case.feedback.service_window in p.windows}
    for entry in case.story:
        by = getattr(entry.happening, "by", "")
        if by in out:
            return f"5: {by} is complained about and did {type(entry.happening).__name__}"
        if isinstance(entry.happening, Accused):
            out |= set(entry.happening.logins)
    if case.owner in out or case.handler in out:
        return "5: somebody complained about has the case"
    return ""


def sealed_case_was_touched(case, people):
    if case.feedback.kind is not Kind.INTEGRITY:
        return ""
    for entry in case.story:
        by = getattr(entry.happening, "by", "")
        if by and people[by].role is not Role.INSPECTOR:
            return f"8: {by} touched a sealed case"
    return ""


def closed_too_early(case):
    """Closed by the citizen, by a follow-up, by a result that ends it, or after ten days."""
    replied = None
    for entry in case.story:
        match entry.happening:
            case Replied() | Approved():
                replied = entry
            case Closed() if replied is None or (day_of(entry) - day_of(replied)).days < 10:
                return "1: closed before the citizen could answer"
            case FollowedUp(by) if case.feedback.kind is not Kind.INTEGRITY:
                if replied is not None and by == getattr(replied.happening, "by", ""):
                    return "5: followed up by whoever replied"
            case Judged(Verdict.UNSOLVED):
                replied = None
            case Withdrawn() | Registered():
                pass
    return ""
