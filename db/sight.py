"""Who may see which cases: one rule, as a condition that stands in every query of the lists.

A case that somebody may not see is not there for them: not in lists, counts, search, exports,
reports or notices. `conditions` is the only place that says so for lines, `reach` for numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from db import tables
from db.hall import Person
from db.terms import Axis, Kind, Role

#: They see the whole hall but for integrity cases and what they have to keep out of.
HALL_WIDE = frozenset({Role.CLERK, Role.COORDINATOR, Role.LEADER, Role.SUPERVISOR})
#: They see no case at all.
BLIND = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
#: Departments see the day something was said, not the minute nor the order, nor what tells its
#: author: the queue ticket and the 办件 (G10).
BLURRED = frozenset({Role.HEAD, Role.HANDLER})


def conditions(person: Person) -> sa.ColumnElement[bool]:
    """What a line of the read table must meet to be there for this person."""
    line = tables.case_line.c
    if person.role in BLIND:
        return sa.false()
    if person.role is Role.INSPECTOR:
        return line.kind == Kind.INTEGRITY
    rules: list[sa.ColumnElement[bool]] = [
        line.kind != Kind.INTEGRITY,
        sa.func.instr(line.accused, f",{person.login},") == 0,
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
    theirs = sa.func.instr(line.departments, f",{person.department},") > 0
    if person.role is Role.HEAD:
        about = line.department == person.department
        return sa.or_(mine, theirs, about)
    waits = sa.or_(line.offered_to == "", line.offered_to == person.login)
    return sa.or_(mine, sa.and_(theirs, line.offered == 1, waits))


# --- numbers ----------------------------------------------------------------------------------

#: Integrity cases and tests count nowhere.
COUNTED = sa.and_(tables.case_line.c.kind != Kind.INTEGRITY, tables.case_line.c.test == 0)

_ABOUT_CASES = frozenset(
    {Axis.ALL, Axis.DEPARTMENT, Axis.ITEM, Axis.PROBLEM, Axis.CAUSE, Axis.KIND, Axis.WEEKDAY}
)
#: What numbers may be grouped by, by role. Those of a window are for its own head and for whoever
#: coordinates: nobody is ranked (R-32). A department may know the day of a case, not the hour.
AXES = {
    Role.CLERK: _ABOUT_CASES | {Axis.HOUR},
    Role.LEADER: _ABOUT_CASES | {Axis.HOUR},
    Role.COORDINATOR: _ABOUT_CASES | {Axis.HOUR, Axis.WINDOW},
    Role.SUPERVISOR: _ABOUT_CASES | {Axis.HOUR, Axis.WINDOW},
    Role.HEAD: _ABOUT_CASES - {Axis.DEPARTMENT} | {Axis.WINDOW},
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases numbers may count, and by what.

    A roll-up cannot be asked case by case. Whole windows are left out of it by its key; what is
    kept from certain people is known case by case, and subtracted exactly.
    """

    axes: frozenset[Axis]
    #: Empty: the whole hall.
    department: str = ""
    without_windows: tuple[str, ...] = ()
    #: Cases that complain about these people do not count; None: about anybody by name.
    without_accused: tuple[str, ...] | None = ()

    def rows(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """What a row of the tally, or a line, must meet to be within reach."""
        rules: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.department:
            rules.append(table.c.counts_for == self.department)
        if self.without_windows:
            rules.append(table.c.service_window.not_in(self.without_windows))
        return sa.and_(*rules)

    def kept(self) -> sa.ColumnElement[bool]:
        """Lines within those rows that are kept from whoever looks."""
        whom = tables.kept_from.c
        cases = sa.select(whom.case_id)
        if self.without_accused is not None:
            cases = cases.where(whom.login.in_(self.without_accused))
        line = tables.case_line
        return sa.and_(COUNTED, self.rows(line), line.c.case_id.in_(cases))


def reach(person: Person) -> Reach | None:
    """The numbers that are there for this person; None for none.

    They count only cases that `conditions` shows to the same person. A head's are their own
    department's: each case counts for one department alone.
    """
    axes = AXES.get(person.role)
    if axes is None or (person.role is Role.HEAD and not person.department):
        return None
    department = person.department if person.role is Role.HEAD else ""
    return Reach(axes, department, person.windows, (person.login,))


def public() -> Reach:
    """The whole hall's numbers, for everybody."""
    return Reach(frozenset({Axis.ALL, Axis.PROBLEM}))


def on_paper(department: str, people: Iterable[Person], maker: Person | None = None) -> Reach:
    """What a department's digest may count: no more than any of its heads and whoever makes it may
    see, and no case that complains about somebody by name, since a paper lies where they come by.
    """
    readers = [p for p in people if p.role is Role.HEAD and p.department == department]
    readers += [maker] if maker is not None else []
    windows = tuple(sorted({window for reader in readers for window in reader.windows}))
    return Reach(AXES[Role.HEAD] - {Axis.WINDOW}, department, windows, None)
