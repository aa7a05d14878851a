"""The messages that travel through the gateway, their statuses and allowed moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

MARK_LENGTH = 8


class InboundStatus(StrEnum):
    """What has become of an SMS from a member."""

    RECEIVED = "received"
    ANSWERED = "answered"
    IGNORED = "ignored"
    FAILED = "failed"


class OutboundStatus(StrEnum):
    """What has become of a reply.

    UNKNOWN: only the carrier can tell. SENT: the carrier has it. UNCONFIRMED: sent
    without a receipt, or in doubt without any proof until its time was over.
    """

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELED = "canceled"
    UNCONFIRMED = "unconfirmed"


# The carrier has not taken them yet, or may not have.
UNSETTLED = (OutboundStatus.QUEUED, OutboundStatus.SENDING, OutboundStatus.UNKNOWN)
_Moves = Mapping[OutboundStatus, frozenset[OutboundStatus]]
_TOLD_BY_CARRIER = frozenset(
    {
        OutboundStatus.SENT,
        OutboundStatus.DELIVERED,
        OutboundStatus.UNDELIVERED,
        OutboundStatus.FAILED,
        OutboundStatus.CANCELED,
    }
)
# A receipt proves that the carrier has the message, so it may end QUEUED too. Of the
# final statuses only those that lack good news can still get it: "delivered".
ALLOWED_MOVES: _Moves = {
    OutboundStatus.QUEUED: _TOLD_BY_CARRIER
    | {OutboundStatus.SENDING, OutboundStatus.EXPIRED},
    OutboundStatus.SENDING: _TOLD_BY_CARRIER
    | {OutboundStatus.QUEUED, OutboundStatus.UNKNOWN, OutboundStatus.EXPIRED},
    OutboundStatus.UNKNOWN: _TOLD_BY_CARRIER
    | {OutboundStatus.QUEUED, OutboundStatus.EXPIRED, OutboundStatus.UNCONFIRMED},
    OutboundStatus.SENT: (_TOLD_BY_CARRIER - {OutboundStatus.SENT})
    | {OutboundStatus.UNCONFIRMED},
    OutboundStatus.DELIVERED: frozenset(),
    OutboundStatus.UNDELIVERED: frozenset({OutboundStatus.DELIVERED}),
    OutboundStatus.FAILED: frozenset(),
    OutboundStatus.EXPIRED: frozenset(),
    OutboundStatus.CANCELED: frozenset(),
    OutboundStatus.UNCONFIRMED: frozenset({OutboundStatus.DELIVERED}),
}
_FINAL = frozenset(
    {
        OutboundStatus.DELIVERED,
        OutboundStatus.UNDELIVERED,
        OutboundStatus.FAILED,
        OutboundStatus.EXPIRED,
        OutboundStatus.CANCELED,
        OutboundStatus.UNCONFIRMED,
    }
)


def sources_of(status: OutboundStatus) -> frozenset[OutboundStatus]:
    """The statuses from which a message may move to this one."""
    return frozenset(old for old, new in ALLOWED_MOVES.items() if status in new)


def is_final(status: OutboundStatus) -> bool:
    """Whether nothing more is done about the message, and its text is erased."""
    return status in _FINAL


def after(status: OutboundStatus, told: OutboundStatus) -> OutboundStatus:
    """The status once the carrier told another; a move not allowed changes nothing."""
    return told if told in ALLOWED_MOVES[status] else status


class ReceiptMeaning(StrEnum):
    """What the error code in a receipt means; each channel knows its own codes."""

    # The provider dropped the message, as when its queue is full: send it again later.
    DROPPED = "dropped"
    # The phone's owner told the carrier to stop; it noticed after it took the SMS.
    OPTED_OUT = "opted_out"
    # The number may not be in use any more.
    PHONE_GONE = "phone_gone"


class SenderKind(StrEnum):
    """Who may be behind a sender address; only MOBILE can be a member's phone."""

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
    # The carrier brought the same SMS a moment before, under another id.
    REPEATED = "repeated"
    # Neither its own text nor what came with it can be read.
    MEDIA = "media"
    TOO_LONG = "too_long"
    ANSWERED_BY_CARRIER = "answered_by_carrier"
    OPTED_OUT = "opted_out"
    AUTOMATIC = "automatic"
    OUR_OWN_TEXT = "our_own_text"
    LIMIT = "limit"
    # Its sender wanted to be forgotten while it waited.
    ERASED = "erased"


