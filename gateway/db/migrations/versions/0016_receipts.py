"""Look for the reply of a receipt when it is due, and at the oldest due ones only.

All receipts that waited were read with each batch, and those whose replies are unknown
for days. What the version before adds is due at once. No other index has receipts
without a reply now: PostgreSQL took those for the better ones, and sorted what it read.

Building an index keeps PostgreSQL's table from being written. On a large one add the
column and build the indexes first, with CREATE INDEX CONCURRENTLY; this finds them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite does not know these words, and nobody adds a column by hand there.
    is_there = op.get_bind().dialect.name == "postgresql" or None
    long_ago = "1970-01-01 00:00:00.000000"
    due_at = sa.Column("due_at", sa.DateTime(timezone=True), server_default=long_ago)
    op.add_column("receipts", due_at, if_not_exists=is_there)
    for name, columns, which in (
        ("ix_receipts_due", ["due_at", "id"], "outbound_id IS NULL"),
        ("ix_receipts_reply", ["outbound_id"], "outbound_id IS NOT NULL"),
    ):
        op.create_index(
            *(name, "receipts", columns),
            postgresql_where=sa.text(which),
            sqlite_where=sa.text(which),
            if_not_exists=True,
        )
    op.drop_index("ix_receipts_waiting", table_name="receipts")
    op.drop_index("ix_receipts_outbound_id", table_name="receipts")
