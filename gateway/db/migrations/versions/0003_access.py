"""Keep limits, enrolments, bindings, alarms, and who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_table(
        "alarms",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=16), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.UniqueConstraint(
            "day", "kind", "subject", name=op.f("uq_alarms_day_kind_subject")
        ),
    )
    op.create_table(
        "bindings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kpj_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kpj_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bindings")),
    )
    with op.batch_alter_table("bindings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bindings_kpj_index"), ["kpj_index"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_bindings_msisdn_index"), ["msisdn_index"], unique=False
        )

    op.create_table(
        "counters",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=16), nullable=False),
        sa.Column("fact", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "subject", "fact", name=op.f("pk_counters")),
    )
    op.create_table(
        "participant_phones",
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kpj_index", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint(
            "msisdn_index", "kpj_index", name=op.f("pk_participant_phones")
        ),
    )
    op.create_table(
        "phone_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("unrecognised", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("is_noticed", sa.Boolean(), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", "msisdn_index", name=op.f("pk_phone_days")),
    )
    op.create_table(
        "enrolments",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "inbound_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("kpj_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kpj_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["inbound_id"],
            ["inbound.id"],
            name=op.f("fk_enrolments_inbound_id_inbound"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enrolments_inbound_id"), ["inbound_id"], unique=False
        )
        batch_op.create_index("ix_enrolments_status", ["status", "id"], unique=False)