def mark_of(reply_id: int, created_at: datetime) -> str:
    """Tells a reply from one with the same id in another life of the database.

    A database that is restored gives the ids of lost replies to new ones, but not the
    time at which they were made. Eight characters, because Kannel breaks a name and
    password of more than 57 over two lines (docs/kannel.md).
    """
    made = f"{reply_id} {created_at.isoformat()}"
    return sha256(made.encode()).hexdigest()[:MARK_LENGTH]


# The keyword by which a member wants no more SMS.
STOP = "stop"
# The template of the one reply that a phone gets after it has withdrawn its consent.
GOODBYE = "opted_out"


class Consent(StrEnum):
    """What a member, or the carrier for him, says about hearing from us."""

    WITHDRAWN = "withdrawn"
    GIVEN = "given"


@dataclass(frozen=True)
class InboundMessage:
    """An SMS from a phone, in our words; personal fields stay out of its repr."""

    channel: str
    provider_id: str
    sender: str = field(repr=False)
    sender_kind: SenderKind
    recipient: str
    text: str = field(repr=False)
    received_at: datetime
    media_count: int = 0
    # The carrier already acted on STOP, START or HELP and has replied for us.
    answered_by_carrier: bool = False
    consent: Consent | None = None
    # What the provider wants to see again in the reply, in the channel's own words.
    way_back: str | None = field(default=None, repr=False)
    # Why it cannot be answered, if the channel sees that already.
    flaw: IgnoreReason | None = None


@dataclass(frozen=True)
class WaitingMessage:
    """An inbound message that a worker has claimed, for the `attempt`-th time."""

    id: int
    attempt: int
    inbound: InboundMessage


@dataclass(frozen=True)
class Reply:
    """A text ready to be sent as one SMS, and from which template it was made."""

    template: str
    language: str
    text: str = field(repr=False)
    segments: int
    # The same without anything personal, for whoever reads the log.
    redacted: str


@dataclass(frozen=True)
class OutboundMessage:
    """A reply on its way to who asked at `asked_at`; of no use after `expires_at`.

    `attempt` counts tries to send, `questions` how often the carrier was asked.
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
    # What came with the SMS that this replies to.
    way_back: str | None = field(default=None, repr=False)

    @property
    def mark(self) -> str:
        """What the address of its receipts carries, see `mark_of`."""
        return mark_of(self.id, self.created_at)


@dataclass(frozen=True)
class Sighting:
    """A message that the provider has, and that is a reply in doubt or may be it.

    Not certain: the provider does not show the text (redaction).
    """

    provider_id: str
    is_certain: bool = True


@dataclass(frozen=True)
class SendOutcome:
    """How an attempt to send ended: the status that it leads to, and the proof.

    It counts only while `attempt` is the message's latest. `again_at` is when to look
    at the message again: to send it (QUEUED), to ask the carrier (UNKNOWN), or to stop
    waiting for a receipt (SENT).
    """

    message_id: int
    attempt: int
    status: OutboundStatus
    provider_id: str | None = None
    error_code: str | None = None
    again_at: datetime | None = None
    # The carrier says that this phone wants nothing from us.
    is_opted_out: bool = False


@dataclass(frozen=True)
class DeliveryReceipt:
    """What the carrier says has become of a message of ours.

    `message_id` is our own id when the carrier gives it back to us, and `mark` is the
    mark of that reply; without it the id proves nothing.
    """

    channel: str
    provider_id: str
    status: OutboundStatus
    at: datetime
    error_code: str | None = None
    message_id: int | None = None
    mark: str | None = None
    meaning: ReceiptMeaning | None = None
