"""Create all tables."""

import sqlalchemy as sa
from alembic import op

# Revisions before the first release were bare numbers, of other schemas.
revision = "r0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# A keyed hash.
_DIGEST = sa.LargeBinary(16)
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_messages()
    _create_limits()
    _create_operations()
    _create_members()
    _create_subscribers()
    _create_console()
    _create_statistics()


def _index(table: str, name: str, *columns: str, where: str | None = None) -> None:
    """An index, of some rows only where `where` is given."""
    condition = sa.text(where) if where else None
    op.create_index(
        f"ix_{table}_{name}",
        table,
        columns,
        postgresql_where=condition,
        sqlite_where=condition,
    )


def _reference(name: str, key: str) -> sa.Column[int]:
    """An indexed column with a foreign key."""
    return sa.Column(name, _ID, sa.ForeignKey(key), nullable=False, index=True)


def _create_messages() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("received_at", _TIME, nullable=False, index=True),
        sa.Column("sender_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sender_index", _DIGEST, nullable=False),
        sa.Column("sender_tail", _DIGEST),
        sa.Column("sender_kind", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary()),
        sa.Column("text_redacted", sa.Text()),
        sa.Column("text_index", _DIGEST),
        sa.Column("media_count", sa.Integer(), nullable=False),
        sa.Column("answered_by_carrier", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.String(20)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME),
        sa.Column("reason", sa.String(40)),
        sa.Column("keyword", sa.String(20)),
        sa.Column("kpj_index", _DIGEST),
        sa.Column("kpj_sealed", sa.LargeBinary()),
        sa.Column("decision", sa.String(20)),
        sa.Column("reading", sa.Text()),
        sa.Column("fault_sealed", sa.LargeBinary()),
        sa.Column("way_back", sa.Text()),
        sa.Column("flaw", sa.String(40)),
        sa.UniqueConstraint("channel", "provider_id"),
    )
    _index("inbound", "decision", "decision", "id", where="decision <> 'allowed'")
    _index("inbound", "failed", "id", where="status = 'failed'")
    _index("inbound", "keyword", "keyword", "id", where="keyword IS NOT NULL")
    _index("inbound", "kpj_index", "kpj_index", "id", where="kpj_index IS NOT NULL")
    _index("inbound", "reason", "reason", "id", where="reason IS NOT NULL")
    _index("inbound", "received", "next_attempt_at", "id", where="status = 'received'")
    _index("inbound", "sender_index", "sender_index", "id")
    _index(
        "inbound", "sender_tail", "sender_tail", "id", where="sender_tail IS NOT NULL"
    )
    _index("inbound", "status", "status", "next_attempt_at")
    op.create_table(
        "cases",
        sa.Column("inbound_id", _ID, sa.ForeignKey("inbound.id"), primary_key=True),
        sa.Column("text_sealed", sa.LargeBinary()),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME),
        sa.Column("closed_by", sa.String(80)),
    )
    _index("cases", "open", "inbound_id", where="closed_at IS NULL")
    op.create_table(
        "outbound",
        sa.Column("id", _ID, primary_key=True),
        _reference("in_reply_to", "inbound.id"),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("provider_id", sa.String(64)),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("recipient_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recipient_index", _DIGEST, nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("segments", sa.SmallInteger(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary()),
        sa.Column("text_redacted", sa.Text()),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _TIME, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False, index=True),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME),
        sa.Column("final_at", _TIME),
        sa.Column("error_code", sa.String(40)),
        sa.Column("way_back", sa.Text()),
        sa.UniqueConstraint("channel", "provider_id"),
    )
    _index("outbound", "expiring", "expires_at", where="status = 'queued'")
    _index(
        "outbound",
        "queued",
        "channel",
        "next_attempt_at",
        "id",
        where="status = 'queued'",
    )
    _index("outbound", "recipient_index", "recipient_index", "id")
    _index("outbound", "status", "status", "next_attempt_at")
    op.create_table(
        "attempts",
        sa.Column("id", _ID, primary_key=True),
        _reference("outbound_id", "outbound.id"),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("error_code", sa.String(40)),
    )
    op.create_table(
        "receipts",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("outbound_id", _ID, sa.ForeignKey("outbound.id")),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("message_id", _ID),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("error_code", sa.String(40)),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("mark", sa.String(8)),
        sa.Column("due_at", _TIME),
        sa.Column("meaning", sa.String(20)),
    )
    _index("receipts", "due", "due_at", "id", where="outbound_id IS NULL")
    _index("receipts", "reply", "outbound_id", where="outbound_id IS NOT NULL")


