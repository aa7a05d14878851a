"""Inbound and outbound messages, and what carriers report about them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from gateway.domain.statuses import OutboundStatus

MARK_LENGTH = 8


class ReceiptMeaning(StrEnum):
    """What the error code in a receipt means; each channel knows its own codes."""

    # The provider dropped the message, as when its queue is full: send it again later.
    DROPPED = "dropped"
    # The phone has opted out; the carrier noticed after it had accepted the SMS.
    OPTED_OUT = "opted_out"
    # The number may not be in use any more.
    PHONE_GONE = "phone_gone"


class SenderKind(StrEnum):
    """Kinds of sender addresses; only MOBILE can be a member's phone."""

    MOBILE = "mobile"
    NOT_MOBILE = "not_mobile"
    FOREIGN = "foreign"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"
    NO_SENDER = "no_sender"


class IgnoreReason(StrEnum):
    """Why an SMS is stored but never answered."""

    NOT_MOBILE = "not_mobile"
    FOREIGN = "foreign"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"
    NO_SENDER = "no_sender"
    # It came to a number that is not ours.
    OTHER_NUMBER = "other_number"
    # A field that an SMS must have is missing, or came twice.
    MALFORMED = "malformed"
    # A duplicate of an SMS a moment before, under another provider id.
    REPEATED = "repeated"
    # A picture without a text.
    MEDIA = "media"
    TOO_LONG = "too_long"
    ANSWERED_BY_CARRIER = "answered_by_carrier"
    OPTED_OUT = "opted_out"
    AUTOMATIC = "automatic"
    OUR_OWN_TEXT = "our_own_text"
    LIMIT = "limit"
    # Its sender asked for erasure while it waited.
    ERASED = "erased"


def mark_of(reply_id: int, created_at: datetime) -> str:
    """Distinguish a reply from one with the same id before a restore of the database.

    A restored database assigns the ids of lost replies again, but their creation times
    differ. Eight characters, because Kannel breaks a name and password of more than 57
    over two lines (docs/kannel.md).
    """
    made = f"{reply_id} {created_at.isoformat()}"
    return sha256(made.encode()).hexdigest()[:MARK_LENGTH]


# The keyword by which a phone opts out.
STOP = "stop"
# The template of the one reply that a phone gets after it has opted out.
GOODBYE = "opted_out"


class Consent(StrEnum):
    """Consent to SMS from us, given or withdrawn by the member or the carrier."""

    WITHDRAWN = "withdrawn"
    GIVEN = "given"


@dataclass(frozen=True)
class InboundMessage:
    """An SMS from a phone; its repr has no personal data."""

    channel: str
    provider_id: str
    sender: str = field(repr=False)
    sender_kind: SenderKind
    recipient: str
    text: str = field(repr=False)
    received_at: datetime
    media_count: int = 0
    # The carrier has handled STOP, START or HELP and has replied in our place.
    answered_by_carrier: bool = False
    consent: Consent | None = None
    # What the provider wants back in the reply, in the format of the channel.
    reply_context: str | None = field(default=None, repr=False)
    # Why it cannot be answered, if the channel knows that already.
    flaw: IgnoreReason | None = None


@dataclass(frozen=True)
class WaitingMessage:
    """An inbound message that a worker has claimed, for the `attempt`-th time."""

    id: int
    attempt: int
    inbound: InboundMessage


@dataclass(frozen=True)
class Reply:
    """A text ready to be sent as one SMS, and its template."""

    template: str
    language: str
    text: str = field(repr=False)
    segments: int
    # The text without personal data, for the log.
    redacted: str
    # Whether it hints that notices can be asked for.
    has_hint: bool = False


@dataclass(frozen=True)
class OutboundMessage:
    """A reply to be sent before `expires_at`; its SMS came at `asked_at`.

    `attempt` counts attempts to send, `questions` how often the carrier was asked.
    """

    id: int
    channel: str
    sender: str
    recipient: str = field(repr=False)
    text: str = field(repr=False)
    attempt: int
    questions: int
    asked_at: datetime
    created_at: datetime
    expires_at: datetime
    # The reply context of the SMS that this reply answers.
    reply_context: str | None = field(default=None, repr=False)

    @property
    def mark(self) -> str:
        """The mark in the callback address of its receipts, see `mark_of`."""
        return mark_of(self.id, self.created_at)

    def outcome(
        self,
        status: OutboundStatus,
        *,
        provider_id: str | None = None,
        error_code: str | None = None,
        again_at: datetime | None = None,
        is_opted_out: bool = False,
    ) -> "SendOutcome":
        """How the latest attempt to send it ended."""
        return SendOutcome(
            self.id,
            self.attempt,
            status,
            provider_id,
            error_code,
            again_at,
            is_opted_out,
        )


@dataclass(frozen=True)
class Sighting:
    """A message at the provider that is, or may be, a doubtful reply.

    The match is not certain if the provider does not show the text (redaction).
    """

    provider_id: str
    is_certain: bool = True


@dataclass(frozen=True)
class SendOutcome:
    """How an attempt to send ended: the status that follows, and the proof.

    It counts only while `attempt` is the latest of the message. At `again_at` the
    message is due again: to be sent (QUEUED), to be asked about (UNKNOWN), or to be
    closed without a receipt (SENT).
    """

    message_id: int
    attempt: int
    status: OutboundStatus
    provider_id: str | None = None
    error_code: str | None = None
    again_at: datetime | None = None
    # The carrier reports that this phone has opted out.
    is_opted_out: bool = False


@dataclass(frozen=True)
class DeliveryReceipt:
    """A carrier's report about a message of ours.

    `message_id` is our own id if the carrier returns it, and `mark` is the mark of that
    reply, without which the id proves nothing.
    """

    channel: str
    provider_id: str
    status: OutboundStatus
    at: datetime
    error_code: str | None = None
    message_id: int | None = None
    mark: str | None = None
    meaning: ReceiptMeaning | None = None
