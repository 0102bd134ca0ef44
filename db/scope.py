"""What a Postgres login may read and write of the shared store, as the store itself says."""

from dataclasses import dataclass

import sqlalchemy as sa

#: The roles a login can have, beside the owner, whom nothing here narrows.
ROLES = ("kiosk", "desk", "track", "report", "auditor")
#: The facts in which machines say how they are begin so; the hall and the device come after it.
BEATS = "beat:"
#: The hall of a login that reads every hall.
ALL_HALLS = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """One login's part of the store; `devices` are those whose origins it may write."""

    login: str
    role: str
    hall: str
    devices: frozenset[str]

    @property
    def whole(self) -> bool:
        """Whether it reads every event of its hall, so that no chain has gaps for it."""
        return self.role in ("desk", "auditor")

    @property
    def by_code(self) -> bool:
        """Whether it sees another's case only by the code that its citizen holds."""
        return self.role in ("kiosk", "track")

    @property
    def reads_sealed(self) -> bool:
        return self.role == "desk"

    def writes(self, origin: str) -> bool:
        """Whether this login may add events of that origin."""
        return device_of(origin) in self.devices


def device_of(origin: str) -> str:
    """The device that an origin is of."""
    return origin.partition("-")[0]


def scope_of(connection: sa.Connection) -> Scope | None:
    """The scope of this connection's login; None for an owner or a store without guards."""
    if connection.scalar(sa.text("SELECT to_regnamespace('guard')")) is None:
        return None
    row = connection.execute(
        sa.text("SELECT login, role, hall, devices FROM guard.scope()")
    ).first()
    return Scope(row.login, row.role, row.hall, frozenset(row.devices)) if row else None
