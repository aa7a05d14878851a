"""INGAT KLAIM: switch on notices of claims."""

from dataclasses import replace

from gateway.domain.notices import Wish
from gateway.domain.participants import MembershipStatus, Participant
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.replies import membership
from gateway.replies.fields import member_number
from gateway.replies.notices import CLAIM_NOTICES_ON
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "ingat_klaim",
    needs_kpj=True,
    words=(
        *("ingat klaim", "ingatkan klaim", "ingatkan saya klaim", "pengingat klaim"),
        *("kabari klaim", "kabarkan klaim", "notifikasi klaim", "notif klaim"),
        *("klaim ingat", "remind claim", "claim reminder", "claim notice"),
        *("claim notices", "notify claim"),
    ),
    forgiving=("ingat klaim", "ingatkan klaim", "kabari klaim"),
    # The number behind it may be that of a prize or another insurance, as for KLAIM.
    is_unmistakable=False,
    ended_by="ingat_stop",
    english=frozenset(
        {
            *("remind claim", "claim reminder", "claim notice", "claim notices"),
            "notify claim",
        }
    ),
    example="INGAT KLAIM 12345678901",
    about="SMS bila ada klaim atau pindah tahap",
    about_in_english="an SMS when a claim is made or moves",
    section=Section.CLAIMS,
)


@for_member(KEYWORD)
def opt_in(participant: Participant, question: Question) -> Answer:
    """Confirm that news of claims will come."""
    kpj = member_number(participant.kpj)
    if participant.status is MembershipStatus.MERGED:
        return membership.MERGED.fill(kpj=kpj)
    return replace(CLAIM_NOTICES_ON.fill(kpj=kpj), wish=Wish.CLAIMS)
