"""Remember until when texts were dropped, in place of an index on those that are left.

A change of what an index tells apart makes a new entry in each of the table's indexes,
four of which lie scattered over the disk; without one PostgreSQL can leave them alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_marks",
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_text_marks")),
    )
    for table, column in (("inbound", "received_at"), ("outbound", "created_at")):
        # By the index that goes: otherwise the next purge would read a year's log.
        op.execute(
            f"INSERT INTO text_marks SELECT '{table}', min({column}) FROM {table} "  # noqa: S608 - our names
            "WHERE (text_redacted IS NULL AND text_sealed IS NULL) IS NOT true "
            f"HAVING min({column}) IS NOT NULL"
        )
        op.drop_index(f"ix_{table}_text", table_name=table)
