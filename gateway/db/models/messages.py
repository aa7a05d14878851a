"""SMS, replies, attempts, delivery receipts and complaints."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal,
)

from gateway.db.models.base import (
    Digest,
    Id,
    UtcDateTime,
    add_partial_index,
    metadata,
)
from gateway.domain.statuses import InboundStatus, OutboundStatus

inbound = Table(
    "inbound",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("provider_id", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("sender_sealed", LargeBinary, nullable=False),
    Column("sender_index", Digest, nullable=False),
    # The keyed hash of the phone's last four digits, which operators see and search.
    Column("sender_tail", Digest),
    Column("sender_kind", String(20), nullable=False),
    Column("recipient", String(64), nullable=False),
    # Encrypted until the message is settled; then only the redacted form is kept.
    Column("text_sealed", LargeBinary),
    Column("text_redacted", Text),
    # The keyed hash of channel, sender, recipient and text, to find duplicates.
    Column("text_index", Digest),
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
    Column("kpj_index", Digest),
    # For manual replies, and for an operator who gives a reason.
    Column("kpj_sealed", LargeBinary),
    Column("decision", String(20)),
    # How the text was understood, as JSON without anything personal.
    Column("reading", Text),
    # The traceback of the last attempt to answer that failed, for an operator.
    Column("fault_sealed", LargeBinary),
    # The reply context: what the provider wants back, such as a transaction id.
    Column("way_back", Text),
    # Why the channel found the SMS unusable.
    Column("flaw", String(40)),
    UniqueConstraint("channel", "provider_id"),
    Index("ix_inbound_sender_index", "sender_index", "id"),
    Index("ix_inbound_status", "status", "next_attempt_at"),
)
IS_RECEIVED = inbound.c.status == literal(InboundStatus.RECEIVED, literal_execute=True)
IS_FAILED = inbound.c.status == literal(InboundStatus.FAILED, literal_execute=True)
add_partial_index(
    "ix_inbound_received", IS_RECEIVED, inbound.c.next_attempt_at, inbound.c.id
)
add_partial_index("ix_inbound_failed", IS_FAILED, inbound.c.id)
# For the console's search, newest first.
for _column in (
    *(inbound.c.kpj_index, inbound.c.keyword),
    *(inbound.c.reason, inbound.c.sender_tail),
):
    add_partial_index(
        f"ix_inbound_{_column.name}", _column.is_not(None), _column, inbound.c.id
    )
add_partial_index(
    "ix_inbound_decision",
    inbound.c.decision != "allowed",
    *(inbound.c.decision, inbound.c.id),
)

outbound = Table(
    "outbound",
    metadata,
    Column("id", Id, primary_key=True),
    Column("in_reply_to", Id, ForeignKey("inbound.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("provider_id", String(64)),
    Column("sender", String(64), nullable=False),
    Column("recipient_sealed", LargeBinary, nullable=False),
    Column("recipient_index", Digest, nullable=False),
    Column("template", String(40), nullable=False),
    Column("language", String(2), nullable=False),
    Column("segments", SmallInteger, nullable=False),
    # Encrypted until the status is final; then only the redacted form is kept.
    Column("text_sealed", LargeBinary),
    Column("text_redacted", Text),
    Column("status", String(20), nullable=False, default=OutboundStatus.QUEUED),
    Column("attempts", Integer, nullable=False, default=0),
    Column("questions", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    # When the member's SMS came, when the reply was queued, and its deadline.
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
add_partial_index(
    "ix_outbound_queued",
    IS_QUEUED,
    *(outbound.c.channel, outbound.c.next_attempt_at, outbound.c.id),
)
add_partial_index("ix_outbound_expiring", IS_QUEUED, outbound.c.expires_at)

# The columns that a purge empties: the texts of SMS and replies, and traces of them.
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
    Column("id", Id, primary_key=True),
    Column("outbound_id", Id, ForeignKey("outbound.id"), nullable=False, index=True),
    Column("attempt", SmallInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("status", String(20), nullable=False),
    Column("error_code", String(40)),
)

# Delivery receipts in order of arrival. `outbound_id` is set when a receipt has been
# applied. `message_id` is our own id as the carrier returns it, and `mark` which reply
# of that id it means. `due_at` is when to look for the reply, NULL when that is over.
receipts = Table(
    "receipts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbound_id", Id, ForeignKey("outbound.id")),
    Column("channel", String(20), nullable=False),
    Column("provider_id", String(64), nullable=False),
    Column("message_id", Id),
    Column("status", String(20), nullable=False),
    Column("error_code", String(40)),
    Column("at", UtcDateTime, nullable=False),
    Column("mark", String(8)),
    Column("due_at", UtcDateTime),
    # What its error code means, see ReceiptMeaning.
    Column("meaning", String(20)),
)
HAS_NO_REPLY = receipts.c.outbound_id.is_(None)
# Each receipt is in one of two indexes. With one common index PostgreSQL would read all
# receipts without a reply and sort them.
add_partial_index("ix_receipts_due", HAS_NO_REPLY, *(receipts.c.due_at, receipts.c.id))
add_partial_index("ix_receipts_reply", ~HAS_NO_REPLY, receipts.c.outbound_id)

# Complaints that an operator has to answer, until they are closed.
complaints = Table(
    "cases",
    metadata,
    Column("inbound_id", Id, ForeignKey("inbound.id"), primary_key=True),
    # The complaint with masked numbers; encrypted, because it may contain names.
    Column("text_sealed", LargeBinary),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String(80)),
)
add_partial_index(
    "ix_cases_open", complaints.c.closed_at.is_(None), complaints.c.inbound_id
)
