"""STATUS: whether a membership is active, and any arrears."""

from gateway.domain.participants import MembershipStatus, Participant, Program
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.replies import membership, status
from gateway.replies.fields import of_member
from gateway.replies.template import Answer, ReplyTemplate

KEYWORD = Keyword(
    "status",
    needs_kpj=True,
    words=(
        *("status", "cek status", "status kepesertaan", "membership"),
        *("keaktifan", "cek keaktifan", "masih aktif", "aktif gak", "aktif tidak"),
    ),
    forgiving=("status", "membership"),
    english=frozenset({"membership"}),
    example="STATUS 12345678901",
    about="aktif atau tidak, program, tunggakan",
    about_in_english="active or not, programmes, arrears",
    section=Section.MONEY,
    is_listed_first=True,
)
_BY_STATUS = {
    MembershipStatus.ACTIVE: status.ACTIVE,
    MembershipStatus.INACTIVE: status.INACTIVE,
    MembershipStatus.IN_CLAIM: status.IN_CLAIM,
    MembershipStatus.PAID_OUT: membership.PAID_OUT,
    MembershipStatus.MERGED: membership.MERGED,
}
_BY_STATUS_WITHOUT_JHT = {
    MembershipStatus.ACTIVE: status.ACTIVE_WITHOUT_JHT,
    MembershipStatus.INACTIVE: status.INACTIVE_WITHOUT_JHT,
}


@for_member(KEYWORD)
def tell_status(participant: Participant, question: Question) -> Answer:
    """Tell the status of the membership and what the member can do about it."""
    return _template(participant).fill(**of_member(participant))


def _template(participant: Participant) -> ReplyTemplate:
    if participant.status is MembershipStatus.INACTIVE and participant.arrears:
        return status.IN_ARREARS
    templates = _BY_STATUS
    if Program.JHT not in participant.programs:
        templates = _BY_STATUS | _BY_STATUS_WITHOUT_JHT
    return templates[participant.status]
