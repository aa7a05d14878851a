"""Keep who told of an opt-out, and on which days a phone was reported gone.

Opt-outs on record count as told by members: only MULAI lifts them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    told = sa.Column(
        "by_carrier", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("opt_outs", told)
    gone = sa.Column("is_gone", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("receipts", gone)
    op.create_table(
        "unreachable_phones",
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("msisdn_index", name="pk_unreachable_phones"),
    )
