"""The tables. Personal data is sealed; what is looked up by is a keyed hash."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    literal,
)

from gateway.domain.messages import InboundStatus, OutboundStatus
from gateway.security.cipher import INDEX_BYTES

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, also where the database keeps no time zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Into the database in UTC; a naive time raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time without time zone cannot be stored"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Out of the database, aware."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


_Id = BigInteger().with_variant(Integer, "sqlite")
_Digest = LargeBinary(INDEX_BYTES)
# As both databases write it: what code of an earlier version adds is due at once.
_LONG_AGO = "1970-01-01 00:00:00.000000"

inbound = Table(
    "inbound",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("provider_id", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("sender_sealed", LargeBinary, nullable=False),
    Column("sender_index", _Digest, nullable=False),
    # The keyed hash of its last four digits: all that an operator may know of a phone.
    Column("sender_tail", _Digest),
    Column("sender_kind", String(20), nullable=False),
    Column("recipient", String(64), nullable=False),
    # Sealed until the message is settled, then only the redacted form is kept.
    Column("text_sealed", LargeBinary),
    Column("text_redacted", Text),
    # The keyed hash of channel, sender, recipient and text: a repeat has the same.
    Column("text_index", _Digest),
    Column("media_count", Integer, nullable=False),
    Column("answered_by_carrier", Boolean, nullable=False),
    Column("consent", String(20)),
    Column("status", String(20), nullable=False, default=InboundStatus.RECEIVED),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    # Why nothing was answered, or what was asked and decided.
    Column("reason", String(40)),
    Column("keyword", String(20)),
    Column("kpj_index", _Digest),
    # For a look-up by hand, and for an operator with a reason.
    Column("kpj_sealed", LargeBinary),
    Column("decision", String(20)),
    # How the text was understood, as JSON without anything personal.
    Column("reading", Text),
    # The traceback of the last attempt to answer that failed, for an operator.
    Column("fault_sealed", LargeBinary),
    # What the provider wants to see again in the reply, a transaction id for example.
    Column("way_back", Text),
    # Why it cannot be used, as the channel saw it.
    Column("flaw", String(40)),
    UniqueConstraint("channel", "provider_id"),
    Index("ix_inbound_sender_index", "sender_index", "id"),
    Index("ix_inbound_status", "status", "next_attempt_at"),
)
# Written out, because SQLite looks for an index of some rows by the words alone, and
# PostgreSQL's plan for all values of a parameter cannot use one either.
IS_RECEIVED = inbound.c.status == literal(InboundStatus.RECEIVED, literal_execute=True)
IS_FAILED = inbound.c.status == literal(InboundStatus.FAILED, literal_execute=True)
Index(
    "ix_inbound_received",
    *(inbound.c.next_attempt_at, inbound.c.id),
    postgresql_where=IS_RECEIVED,
    sqlite_where=IS_RECEIVED,
)
Index(
    "ix_inbound_failed",
    inbound.c.id,
    postgresql_where=IS_FAILED,
    sqlite_where=IS_FAILED,
)


def _found_by(column: str, where: ColumnElement[bool]) -> None:
    """The console looks for it, newest first; unsettled messages cost nothing."""
    Index(
        f"ix_inbound_{column}",
        inbound.c[column],
        inbound.c.id,
        postgresql_where=where,
        sqlite_where=where,
    )


for _column in ("kpj_index", "keyword", "reason", "sender_tail"):
    _found_by(_column, inbound.c[_column].is_not(None))
_found_by("decision", inbound.c.decision != "allowed")

outbound = Table(
    "outbound",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("in_reply_to", _Id, ForeignKey("inbound.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("provider_id", String(64)),
    Column("sender", String(64), nullable=False),
    Column("recipient_sealed", LargeBinary, nullable=False),
    Column("recipient_index", _Digest, nullable=False),
    Column("template", String(40), nullable=False),
    Column("language", String(2), nullable=False),
    Column("segments", SmallInteger, nullable=False),
    # Sealed until the message is final, then only the redacted form is kept.
    Column("text_sealed", LargeBinary),
    Column("text_redacted", Text),
    Column("status", String(20), nullable=False, default=OutboundStatus.QUEUED),
    Column("attempts", Integer, nullable=False, default=0),
    Column("questions", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    # When the member's SMS came, when its reply was made, until when it is of use.
    Column("asked_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("final_at", UtcDateTime),
    Column("error_code", String(40)),
    Column("way_back", Text),
    UniqueConstraint("channel", "provider_id"),
    Index("ix_outbound_status", "status", "next_attempt_at"),
    Index("ix_outbound_recipient_index", "recipient_index", "id"),
)
IS_QUEUED = outbound.c.status == literal(OutboundStatus.QUEUED, literal_execute=True)
Index(
    "ix_outbound_queued",
    *(outbound.c.channel, outbound.c.next_attempt_at, outbound.c.id),
    postgresql_where=IS_QUEUED,
    sqlite_where=IS_QUEUED,
)
Index(
    "ix_outbound_expiring",
    outbound.c.expires_at,
    postgresql_where=IS_QUEUED,
    sqlite_where=IS_QUEUED,
)

# What goes when a text goes: all that says what somebody wrote or was told.
TEXT_COLUMNS = {
    "inbound": (
        *("text_redacted", "text_sealed", "text_index"),
        *("fault_sealed", "reading", "way_back"),
    ),
    "outbound": ("text_redacted", "text_sealed", "way_back"),
}

# How each attempt to send a reply ended, and each question to the carrier about it;
# rows are only ever added.
attempts = Table(
    "attempts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("outbound_id", _Id, ForeignKey("outbound.id"), nullable=False, index=True),
    Column("attempt", SmallInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("status", String(20), nullable=False),
    Column("error_code", String(40)),
)

# What the carrier told, in the order it came. `outbound_id` is set when a receipt has
# been applied; `message_id` is what the carrier says our own id is, and `mark`
# which reply of that id it means. `due_at` is when to look for its reply, or NULL when
# that is over.
receipts = Table(
    "receipts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("outbound_id", _Id, ForeignKey("outbound.id")),
    Column("channel", String(20), nullable=False),
    Column("provider_id", String(64), nullable=False),
    Column("message_id", _Id),
    Column("status", String(20), nullable=False),
    Column("error_code", String(40)),
    Column("at", UtcDateTime, nullable=False),
    Column("mark", String(8)),
    Column("due_at", UtcDateTime, server_default=_LONG_AGO),
    # Whether it says that the number may not be in use any more.
    Column("is_gone", Boolean, nullable=False, server_default=false()),
)
HAS_NO_REPLY = receipts.c.outbound_id.is_(None)
# A receipt stands in one of the two; in a common index PostgreSQL would look for those
# without a reply, and sort them.
Index(
    "ix_receipts_due",
    *(receipts.c.due_at, receipts.c.id),
    postgresql_where=HAS_NO_REPLY,
    sqlite_where=HAS_NO_REPLY,
)
Index(
    "ix_receipts_reply",
    receipts.c.outbound_id,
    postgresql_where=~HAS_NO_REPLY,
    sqlite_where=~HAS_NO_REPLY,
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("msisdn_index", _Digest, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    # Only the carrier has said so, by refusing a reply.
    Column("by_carrier", Boolean, nullable=False, server_default=false()),
)

# Phones that the carrier reports to be gone: since when, on how many different days so
# far, and on which day last.
unreachable_phones = Table(
    "unreachable_phones",
    metadata,
    Column("msisdn_index", _Digest, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("days", SmallInteger, nullable=False),
)

# What sending on a channel has to heed: its rate, and a pause while something is wrong
# that no retry of a message mends.
channels = Table(
    "channels",
    metadata,
    Column("name", String(20), primary_key=True),
    # Everything sent so far has used the channel's rate up to this moment.
    Column("used_until", UtcDateTime, nullable=False),
    Column("paused_until", UtcDateTime),
    Column("pause_code", String(40)),
)

# One row: how far the database's clock is ahead of the time that the processes agree
# on, and when one of them last found it so; see gateway.db.core.shared_time.
shared_time = Table(
    "shared_time",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("ahead_by", Interval, nullable=False),
    Column("confirmed_at", UtcDateTime),
)

# What each phone has had on a day of limits.day_of; `members` are 16-byte keyed hashes.
phone_days = Table(
    "phone_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("msisdn_index", _Digest, primary_key=True),
    Column("told", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
    Column("unrecognised", Integer, nullable=False, default=0),
    Column("mistaken", Integer, nullable=False, default=0, server_default="0"),
    Column("replies", Integer, nullable=False, default=0),
    Column("is_noticed", Boolean, nullable=False, default=False),
    Column("members", LargeBinary, nullable=False, default=b""),
)

# What else is counted in a day: refusals about a KPJ or a run of neighbouring ones, the
# same text from the same phone, and everything together.
counters = Table(
    "counters",
    metadata,
    Column("day", Date, primary_key=True),
    Column("subject", _Digest, primary_key=True),
    Column("fact", String(20), primary_key=True),
    Column("count", Integer, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("day", Date, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("subject", _Digest, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    UniqueConstraint("day", "kind", "subject"),
)

# Requests to hear about a member from a phone that does not stand in the record.
enrolments = Table(
    "enrolments",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("inbound_id", _Id, ForeignKey("inbound.id"), nullable=False, index=True),
    Column("kpj_index", _Digest, nullable=False),
    Column("kpj_sealed", LargeBinary, nullable=False),
    Column("msisdn_index", _Digest, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("language", String(2), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("status", String(20), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String(80)),
    Index("ix_enrolments_status", "status", "id"),
)

# Phones that an enrolment has opened, for a time.
bindings = Table(
    "bindings",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kpj_index", _Digest, nullable=False, index=True),
    Column("kpj_sealed", LargeBinary, nullable=False),
    Column("msisdn_index", _Digest, nullable=False, index=True),
    Column("opens_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("end_reason", String(40)),
)

# Complaints that an operator has to answer, until they are closed.
cases = Table(
    "cases",
    metadata,
    Column("inbound_id", _Id, ForeignKey("inbound.id"), primary_key=True),
    # Its words, numbers masked: names may be among them.
    Column("text_sealed", LargeBinary),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String(80)),
)
Index(
    "ix_cases_open",
    cases.c.inbound_id,
    postgresql_where=cases.c.closed_at.is_(None),
    sqlite_where=cases.c.closed_at.is_(None),
)

# Until when a purge has dropped all texts of a table; the next one begins there.
text_marks = Table(
    "text_marks",
    metadata,
    Column("place", String(20), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

# The language that a phone has asked for.
phone_languages = Table(
    "phone_languages",
    metadata,
    Column("msisdn_index", _Digest, primary_key=True),
    Column("language", String(2), nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

# Phones that want to be reminded of a member's affairs. The message that asked for it
# is kept as long, to prove it. `slot`, below 10,000, spreads them over a campaign.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("inbound_id", _Id, ForeignKey("inbound.id"), nullable=False, index=True),
    Column("kpj_index", _Digest, nullable=False, index=True),
    Column("kpj_sealed", LargeBinary, nullable=False),
    Column("msisdn_index", _Digest, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("language", String(2), nullable=False),
    Column("utc_offset", String(6)),
    Column("slot", SmallInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("end_reason", String(40)),
    UniqueConstraint("msisdn_index", "kpj_index"),
)
Index(
    "ix_subscriptions_live",
    *(subscriptions.c.utc_offset, subscriptions.c.slot),
    postgresql_where=subscriptions.c.ended_at.is_(None),
    sqlite_where=subscriptions.c.ended_at.is_(None),
)

# What came of a subscription in a campaign: a reminder, or why there was none.
reminders = Table(
    "reminders",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("subscription_id", _Id, ForeignKey("subscriptions.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    # A month as 2026-11 or a year as 2026.
    Column("period", String(7), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("outbound_id", _Id, ForeignKey("outbound.id"), index=True),
    UniqueConstraint("subscription_id", "kind", "period"),
)

# Who did or saw what; rows are only ever added.
access_log = Table(
    "access_log",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("reason", Text),
)

participants = Table(
    "participants",
    metadata,
    Column("kpj_index", _Digest, primary_key=True),
    Column("record_sealed", LargeBinary, nullable=False),
)

# Which members a phone in the records belongs to.
participant_phones = Table(
    "participant_phones",
    metadata,
    Column("msisdn_index", _Digest, primary_key=True),
    Column("kpj_index", _Digest, primary_key=True),
)

# One row an import; the latest tells of what day the records are.
imports = Table(
    "imports",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("members", Integer, nullable=False),
)

# Who may come into the console; nobody is deleted, because the access log names them.
operators = Table(
    "operators",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

# Who is in the console now; the browser holds a token, and only its keyed hash is here.
sessions = Table(
    "sessions",
    metadata,
    Column("token_index", _Digest, primary_key=True),
    Column("operator_id", _Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

# Wrong passwords, counted for a name and for an address; keyed hashes of both.
failed_logins = Table(
    "failed_logins",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("name_index", _Digest, nullable=False),
    Column("address_index", _Digest, nullable=False),
)


def _counted(part: str) -> Table:
    """Parts of an hour, numbered since 1970, that have been counted.

    And for how many seconds each had been over then. Without its row here a count says
    nothing.
    """
    return Table(
        f"counted_{part}s",
        metadata,
        Column(part, _Id, primary_key=True, autoincrement=False),
        Column("age", Integer, nullable=False),
    )


def _arrival_tallies(name: str, part: str) -> Table:
    """How many SMS of a part came to the same end; nothing of any person."""
    return Table(
        name,
        metadata,
        Column("id", _Id, primary_key=True),
        Column(part, BigInteger, nullable=False, index=True),
        Column("status", String(20), nullable=False),
        Column("reason", String(40)),
        Column("decision", String(20)),
        Column("keyword", String(20)),
        Column("number", Integer, nullable=False),
    )


def _sending_tallies(name: str, part: str) -> Table:
    """What became of the replies made in a part that took equally long."""
    return Table(
        name,
        metadata,
        Column("id", _Id, primary_key=True),
        Column(part, BigInteger, nullable=False, index=True),
        # From the SMS to its reply, in hundredths of a second; none was never sent.
        Column("wait", Integer),
        Column("decided", Integer, nullable=False),
        Column("delivered", Integer, nullable=False),
        Column("segments", Integer, nullable=False),
        Column("number", Integer, nullable=False),
    )


counted_quarters = _counted("quarter")
arrival_tallies = _arrival_tallies("arrival_tallies", "quarter")
sending_tallies = _sending_tallies("sending_tallies", "quarter")
counted_minutes = _counted("minute")
minute_arrival_tallies = _arrival_tallies("minute_arrival_tallies", "minute")
minute_sending_tallies = _sending_tallies("minute_sending_tallies", "minute")
