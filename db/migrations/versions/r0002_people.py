"""An index of what the hall itself is folded from, so that a long log is not read for it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KINDS = (
    "kind IN ('appointed', 'dismissed', 'enrolled', 'improved', 'keygranted', 'keymade', "
    "'rostered', 'signedin', 'signinfailed', 'unlocked')"
)


def upgrade() -> None:
    op.create_index(
        "event_people",
        "event",
        ["hall", "origin", "seq"],
        sqlite_where=sa.text(_KINDS),
        postgresql_where=sa.text(_KINDS),
    )


def downgrade() -> None:
    op.drop_index("event_people", "event")
