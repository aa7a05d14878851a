"""Keep complaints, the language of phones, and who wants to be reminded."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DIGEST = sa.LargeBinary(length=16)
_TIME = sa.DateTime(timezone=True)
_OPEN = sa.text("closed_at IS NULL")
_LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("inbound_id", _ID, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name="fk_cases_inbound_id_inbound"
        ),
        sa.PrimaryKeyConstraint("inbound_id", name="pk_cases"),
    )
    op.create_index(
        *("ix_cases_open", "cases", ["inbound_id"]),
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
    op.create_table(
        "phone_languages",
        sa.Column("msisdn_index", _DIGEST, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("msisdn_index", name="pk_phone_languages"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("inbound_id", _ID, nullable=False),
        sa.Column("kpj_index", _DIGEST, nullable=False),
        sa.Column("kpj_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", _DIGEST, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("utc_offset", sa.String(length=6), nullable=True),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name="fk_subscriptions_inbound_id_inbound"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint(
            *("msisdn_index", "kpj_index"),
            name="uq_subscriptions_msisdn_index_kpj_index",
        ),
    )
    for column in ("inbound_id", "kpj_index"):
        op.create_index(f"ix_subscriptions_{column}", "subscriptions", [column])
    op.create_index(
        *("ix_subscriptions_live", "subscriptions", ["utc_offset", "slot"]),
        postgresql_where=_LIVE,
        sqlite_where=_LIVE,
    )
    op.create_table(
        "reminders",
        sa.Column("id", _ID, nullable=False),
        sa.Column("subscription_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("outbound_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["outbound_id"], ["outbound.id"], name="fk_reminders_outbound_id_outbound"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name="fk_reminders_subscription_id_subscriptions",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint(
            *("subscription_id", "kind", "period"),
            name="uq_reminders_subscription_id_kind_period",
        ),
    )
    op.create_index("ix_reminders_outbound_id", "reminders", ["outbound_id"])
