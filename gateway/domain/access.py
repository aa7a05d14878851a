"""Access decisions: which phone may hear about a member, which message is answered.

Every refusal is worded alike, so that nobody learns from it whether a KPJ exists; the
decision itself is only logged.
"""

from enum import StrEnum
from hmac import compare_digest

from gateway.domain.messages import IgnoreReason, InboundMessage, SenderKind
from gateway.domain.participants import Identity, MembershipStatus, Participant

# The most that Twilio hands over: twilio.com/docs/messaging/guides/webhook-request
LONGEST_TEXT = 1600
# Members about whom nobody hears anything.
CLOSED = frozenset({MembershipStatus.SUSPENDED, MembershipStatus.DECEASED})


class Decision(StrEnum):
    """Whether the sender may hear a member's data, or why not."""

    ALLOWED = "allowed"
    UNKNOWN_KPJ = "unknown_kpj"
    NOT_THEIR_PHONE = "not_their_phone"
    CLOSED = "closed"
    # An enrolment whose NIK, birth date or name is not the member's.
    NOT_THE_MEMBER = "not_the_member"
    # An enrolment beyond the limits of a phone or KPJ, compared with no record.
    NOT_COMPARED = "not_compared"


def decide(sender: str, participant: Participant | None, *, is_bound: bool) -> Decision:
    """Allow the phones in the member's record, and those enrolled for the member."""
    if participant is None:
        return Decision.UNKNOWN_KPJ
    if sender not in participant.msisdns and not is_bound:
        return Decision.NOT_THEIR_PHONE
    if participant.status in CLOSED:
        return Decision.CLOSED
    return Decision.ALLOWED


def enrolment_refusal(
    claimed: Identity, name_is_given: bool, participant: Participant | None
) -> Decision | None:
    """None if the claimed identity is the member's; the name may be left out."""
    if participant is None:
        return Decision.UNKNOWN_KPJ
    if participant.status in CLOSED:
        return Decision.CLOSED
    identity = participant.identity
    is_member = identity is not None and (
        compare_digest(claimed.nik, identity.nik)
        & compare_digest(claimed.born, identity.born)
        & (not name_is_given or compare_digest(claimed.name, identity.name))
    )
    return None if is_member else Decision.NOT_THE_MEMBER


def reason_to_ignore(inbound: InboundMessage) -> IgnoreReason | None:
    """Why this message gets no reply; None if it may get one.

    A text with a picture is answered like any text.
    """
    if inbound.flaw:
        return inbound.flaw
    if inbound.sender_kind is not SenderKind.MOBILE:
        return IgnoreReason(inbound.sender_kind.value)
    if inbound.answered_by_carrier:
        return IgnoreReason.ANSWERED_BY_CARRIER
    if inbound.media_count and not inbound.text.strip():
        return IgnoreReason.MEDIA
    if len(inbound.text) > LONGEST_TEXT:
        return IgnoreReason.TOO_LONG
    return None
