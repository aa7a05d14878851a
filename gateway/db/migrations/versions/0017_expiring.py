"""Close replies that are too late without reading all that are queued.

Building an index keeps PostgreSQL's table from being written. On a large one build it
first, under the same name, with CREATE INDEX CONCURRENTLY; this finds it there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    queued = sa.text("status = 'queued'")
    op.create_index(
        "ix_outbound_expiring",
        "outbound",
        ["expires_at"],
        postgresql_where=queued,
        sqlite_where=queued,
        if_not_exists=True,
    )
