"""STATUS: is the membership active, since when not, and what is unpaid."""

from gateway.handlers.registry import for_member
from gateway.parsers.keywords import Keyword
from gateway.participants import MembershipStatus, Participant, Program
from gateway.replies import membership, status
from gateway.replies.fields import (
    day,
    member_number,
    month,
    program_names,
    rupiah,
    segment_name,
)
from gateway.replies.template import Answer, ReplyTemplate

KEYWORD = Keyword(
    "status",
    needs_kpj=True,
    words=(
        "status",
        "statusnya",
        "statusku",
        "cek status",
        "status kepesertaan",
        "membership",
    ),
    forgiving=("status",),
    english=frozenset({"membership"}),
)
_BY_STATUS = {
    MembershipStatus.ACTIVE: status.ACTIVE,
    MembershipStatus.INACTIVE: status.INACTIVE,
    MembershipStatus.IN_CLAIM: status.IN_CLAIM,
    MembershipStatus.PAID_OUT: membership.PAID_OUT,
    MembershipStatus.MERGED: membership.MERGED,
}


@for_member(KEYWORD)
def tell_status(participant: Participant) -> Answer:
    """Where the membership stands, with what the member can do about it."""
    arrears = participant.arrears
    return _template(participant).filled(
        kpj=member_number(participant.kpj),
        segment=segment_name(participant.segment),
        programs=program_names(participant.programs),
        last_month=month(participant.last_contribution),
        since=day(participant.status_since),
        paid_on=day(participant.paid_out_on),
        months=str(arrears.months) if arrears else "",
        arrears=rupiah(arrears.amount) if arrears else "",
    )


def _template(participant: Participant) -> ReplyTemplate:
    if participant.status is MembershipStatus.INACTIVE:
        if participant.arrears is not None:
            return status.IN_ARREARS
        if Program.JHT not in participant.programs:
            return status.INACTIVE_WITHOUT_JHT
    return _BY_STATUS[participant.status]
