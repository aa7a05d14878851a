"""Find messages at the console, and tell how each was read and sent."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FOUND_BY = {
    "kpj_index": sa.text("kpj_index IS NOT NULL"),
    "keyword": sa.text("keyword IS NOT NULL"),
    "reason": sa.text("reason IS NOT NULL"),
    "decision": sa.text("decision <> 'allowed'"),
    "sender_tail": sa.text("sender_tail IS NOT NULL"),
}


def upgrade() -> None:
    with op.batch_alter_table("inbound", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sender_tail", sa.LargeBinary(length=16)))
        batch_op.add_column(sa.Column("reading", sa.Text()))
    for column, where in _FOUND_BY.items():
        op.create_index(
            f"ix_inbound_{column}",
            "inbound",
            [column, "id"],
            postgresql_where=where,
            sqlite_where=where,
        )
    op.create_table(
        "attempts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("outbound_id", _ID, nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbound_id"],
            ["outbound.id"],
            name=op.f("fk_attempts_outbound_id_outbound"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_outbound_id"), "attempts", ["outbound_id"])