def _create_limits() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("subject", _DIGEST, nullable=False),
        sa.Column("raised_at", _TIME, nullable=False),
        sa.UniqueConstraint("day", "kind", "subject"),
    )
    op.create_table(
        "counters",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("subject", _DIGEST, primary_key=True),
        sa.Column("fact", sa.String(20), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_table(
        "phone_days",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("msisdn_index", _DIGEST, primary_key=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("unrecognised", sa.Integer(), nullable=False),
        sa.Column("mistaken", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("is_noticed", sa.Boolean(), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
    )


def _create_operations() -> None:
    op.create_table(
        "channels",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("used_until", _TIME, nullable=False),
        sa.Column("paused_until", _TIME),
        sa.Column("pause_code", sa.String(40)),
    )
    op.create_table(
        "shared_time",
        sa.Column("id", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("ahead_by", sa.Interval(), nullable=False),
        sa.Column("confirmed_at", _TIME),
    )
    op.create_table(
        "text_marks",
        sa.Column("place", sa.String(20), primary_key=True),
        sa.Column("until", _TIME, nullable=False),
    )
    op.create_table(
        "timed_tasks",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("due_at", _TIME, nullable=False),
    )


def _create_members() -> None:
    op.create_table(
        "imports",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
    )
    op.create_table(
        "participant_phones",
        sa.Column("msisdn_index", _DIGEST, primary_key=True),
        sa.Column("kpj_index", _DIGEST, primary_key=True),
    )
    op.create_table(
        "participants",
        sa.Column("kpj_index", _DIGEST, primary_key=True),
        sa.Column("record_sealed", sa.LargeBinary(), nullable=False),
    )


def _create_subscribers() -> None:
    op.create_table(
        "bindings",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kpj_index", _DIGEST, nullable=False, index=True),
        sa.Column("kpj_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", _DIGEST, nullable=False, index=True),
        sa.Column("opens_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("end_reason", sa.String(40)),
    )
    op.create_table(
        "opt_outs",
        sa.Column("msisdn_index", _DIGEST, primary_key=True),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("by_carrier", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "phone_languages",
        sa.Column("msisdn_index", _DIGEST, primary_key=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("since", _TIME, nullable=False),
    )
    op.create_table(
        "unreachable_phones",
        sa.Column("msisdn_index", _DIGEST, primary_key=True),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", _ID, primary_key=True),
        _reference("inbound_id", "inbound.id"),
        sa.Column("kpj_index", _DIGEST, nullable=False),
        sa.Column("kpj_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", _DIGEST, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("decided_at", _TIME),
        sa.Column("decided_by", sa.String(80)),
    )
    _index("enrolments", "status", "status", "id")
    op.create_table(
        "subscriptions",
        sa.Column("id", _ID, primary_key=True),
        _reference("inbound_id", "inbound.id"),
        sa.Column("kpj_index", _DIGEST, nullable=False, index=True),
        sa.Column("kpj_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("msisdn_index", _DIGEST, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("utc_offset", sa.String(6)),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("end_reason", sa.String(40)),
        sa.UniqueConstraint("msisdn_index", "kpj_index"),
    )
    _index("subscriptions", "live", "utc_offset", "slot", where="ended_at IS NULL")
    op.create_table(
        "reminders",
        sa.Column("id", _ID, primary_key=True),
        sa.Column(
            "subscription_id", _ID, sa.ForeignKey("subscriptions.id"), nullable=False
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("outbound_id", _ID, sa.ForeignKey("outbound.id"), index=True),
        sa.UniqueConstraint("subscription_id", "kind", "period"),
    )


def _create_console() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text()),
    )
    op.create_table(
        "failed_logins",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", _TIME, nullable=False, index=True),
        sa.Column("name_index", _DIGEST, nullable=False),
        sa.Column("address_index", _DIGEST, nullable=False),
    )
    op.create_table(
        "operators",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME),
    )
    op.create_table(
        "sessions",
        sa.Column("token_index", _DIGEST, primary_key=True),
        _reference("operator_id", "operators.id"),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
    )


def _create_statistics() -> None:
    op.create_table(
        "quarter_counts",
        sa.Column("quarter", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("fact", sa.String(20), primary_key=True),
        sa.Column("label", sa.String(20), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
    )
