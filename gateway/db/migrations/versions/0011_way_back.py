"""Keep what a provider wants to see again in the reply to an SMS."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("inbound", "outbound"):
        op.add_column(table, sa.Column("way_back", sa.Text(), nullable=True))
