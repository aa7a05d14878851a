"""INGAT: switch on reminders of contributions and of the yearly balance."""

from dataclasses import replace

from gateway.domain.notices import Wish
from gateway.domain.participants import (
    STILL_PAYING,
    MembershipStatus,
    Participant,
    Program,
    Segment,
)
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.replies import membership
from gateway.replies.fields import member_number
from gateway.replies.ingat import (
    BALANCE_REMINDERS_ON,
    CONTRIBUTION_REMINDERS_ON,
    NOTHING_TO_REMIND,
    REMINDERS_ON,
)
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "ingat",
    needs_kpj=True,
    words=("ingatkan", "ingatkan saya", "pengingat", "remind me", "reminder"),
    alone=("ingat", "remind"),
    beside=frozenset({"iuran", "bayar", "bulanan", "kpj", "bpu", "jht"}),
    forgiving=("pengingat", "ingatkan"),
    ended_by="ingat_stop",
    english=frozenset({"remind", "remind me", "reminder"}),
    example="INGAT 12345678901",
    about="pengingat iuran BPU dan saldo tahunan",
    about_in_english="reminders of dues and yearly balance",
    section=Section.MONEY,
)


@for_member(KEYWORD)
def opt_in(participant: Participant, question: Question) -> Answer:
    """Confirm which reminders will come, or say that none will."""
    kpj = member_number(participant.kpj)
    if participant.status is MembershipStatus.MERGED:
        return membership.MERGED.fill(kpj=kpj)
    key = (_pays_contributions(participant), _has_savings(participant))
    template = _CONFIRMATIONS[key]
    is_reminded = template is not NOTHING_TO_REMIND
    return replace(template.fill(kpj=kpj), wish=Wish.REMINDERS if is_reminded else None)


def _pays_contributions(participant: Participant) -> bool:
    return participant.segment is Segment.BPU and participant.status in STILL_PAYING


def _has_savings(participant: Participant) -> bool:
    return Program.JHT in participant.programs and participant.status in STILL_PAYING


# Keys: whether the member, not an employer, pays contributions, and has JHT savings.
_CONFIRMATIONS = {
    (True, True): REMINDERS_ON,
    (True, False): CONTRIBUTION_REMINDERS_ON,
    (False, True): BALANCE_REMINDERS_ON,
    (False, False): NOTHING_TO_REMIND,
}
