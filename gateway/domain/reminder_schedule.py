"""When which reminders go out: pure decisions about days and hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from gateway.domain.calendar import day_of
from gateway.domain.participants import TimeZone

# Reminders go out between these hours of the member's local time.
OPENS, CLOSES = time(8), time(20)
# Each subscription has one of so many slots, which become due one after the other.
SLOTS = 10_000
# Contributions are due by the month's end; the balance of a year is final in February
# (PP 46/2015 art. 22(7): the agency informs each member once a year).
CONTRIBUTION_FROM_DAY, CONTRIBUTION_SPREAD_DAYS = 20, 6
BALANCE_MONTH, BALANCE_SPREAD_DAYS = 2, 20
# Records are compared in rounds, which begin so long after each other; the slots of a
# round become due within its first part.
ROUND, ROUND_SPREAD = timedelta(hours=4), timedelta(hours=3)


class ReminderKind(StrEnum):
    """The subject of a reminder or notice."""

    CONTRIBUTION = "contribution"
    BALANCE = "balance"
    # Notices, see gateway/domain/notices.py.
    CLAIM = "claim"
    CONTRIBUTION_POSTED = "contribution_posted"
    PHONE = "phone"


@dataclass(frozen=True)
class Campaign:
    """One round of reminders, for a month such as 2026-11 or a year such as 2026."""

    kind: ReminderKind
    period: str
    first_day: date
    spread_days: int

    def slots_due(self, now: datetime, offset: str | None) -> int:
        """How many slots are due for members at this offset from UTC; none at night.

        Without an offset, the hour has to suit all of the country.
        """
        opens, closes = _hours(now, offset)
        days_before = (opens.date() - self.first_day).days
        if not opens <= now < closes or days_before < 0:
            return 0
        days_passed = days_before + (now - opens) / (closes - opens)
        return min(SLOTS, int(days_passed / self.spread_days * SLOTS))


@dataclass(frozen=True)
class Round:
    """A round of comparisons: its beginning, and how many slots are due so far."""

    begins_at: datetime
    slots: int


def round_at(now: datetime, offset: str | None) -> Round | None:
    """The round that compares members at this offset from UTC; None at night."""
    opens, closes = _hours(now, offset)
    if not opens <= now < closes:
        return None
    passed = (now - opens) % ROUND
    return Round(now - passed, min(SLOTS, 1 + int(passed / ROUND_SPREAD * SLOTS)))


def campaigns_at(now: datetime) -> Iterator[Campaign]:
    """The campaigns of today, by Jakarta time."""
    today = day_of(now)
    if today.day >= CONTRIBUTION_FROM_DAY:
        first = today.replace(day=CONTRIBUTION_FROM_DAY)
        yield Campaign(
            ReminderKind.CONTRIBUTION, f"{today:%Y-%m}", first, CONTRIBUTION_SPREAD_DAYS
        )
    if today.month == BALANCE_MONTH:
        first = today.replace(day=1)
        year = str(today.year - 1)
        yield Campaign(ReminderKind.BALANCE, year, first, BALANCE_SPREAD_DAYS)


def closes_at(now: datetime, offset: str | None) -> datetime:
    """The time today until which a reminder may arrive."""
    return _hours(now, offset)[1]


def _hours(now: datetime, offset: str | None) -> tuple[datetime, datetime]:
    """When reminders may go out today, in one zone or in all zones at once."""
    zones = [TimeZone(offset)] if offset else list(TimeZone)
    hours = [_hours_in(zone, now) for zone in zones]
    return max(opens for opens, _ in hours), min(closes for _, closes in hours)


def _hours_in(zone: TimeZone, now: datetime) -> tuple[datetime, datetime]:
    offset = timezone(timedelta(hours=int(zone.value[1:3])))
    today = now.astimezone(offset).date()
    return (
        datetime.combine(today, OPENS, offset),
        datetime.combine(today, CLOSES, offset),
    )


class ReminderOutcome(StrEnum):
    """The result of a subscription in a campaign."""

    SENT = "sent"
    # The contribution is paid, or there is no balance.
    NOT_DUE = "not_due"
    # The phone may no longer hear about the member.
    REFUSED = "refused"
    OPTED_OUT = "opted_out"
