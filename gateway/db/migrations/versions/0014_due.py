"""Claim what is due without reading all that waits.

A claim takes the oldest of what waits, and after a burst a million may wait. These
indexes hold nothing else, in the order of the claims.

Building an index keeps PostgreSQL's table from being written. On a large one build it
first, under the same name, with CREATE INDEX CONCURRENTLY; this finds it there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, table, columns, waits in (
        ("received", "inbound", ["next_attempt_at", "id"], "status = 'received'"),
        (
            "queued",
            "outbound",
            ["channel", "next_attempt_at", "id"],
            "status = 'queued'",
        ),
    ):
        op.create_index(
            *(f"ix_{table}_{name}", table, columns),
            postgresql_where=sa.text(waits),
            sqlite_where=sa.text(waits),
            if_not_exists=True,
        )
