"""What MUTASI and BULAN KOSONG have in common: a year, and the months due in it."""

from datetime import date

from gateway.domain import contribution_months as months
from gateway.domain.participants import Contribution, Participant, Segment
from gateway.handlers.registry import Question
from gateway.replies.fields import member_number, month
from gateway.replies.mutasi import (
    YEAR_BEFORE_MEMBERSHIP,
    YEAR_NOT_LISTED,
    YEAR_TO_COME,
)
from gateway.replies.template import Answer

_DUE_DAYS = {Segment.PU: "employer_due_day", Segment.BPU: "bpu_due_day"}


def explain_year(participant: Participant, year: int, today: date) -> Answer | None:
    """Why the contributions of a year cannot be told, or None if they can."""
    values = {"kpj": member_number(participant.kpj), "year": str(year)}
    if year > today.year and not paid_in_year(participant, year):
        return YEAR_TO_COME.fill(**values)
    joined = participant.member_since
    if joined and year < joined.year:
        return YEAR_BEFORE_MEMBERSHIP.fill(**values, member_since=month(joined))
    if not months.is_listed(participant, year):
        return YEAR_NOT_LISTED.fill(**values)
    return None


def find_last_due_month(participant: Participant, question: Question) -> date | None:
    """The last due month as its first day; None if nothing is due month by month.

    Raises NotInForce.
    """
    if participant.segment not in _DUE_DAYS:
        return None
    due_day = question.figures.number(_DUE_DAYS[participant.segment])
    return months.last_due_month(participant, int(due_day), question.today)


def paid_in_year(participant: Participant, year: int) -> list[Contribution]:
    """The contributions for the months of a year."""
    return [paid for paid in participant.contributions if paid.month.year == year]
