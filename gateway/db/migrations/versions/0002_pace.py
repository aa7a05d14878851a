"""Give channels a pace, dead letters a traceback, and receipts our own message id."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("used_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_code", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channels")),
    )
    op.execute(
        "INSERT INTO channels (name, used_until, paused_until, pause_code) "
        "SELECT channel, until, until, error_code FROM pauses"
    )
    op.drop_table("pauses")
    op.add_column("inbound", sa.Column("fault_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("receipts", sa.Column("message_id", _ID, nullable=True))
    op.drop_index("ix_receipts_channel_provider_id", table_name="receipts")
    op.create_index(
        "ix_receipts_waiting",
        "receipts",
        ["id"],
        postgresql_where=sa.text("outbound_id IS NULL"),
        sqlite_where=sa.text("outbound_id IS NULL"),
    )
