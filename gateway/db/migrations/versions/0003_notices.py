"""Add notices: what subscriptions are for, and what was told."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    for column in (
        sa.Column("wants_reminders", sa.Boolean()),
        sa.Column("wants_claims", sa.Boolean()),
        sa.Column("wants_contributions", sa.Boolean()),
        sa.Column("snapshot_sealed", sa.LargeBinary()),
        sa.Column("compared_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("subscriptions", column)
    op.add_column("reminders", sa.Column("reason_sealed", sa.LargeBinary()))
