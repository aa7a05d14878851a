"""May this phone hear about this member, and may this message be answered at all.

Pure decisions. Every refusal sounds the same to the member, so that nobody learns from
it whether a KPJ exists; the decision itself is for the log.
"""

from enum import StrEnum
from hmac import compare_digest

from gateway.domain.messages import IgnoreReason, InboundMessage, SenderKind
from gateway.domain.participants import Identity, MembershipStatus, Participant

# The most that Twilio hands over: twilio.com/docs/messaging/guides/webhook-request
LONGEST_TEXT = 1600
_CLOSED = frozenset({MembershipStatus.SUSPENDED, MembershipStatus.DECEASED})


class Decision(StrEnum):
    """Whether a balance or status may be told, and why not."""

    ALLOWED = "allowed"
    UNKNOWN_KPJ = "unknown_kpj"
    NOT_THEIR_PHONE = "not_their_phone"
    CLOSED = "closed"
    # An enrolment whose NIK, birth date or name is not the member's.
    NOT_THE_MEMBER = "not_the_member"
    # An enrolment beyond the limits of a phone or KPJ: it was compared with nothing.
    NOT_COMPARED = "not_compared"


def decide(sender: str, participant: Participant | None, *, is_bound: bool) -> Decision:
    """Allow a phone of the member's record, or one that was enrolled for him."""
    if participant is None:
        return Decision.UNKNOWN_KPJ
    if sender not in participant.msisdns and not is_bound:
        return Decision.NOT_THEIR_PHONE
    if participant.status in _CLOSED:
        return Decision.CLOSED
    return Decision.ALLOWED


def may_enrol(
    claimed: Identity, name_is_given: bool, participant: Participant | None
) -> Decision | None:
    """None when who asks knows what the member knows; a name may be left out."""
    if participant is None:
        return Decision.UNKNOWN_KPJ
    if participant.status in _CLOSED:
        return Decision.CLOSED
    known = participant.identity
    is_member = known is not None and (
        compare_digest(claimed.nik, known.nik)
        & compare_digest(claimed.born, known.born)
        & (not name_is_given or compare_digest(claimed.name, known.name))
    )
    return None if is_member else Decision.NOT_THE_MEMBER


def reason_to_ignore(inbound: InboundMessage) -> IgnoreReason | None:
    """Why this message gets no reply, or None when it deserves one.

    A picture beside a text changes nothing: the text is answered.
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
