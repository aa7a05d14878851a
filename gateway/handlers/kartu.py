"""KARTU: data of the membership card, without name and NIK."""

from gateway.domain.participants import MembershipStatus, Participant
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.replies import membership
from gateway.replies.fields import UNKNOWN, employer_name, month, of_member
from gateway.replies.kartu import CARD, CARD_WITHOUT_EMPLOYER
from gateway.replies.template import Answer

# "no kartu 61000000019" asks for the balance, so the word has to be the whole message.
KEYWORD = Keyword(
    "kartu",
    needs_kpj=True,
    words=("data kartu", "kartu digital", "data peserta", "membership card"),
    alone=("kartu", "card"),
    beside=words("cek lihat peserta bpjs bpjstk kpj jamsostek data info isi kartu"),
    # The number behind `kartu` may be that of another card.
    is_unmistakable=False,
    english=frozenset({"card", "membership card"}),
    example="KARTU 12345678901",
    about="data kartu: perusahaan, program",
    about_in_english="card data: employer, programmes",
    section=Section.MEMBERSHIP,
    is_listed_first=True,
)


@for_member(KEYWORD)
def tell_card(participant: Participant, question: Question) -> Answer:
    """Tell segment, programmes, first month, and the employer if there is one."""
    values = of_member(participant)
    if participant.status is MembershipStatus.MERGED:
        return membership.MERGED.fill(**values)
    template = CARD if participant.employer else CARD_WITHOUT_EMPLOYER
    return template.fill(
        **values,
        member_since=month(participant.member_since, UNKNOWN),
        employer=employer_name(participant.employer or ""),
    )
