"""Add notices: what subscriptions are for, what was told, and hints."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("wants_reminders", sa.Boolean()),
        sa.Column("wants_claims", sa.Boolean()),
        sa.Column("wants_contributions", sa.Boolean()),
        sa.Column("snapshot_sealed", sa.LargeBinary()),
        sa.Column("compared_at", _TIME),
    ):
        op.add_column("subscriptions", column)
    op.add_column("reminders", sa.Column("reason_sealed", sa.LargeBinary()))
    op.create_table(
        "notice_hints",
        sa.Column("msisdn_index", sa.LargeBinary(16), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
    )
