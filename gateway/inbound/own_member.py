"""Choose the member that a message without a whole KPJ is about, or ask which."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.domain.enquiry import Rejection, RejectionReason
from gateway.domain.participants import Participant
from gateway.inbound.context import ParsedMessage
from gateway.replies.daftar import WHICH_KPJ, WHICH_KPJ_IN_FULL
from gateway.replies.fields import asked_for, member_numbers
from gateway.replies.template import Answer


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


def ask_which(members: Sequence[Participant], keyword: str) -> Answer:
    """Ask which KPJ is meant, by its last four digits if they tell all apart."""
    template = WHICH_KPJ if _have_own_endings(members) else WHICH_KPJ_IN_FULL
    return template.fill(
        kpjs=member_numbers(members),
        asked=asked_for(keyword),
        last_four=members[0].kpj.digits[-4:],
    )


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


def _have_own_endings(members: Sequence[Participant]) -> bool:
    """Whether the last four digits tell all members of a phone apart."""
    return len({member.kpj.digits[-4:] for member in members}) == len(members)
