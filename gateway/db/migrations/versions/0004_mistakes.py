"""Count what a phone wrote wrongly, which has a limit of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "phone_days",
        sa.Column("mistaken", sa.Integer(), server_default="0", nullable=False),
    )
