"""The desk's pages: what they are called, who has them, and what each of them can do."""

from typing import Any

from PySide6.QtCore import QObject

from db.terms import Role
from kiosk.casework import Casework

CASES = "cases"
#: Not a page of the row: one's own password, which everybody has.
MINE = "mine"
#: The desk's pages, in order: what they are called, and who has them.
PAGE_WORDS = {
    CASES: "案件",
    "slip": "代填",
    "papers": "打纸",
    "roster": "值班表",
    "ledger": "整改台账",
    "numbers": "统计",
    "people": "人员",
    "machines": "设备",
}
_WITH_CASES = frozenset(Role) - {Role.ADMINISTRATOR, Role.AUDITOR}
PAGE_ROLES = {
    CASES: _WITH_CASES,
    "slip": frozenset({Role.CLERK, Role.COORDINATOR}),
    "papers": _WITH_CASES - {Role.INSPECTOR},
    "roster": _WITH_CASES - {Role.INSPECTOR} | {Role.ADMINISTRATOR},
    "ledger": _WITH_CASES - {Role.INSPECTOR},
    "numbers": frozenset({Role.CLERK, Role.COORDINATOR, Role.HEAD, Role.LEADER, Role.SUPERVISOR}),
    "machines": frozenset(
        {Role.CLERK, Role.COORDINATOR, Role.LEADER, Role.SUPERVISOR, Role.ADMINISTRATOR}
    ),
    "people": frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.INSPECTOR, Role.AUDITOR}),
}


class DeskPage(QObject):
    """A page of the desk; it belongs to whoever has signed in and has the page."""

    #: Each page has its own: QML hears only signals of the class that has the properties.
    changed: Any

    def signed(self, work: Casework | None) -> None:
        """Somebody has signed in, or out."""
        raise NotImplementedError

    def refresh(self) -> None:
        """There is news in the store."""
        raise NotImplementedError


def pages_of(role: Role) -> list[str]:
    """The pages somebody in this role has, in order."""
    return [page for page, roles in PAGE_ROLES.items() if role in roles]
