"""Choose the member that a message without a whole KPJ is about."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.domain.enquiry import Rejection, RejectionReason
from gateway.domain.participants import Participant
from gateway.inbound.context import ParsedMessage


def choose_member(
    members: Sequence[Participant], rejection: Rejection
) -> Participant | None:
    """The one member of a phone whose KPJ ends as written, or the only member.

    `members` are those of the sender's own phone: four digits are compared with no
    other KPJ, so that they open and reveal nothing.
    """
    if is_about_only_member(members, rejection):
        return members[0]
    named = [
        member for member in members if member.kpj.digits.endswith(rejection.last_four)
    ]
    return named[0] if len(named) == 1 else None


def is_about_only_member(members: Sequence[Participant], rejection: Rejection) -> bool:
    """Whether the phone has one member, and four digits can only be a year."""
    return len(members) == 1 and rejection.reason is RejectionReason.KPJ_MISSING


def have_own_endings(members: Sequence[Participant]) -> bool:
    """Whether the last four digits tell all members of a phone apart."""
    return len({member.kpj.digits[-4:] for member in members}) == len(members)


def without_last_four(message: ParsedMessage, member: Participant) -> ParsedMessage:
    """The message without the digits that chose the member: they are no year."""
    if message.analysis is None:
        return message
    last_four = int(member.kpj.digits[-4:])
    others = (
        number for number in message.analysis.short_numbers if number != last_four
    )
    return replace(
        message, analysis=replace(message.analysis, short_numbers=tuple(others))
    )
