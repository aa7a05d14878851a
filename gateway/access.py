"""May this phone hear about this member, and may this message be answered at all.

Pure decisions. Every refusal sounds the same to the member, so that nobody learns from
it whether a KPJ exists; the decision itself is for the log.
"""

from enum import StrEnum

from gateway.messages import IgnoreReason, InboundMessage, SenderKind
from gateway.participants import MembershipStatus, Participant

# The most that Twilio hands over: twilio.com/docs/messaging/guides/webhook-request
LONGEST_TEXT = 1600
_CLOSED = frozenset({MembershipStatus.SUSPENDED, MembershipStatus.DECEASED})


class Decision(StrEnum):
    """Whether a balance or status may be told, and why not."""

    ALLOWED = "allowed"
    UNKNOWN_KPJ = "unknown_kpj"
    NOT_THEIR_PHONE = "not_their_phone"
    CLOSED = "closed"


def decide(sender: str, participant: Participant | None) -> Decision:
    """Allow only a telephone number that stands in the member's own record."""
    if participant is None:
        return Decision.UNKNOWN_KPJ
    if sender not in participant.msisdns:
        return Decision.NOT_THEIR_PHONE
    if participant.status in _CLOSED:
        return Decision.CLOSED
    return Decision.ALLOWED


def reason_to_ignore(inbound: InboundMessage) -> IgnoreReason | None:
    """Why this message gets no reply, or None when it deserves one."""
    if inbound.sender_kind is not SenderKind.MOBILE:
        return IgnoreReason(inbound.sender_kind.value)
    if inbound.answered_by_carrier:
        return IgnoreReason.ANSWERED_BY_CARRIER
    if inbound.media_count:
        return IgnoreReason.MEDIA
    if len(inbound.text) > LONGEST_TEXT:
        return IgnoreReason.TOO_LONG
    return None
