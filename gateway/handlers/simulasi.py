"""SIMULASI: an estimate of the JHT balance at an age."""

from datetime import date
from decimal import Decimal

from gateway.domain.participants import MembershipStatus, Participant
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.replies.fields import MOST_RUPIAH, member_number, rupiah
from gateway.replies.membership import explain_no_savings
from gateway.replies.simulasi import (
    AGE_REACHED,
    CANNOT_ESTIMATE,
    ESTIMATE,
    ESTIMATE_WITHOUT_PAYMENTS,
    WHICH_AGE,
)
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "simulasi",
    needs_kpj=True,
    words=(
        *("simulasi", "simulasi jht", "simulasi saldo", "proyeksi", "proyeksi jht"),
        *("perkiraan jht", "perkiraan saldo", "estimasi", "hitung jht", "projection"),
        *("simulation", "estimate"),
    ),
    forgiving=("simulasi", "proyeksi"),
    english=frozenset({"projection", "simulation", "estimate"}),
    example="SIMULASI 12345678901 56",
    about="perkiraan JHT; angka terakhir: usia",
    about_in_english="estimated JHT; the last number: age",
    section=Section.MONEY,
)
YOUNGEST, OLDEST = 18, 75
MONTHS = 12
# More digits would suggest a precision that an estimate does not have.
ROUNDED_TO = 1000
_PERCENT = Decimal(100)


@for_member(KEYWORD)
def tell_projection(participant: Participant, question: Question) -> Answer:
    """Estimate the balance at the given age, or at the age of full payment."""
    if answer := explain_no_savings(participant):
        return answer
    kpj = member_number(participant.kpj)
    if participant.balance is None or participant.born is None:
        return CANNOT_ESTIMATE.fill(kpj=kpj)
    ages = question.numbers or (int(question.figures.number("jht_age")),)
    age = next((age for age in ages if YOUNGEST <= age <= OLDEST), None)
    if age is None:
        return WHICH_AGE.fill(youngest=str(YOUNGEST), oldest=str(OLDEST))
    months = months_until(age, participant.born, participant.balance.as_of)
    if months <= 0:
        return AGE_REACHED.fill(kpj=kpj, age=str(age))
    return _estimate(participant, participant.balance.amount, age, months, question)


def _estimate(
    participant: Participant, balance: int, age: int, months: int, question: Question
) -> Answer:
    monthly = _monthly(participant)
    rate = question.figures.number("jht_projection_return")
    amount = project_balance(balance, monthly, rate, months)
    template = ESTIMATE if monthly else ESTIMATE_WITHOUT_PAYMENTS
    return template.fill(
        kpj=member_number(participant.kpj),
        age=str(age),
        projection=rupiah(min(amount, MOST_RUPIAH)),
        monthly=rupiah(monthly),
    )


def _monthly(participant: Participant) -> int:
    """The contribution of the next months: the last one while the member is active."""
    if participant.status is not MembershipStatus.ACTIVE:
        return 0
    return participant.contributions[0].amount if participant.contributions else 0


def months_until(age: int, born: date, start: date) -> int:
    """Whole months from a day to the month of a birthday."""
    return (born.year + age - start.year) * MONTHS + born.month - start.month


def project_balance(balance: int, monthly: int, rate: Decimal, months: int) -> int:
    """Project the balance after a number of months, rounded down.

    The yearly `rate` in per cent is added month by month; contributions come at the
    end of each month (future value of an annuity).
    """
    growth = 1 + rate / _PERCENT / MONTHS
    factor = growth**months
    annuity = (factor - 1) / (growth - 1) if growth != 1 else Decimal(months)
    amount = balance * factor + monthly * annuity
    return int(amount) // ROUNDED_TO * ROUNDED_TO
