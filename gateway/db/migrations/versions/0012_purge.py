"""Find texts that are past retention without reading all messages.

Building an index keeps PostgreSQL's table from being written. On a large one build it
first, under the same name, with CREATE INDEX CONCURRENTLY; this finds it there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

_HAS_TEXT = sa.text("text_redacted IS NOT NULL OR text_sealed IS NOT NULL")


def upgrade() -> None:
    for table, column in (("inbound", "received_at"), ("outbound", "created_at")):
        op.create_index(
            *(f"ix_{table}_text", table, [column]),
            postgresql_where=_HAS_TEXT,
            sqlite_where=_HAS_TEXT,
            if_not_exists=True,
        )
