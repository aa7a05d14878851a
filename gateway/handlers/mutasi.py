"""MUTASI: the last contributions to JHT and the total of their year."""

from gateway.domain.participants import Contribution, Participant
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword
from gateway.replies.fields import of_member, payments, rupiah
from gateway.replies.membership import explain_no_savings
from gateway.replies.mutasi import CONTRIBUTIONS, NO_CONTRIBUTIONS, NOT_LISTED
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "mutasi",
    needs_kpj=True,
    words=(
        *("mutasi", "mutasi iuran", "mutasi saldo", "cek mutasi", "riwayat iuran"),
        *("riwayat saldo", "rincian iuran", "rincian saldo", "contributions"),
        *("my contributions", "contribution history", "history iuran"),
    ),
    weak=("riwayat", "rincian", "setoran", "setoran terakhir", "iuran terakhir"),
    forgiving=("mutasi", "contributions"),
    english=frozenset({"contributions", "my contributions", "contribution history"}),
    example="MUTASI 12345678901",
    about="iuran terakhir dan total tahun ini",
    about_in_english="last contributions, total of the year",
)


@for_member(KEYWORD)
def tell_contributions(participant: Participant, question: Question) -> Answer:
    """List the last contributions with the total of their year."""
    if answer := explain_no_savings(participant):
        return answer
    values = of_member(participant)
    if not participant.contributions:
        template = NOT_LISTED if participant.last_contribution else NO_CONTRIBUTIONS
        return template.fill(**values)
    year = participant.contributions[0].month.year
    return CONTRIBUTIONS.fill(
        **values,
        paid=payments(participant.contributions),
        year=str(year),
        total=rupiah(_total(participant.contributions, year)),
    )


def _total(contributions: tuple[Contribution, ...], year: int) -> int:
    return sum(paid.amount for paid in contributions if paid.month.year == year)
