"""KLAIM: the stage of a claim. Nobody can file a claim by SMS."""

from gateway.domain.participants import Claim, ClaimStage, MembershipStatus, Participant
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.replies import klaim, membership, status
from gateway.replies.fields import day, member_number, of_member
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "klaim",
    needs_kpj=True,
    words=(
        *("klaim", "cek klaim", "status klaim", "tracking klaim", "lacak klaim"),
        *("proses klaim", "pencairan", "status pencairan", "my claim"),
        *("pengajuan", "pengajuan klaim", "cek pengajuan", "status pengajuan"),
        *("claim status", "track claim"),
    ),
    alone=("claim",),
    beside=words("my jht status check"),
    forgiving=("klaim", "pencairan"),
    # The number behind `klaim` may be that of a prize or another insurance.
    is_unmistakable=False,
    english=frozenset({"claim", "my claim", "claim status", "track claim"}),
    example="KLAIM 12345678901",
    about="tahap klaim dan tanggalnya",
    about_in_english="stage of a claim and its date",
    section=Section.CLAIMS,
    is_listed_first=True,
)
_ENDED = {
    ClaimStage.DONE: klaim.DONE,
    ClaimStage.REJECTED: klaim.REJECTED,
    ClaimStage.CANCELLED: klaim.CANCELLED,
}


@for_member(KEYWORD)
def tell_claim(participant: Participant, question: Question) -> Answer:
    """Tell the stage of the claim and its date, or that there is no claim."""
    kpj = member_number(participant.kpj)
    if participant.claim and participant.status is not MembershipStatus.MERGED:
        return _stage_of(participant.claim, kpj)
    if answer := membership.explain_closed(participant):
        return answer
    if participant.status is MembershipStatus.IN_CLAIM:
        return status.IN_CLAIM.fill(**of_member(participant))
    return klaim.NONE.fill(kpj=kpj)


def _stage_of(claim: Claim, kpj: str) -> Answer:
    return _ENDED.get(claim.stage, klaim.UNDER_WAY).fill(
        kpj=kpj,
        program=claim.program.value,
        stage=klaim.STAGES.get(claim.stage, ""),
        since=day(claim.since),
    )
