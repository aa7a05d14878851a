"""INGAT IURAN: switch on notices of contributions."""

from dataclasses import replace

from gateway.domain.notices import Wish
from gateway.domain.participants import (
    STILL_PAYING,
    MembershipStatus,
    Participant,
    Segment,
)
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.replies import membership
from gateway.replies.fields import member_number
from gateway.replies.notices import (
    CONTRIBUTION_NOTICES_ON,
    NO_CONTRIBUTIONS,
    POSTED_NOTICES_ON,
)
from gateway.replies.template import Answer

_BY_MONTH = frozenset({Segment.PU, Segment.BPU})
KEYWORD = Keyword(
    "ingat_iuran",
    needs_kpj=True,
    words=(
        *("ingatkan iuran", "ingatkan saya iuran", "pengingat iuran"),
        *("kabari iuran", "kabarkan iuran", "notifikasi iuran", "notif iuran"),
        *("iuran ingat", "remind contribution", "contribution reminder"),
        *("contribution notice", "contribution notices"),
    ),
    # As a whole, because INGAT takes the word for itself.
    alone=("ingat iuran",),
    beside=frozenset({"bayar", "bulanan", "kpj", "bpu", "jht"}),
    forgiving=("ingat iuran", "ingatkan iuran", "kabari iuran"),
    ended_by="ingat_stop",
    english=frozenset(
        {
            *("remind contribution", "contribution reminder", "contribution notice"),
            "contribution notices",
        }
    ),
    example="INGAT IURAN 12345678901",
    about="SMS bila iuran masuk atau belum masuk",
    about_in_english="an SMS when dues are paid or missing",
    section=Section.MONEY,
)


@for_member(KEYWORD)
def opt_in(participant: Participant, question: Question) -> Answer:
    """Confirm which news of contributions will come, or say that none will."""
    kpj = member_number(participant.kpj)
    if participant.status is MembershipStatus.MERGED:
        return membership.MERGED.fill(kpj=kpj)
    if participant.status not in STILL_PAYING:
        return NO_CONTRIBUTIONS.fill(kpj=kpj)
    is_by_month = participant.segment in _BY_MONTH
    template = CONTRIBUTION_NOTICES_ON if is_by_month else POSTED_NOTICES_ON
    return replace(template.fill(kpj=kpj), wish=Wish.CONTRIBUTIONS)
