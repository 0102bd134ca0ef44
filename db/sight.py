"""Who may see which cases: one rule, as a condition that stands in every query of the lists.

A case that somebody may not see is not there for them: not in lists, counts, search, exports,
reports or notices. `conditions` is the only place that says so.
"""

import sqlalchemy as sa

from db import tables
from db.hall import Person
from db.terms import Kind, Role

#: They see the whole hall but for integrity cases and what they have to keep out of.
HALL_WIDE = frozenset({Role.CLERK, Role.COORDINATOR, Role.LEADER, Role.SUPERVISOR})
#: They see no case at all.
BLIND = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def conditions(person: Person) -> sa.ColumnElement[bool]:
    """What a line of the read table must meet to be there for this person."""
    line = tables.case_line.c
    if person.role in BLIND:
        return sa.false()
    if person.role is Role.INSPECTOR:
        return line.kind == Kind.INTEGRITY
    rules: list[sa.ColumnElement[bool]] = [
        line.kind != Kind.INTEGRITY,
        sa.not_(line.accused.contains(f",{person.login},", autoescape=True)),
    ]
    if person.windows:
        rules.append(line.service_window.not_in(person.windows))
    if person.role not in HALL_WIDE:
        rules.append(_of_department(person))
    return sa.and_(*rules)


def _of_department(person: Person) -> sa.ColumnElement[bool]:
    """A head sees what their department has to do with; a handler what is theirs or on offer."""
    line = tables.case_line.c
    mine = sa.or_(line.owner == person.login, line.handler == person.login)
    if not person.department:
        return mine
    theirs = line.departments.contains(f",{person.department},", autoescape=True)
    if person.role is Role.HEAD:
        about = line.department == person.department
        return sa.or_(mine, theirs, about)
    waits = sa.or_(line.offered_to == "", line.offered_to == person.login)
    return sa.or_(mine, sa.and_(theirs, line.offered == 1, waits))
