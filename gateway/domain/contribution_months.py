"""Which months of contributions are listed, due and missing."""

from datetime import date, timedelta

from gateway.domain.participants import MembershipStatus, Participant, Segment

# The due day is in the month itself for the self-employed, who pay before they are
# insured, and in the following month for employers. Nobody else pays month by month.
_MONTHS_LATER = {Segment.PU: 1, Segment.BPU: 0}
# A payment on the due day is on record some days later.
DAYS_TO_POST = 3


def last_due_month(participant: Participant, due_day: int, today: date) -> date:
    """The last month that has to be paid by now, as its first day."""
    counted = participant.stale_since or today
    is_late = counted.day > due_day + DAYS_TO_POST
    month = _before(counted, _MONTHS_LATER[participant.segment] + (not is_late))
    return min(month, _last_expected(participant) or month)


def missing_months(participant: Participant, year: int, last_due: date) -> list[date]:
    """The months of a year that are due and listed, but without a contribution."""
    first = max(date(year, 1, 1), *_beginnings(participant))
    paid = {contribution.month for contribution in participant.contributions}
    months = (date(year, number, 1) for number in range(1, 13))
    return [
        month for month in months if first <= month <= last_due and month not in paid
    ]


def is_listed(participant: Participant, year: int) -> bool:
    """Whether every contribution of a year is on record."""
    first, joined = first_listed_month(participant), participant.member_since
    if first is None:
        return False
    begins = date(year, 1, 1)
    return first <= (max(begins, joined) if joined else begins)


def first_listed_month(participant: Participant) -> date | None:
    """From when on every contribution is listed: at least in the newest one's year.

    What was on record before the months that are kept cannot be told from a gap.
    """
    if not participant.contributions:
        return participant.contributions_from
    newest = participant.contributions[0].month
    listed = participant.contributions_from or newest.replace(month=1)
    return max(listed, first_kept_month(newest))


def first_kept_month(newest: date) -> date:
    """The first month that a record keeps: in the year before the newest one's."""
    return date(max(newest.year - 1, date.min.year), 1, 1)


def _beginnings(participant: Participant) -> list[date]:
    months = (participant.member_since, first_listed_month(participant))
    return [month for month in months if month]


def _last_expected(participant: Participant) -> date | None:
    """The last month that a member who left work has to have paid."""
    if participant.status is MembershipStatus.INACTIVE and participant.status_since:
        return _before(participant.status_since, 1)
    if participant.status is MembershipStatus.IN_CLAIM:
        return participant.last_contribution
    return None


def _before(day: date, months: int) -> date:
    """The first day of the month so many months before that of a day."""
    first = day.replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
