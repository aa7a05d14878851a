"""Find dead letters, the oldest first, without reading and sorting all of them.

Building an index keeps PostgreSQL's table from being written. On a large one build it
first, under the same name, with CREATE INDEX CONCURRENTLY; this finds it there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    failed = sa.text("status = 'failed'")
    op.create_index(
        "ix_inbound_failed",
        "inbound",
        ["id"],
        postgresql_where=failed,
        sqlite_where=failed,
        if_not_exists=True,
    )
