"""Count minutes, too, until the quarter of an hour that they are in is counted.

Nothing of any person is in a count. The version before knows nothing of these tables:
what its workers take from disk is in a minute when that is counted again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "counted_minutes",
        sa.Column("minute", _ID, autoincrement=False, nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", name="pk_counted_minutes"),
    )
    op.create_table(
        "minute_arrival_tallies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("decision", sa.String(20)),
        sa.Column("keyword", sa.String(20)),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_minute_arrival_tallies"),
    )
    op.create_table(
        "minute_sending_tallies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("wait", sa.Integer()),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_minute_sending_tallies"),
    )
    for table in ("minute_arrival_tallies", "minute_sending_tallies"):
        op.create_index(f"ix_{table}_minute", table, ["minute"])
