"""Count quarters of an hour when they are over, for the console's overview.

Nothing of any person is in a count. The version before knows nothing of these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "counted_quarters",
        sa.Column("quarter", _ID, autoincrement=False, nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name="pk_counted_quarters"),
    )
    op.create_table(
        "arrival_tallies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("quarter", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("decision", sa.String(20)),
        sa.Column("keyword", sa.String(20)),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_arrival_tallies"),
    )
    op.create_table(
        "sending_tallies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("quarter", sa.BigInteger(), nullable=False),
        sa.Column("wait", sa.Integer()),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sending_tallies"),
    )
    for table in ("arrival_tallies", "sending_tallies"):
        op.create_index(f"ix_{table}_quarter", table, ["quarter"])
