"""Opt-outs, enrolments, languages and reminders of phones."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from gateway.db.models.base import (
    Digest,
    Id,
    UtcDateTime,
    add_partial_index,
    metadata,
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("msisdn_index", Digest, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    # Only the carrier reported the opt-out, by refusing a reply.
    Column("by_carrier", Boolean, nullable=False),
)

# Phones that the carrier reports to be gone: since when, on how many different days so
# far, and on which day last.
unreachable_phones = Table(
    "unreachable_phones",
    metadata,
    Column("msisdn_index", Digest, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("days", SmallInteger, nullable=False),
)

# Requests to hear about a member, from phones that are not in the member's record.
enrolments = Table(
    "enrolments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("inbound_id", Id, ForeignKey("inbound.id"), nullable=False, index=True),
    Column("kpj_index", Digest, nullable=False),
    Column("kpj_sealed", LargeBinary, nullable=False),
    Column("msisdn_index", Digest, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("language", String(2), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("status", String(20), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String(80)),
    Index("ix_enrolments_status", "status", "id"),
)

# Phones that may ask about a member because of an enrolment, for a limited time.
bindings = Table(
    "bindings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kpj_index", Digest, nullable=False, index=True),
    Column("kpj_sealed", LargeBinary, nullable=False),
    Column("msisdn_index", Digest, nullable=False, index=True),
    Column("opens_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("end_reason", String(40)),
)

# The language that a phone has asked for.
phone_languages = Table(
    "phone_languages",
    metadata,
    Column("msisdn_index", Digest, primary_key=True),
    Column("language", String(2), nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

# Subscriptions of phones to reminders and notices about a member. The SMS that asked
# for them is kept as long, as proof of consent. `slot` (below 10,000) spreads them over
# a campaign, and over a round of comparisons.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("inbound_id", Id, ForeignKey("inbound.id"), nullable=False, index=True),
    Column("kpj_index", Digest, nullable=False, index=True),
    Column("kpj_sealed", LargeBinary, nullable=False),
    Column("msisdn_index", Digest, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("language", String(2), nullable=False),
    Column("utc_offset", String(6)),
    Column("slot", SmallInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("end_reason", String(40)),
    # What it is for. NULL means reminders, as in all rows from before 0.2.0.
    Column("wants_reminders", Boolean),
    Column("wants_claims", Boolean),
    Column("wants_contributions", Boolean),
    # What the phone was told last, and when the record was last compared with it.
    Column("snapshot_sealed", LargeBinary),
    Column("compared_at", UtcDateTime),
    UniqueConstraint("msisdn_index", "kpj_index"),
)
add_partial_index(
    "ix_subscriptions_live",
    subscriptions.c.ended_at.is_(None),
    *(subscriptions.c.utc_offset, subscriptions.c.slot),
)

# The outcome of a subscription in a campaign: a reminder, or why there was none. The
# same for each notice.
reminders = Table(
    "reminders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscription_id", Id, ForeignKey("subscriptions.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    # A month as 2026-11 or a year as 2026; of a notice, a keyed hash of its event.
    Column("period", String(7), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("outbound_id", Id, ForeignKey("outbound.id"), index=True),
    # What happened, for operators: the stage of a claim, or a month.
    Column("reason_sealed", LargeBinary),
    UniqueConstraint("subscription_id", "kind", "period"),
)
