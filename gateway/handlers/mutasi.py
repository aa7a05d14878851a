"""MUTASI: the last contributions to JHT, or those of one year."""

from collections.abc import Iterable

from gateway.domain import contribution_months as months
from gateway.domain.participants import Contribution, Participant
from gateway.handlers.contribution_years import (
    explain_year,
    find_last_due_month,
    paid_in_year,
)
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.years import year_asked
from gateway.replies.fields import (
    member_number,
    month_numbers,
    of_member,
    payments,
    rupiah,
)
from gateway.replies.membership import explain_no_savings
from gateway.replies.mutasi import (
    CONTRIBUTIONS,
    CONTRIBUTIONS_OF_YEAR,
    TOTAL_OF_YEAR,
    explain_no_list,
)
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
    about="iuran terakhir; angka terakhir: tahun",
    about_in_english="contributions; the last number: year",
    section=Section.MONEY,
    is_listed_first=True,
)


@for_member(KEYWORD)
def tell_contributions(participant: Participant, question: Question) -> Answer:
    """List the last contributions with the total of their year, or tell one year."""
    if answer := explain_no_savings(participant) or explain_no_list(participant):
        return answer
    year = year_asked(question.words, question.numbers, question.today)
    if year is not None:
        return _tell_year(participant, year, question)
    newest = participant.contributions[0].month.year
    return CONTRIBUTIONS.fill(
        **of_member(participant),
        paid=payments(participant.contributions),
        year=str(newest),
        total=rupiah(_total(paid_in_year(participant, newest))),
    )


def _tell_year(participant: Participant, year: int, question: Question) -> Answer:
    """Tell the total of a year and its missing months, or why they are not told."""
    if answer := explain_year(participant, year, question.today):
        return answer
    paid = paid_in_year(participant, year)
    values = {
        "kpj": member_number(participant.kpj),
        "year": str(year),
        "total": rupiah(_total(paid)),
        "paid_months": str(len(paid)),
    }
    due_month = find_last_due_month(participant, question)
    if due_month is None:
        return TOTAL_OF_YEAR.fill(**values)
    missing = months.missing_months(participant, year, due_month)
    return CONTRIBUTIONS_OF_YEAR.fill(**values, missing=month_numbers(missing))


def _total(contributions: Iterable[Contribution]) -> int:
    return sum(paid.amount for paid in contributions)
