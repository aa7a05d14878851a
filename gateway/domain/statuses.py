"""Statuses of messages, and the transitions between them."""

from collections.abc import Mapping
from enum import StrEnum


class InboundStatus(StrEnum):
    """The status of an SMS from a member."""

    RECEIVED = "received"
    ANSWERED = "answered"
    IGNORED = "ignored"
    FAILED = "failed"


class OutboundStatus(StrEnum):
    """The status of a reply.

    UNKNOWN: only the carrier knows whether it was sent. SENT: the carrier has it.
    UNCONFIRMED: sent without a receipt, or never proven to be sent.
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


# Statuses of replies that the carrier has not accepted for certain.
UNSETTLED = (OutboundStatus.QUEUED, OutboundStatus.SENDING, OutboundStatus.UNKNOWN)
_REPORTED = frozenset(
    {
        OutboundStatus.SENT,
        OutboundStatus.DELIVERED,
        OutboundStatus.UNDELIVERED,
        OutboundStatus.FAILED,
        OutboundStatus.CANCELED,
    }
)
# A receipt proves that the carrier has the message, so it may end QUEUED too. A late
# one may make UNDELIVERED "delivered", and ends UNCONFIRMED.
ALLOWED_MOVES: Mapping[OutboundStatus, frozenset[OutboundStatus]] = {
    OutboundStatus.QUEUED: _REPORTED | {OutboundStatus.SENDING, OutboundStatus.EXPIRED},
    OutboundStatus.SENDING: _REPORTED
    | {OutboundStatus.QUEUED, OutboundStatus.UNKNOWN, OutboundStatus.EXPIRED},
    OutboundStatus.UNKNOWN: _REPORTED
    | {OutboundStatus.QUEUED, OutboundStatus.EXPIRED, OutboundStatus.UNCONFIRMED},
    OutboundStatus.SENT: (_REPORTED - {OutboundStatus.SENT})
    | {OutboundStatus.UNCONFIRMED},
    OutboundStatus.DELIVERED: frozenset(),
    OutboundStatus.UNDELIVERED: frozenset({OutboundStatus.DELIVERED}),
    OutboundStatus.FAILED: frozenset(),
    OutboundStatus.EXPIRED: frozenset(),
    OutboundStatus.CANCELED: frozenset(),
    OutboundStatus.UNCONFIRMED: _REPORTED - {OutboundStatus.SENT},
}
_FINAL = frozenset(OutboundStatus) - {*UNSETTLED, OutboundStatus.SENT}


def sources_of(status: OutboundStatus) -> frozenset[OutboundStatus]:
    """The statuses from which a message may move to this one."""
    return frozenset(old for old, new in ALLOWED_MOVES.items() if status in new)


def is_final(status: OutboundStatus) -> bool:
    """Whether nothing follows any more, so that the text is erased."""
    return status in _FINAL


def may_become(old: OutboundStatus, new: OutboundStatus) -> bool:
    """Whether a status may change to the new one, or is the same."""
    return new is old or new in ALLOWED_MOVES[old]
