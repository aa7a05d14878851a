"""Find texts that are past retention without reading all messages.

Building an index keeps PostgreSQL's table from being written. On a large one build it
first, under the same name, with CREATE INDEX CONCURRENTLY; this finds it there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# SQLite writes true as 1.
_HAS_NO_TEXT = "(text_redacted IS NULL AND text_sealed IS NULL)"


def upgrade() -> None:
    for table, column in (("inbound", "received_at"), ("outbound", "created_at")):
        op.create_index(
            *(f"ix_{table}_text", table, [column]),
            postgresql_where=sa.text(f"{_HAS_NO_TEXT} IS NOT true"),
            sqlite_where=sa.text(f"{_HAS_NO_TEXT} IS NOT 1"),
            if_not_exists=True,
        )
