"""When which reminders go out: pure decisions about days and hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from gateway.domain.calendar import day_of
from gateway.domain.participants import TimeZone

# Nobody is woken: reminders go out between these hours of the member's own time.
OPENS, CLOSES = time(8), time(20)
# Each subscription has one of so many slots; they come up one after the other.
SLOTS = 10_000
# Contributions are due by the month's end; the balance of a year is known in February
# (PP 46/2015 art. 22(7): each member is told it once a year).
CONTRIBUTION_FROM_DAY, CONTRIBUTION_SPREAD_DAYS = 20, 6
BALANCE_MONTH, BALANCE_SPREAD_DAYS = 2, 20


class ReminderKind(StrEnum):
    """What a phone is reminded of."""

    CONTRIBUTION = "contribution"
    BALANCE = "balance"


@dataclass(frozen=True)
class Campaign:
    """One round of reminders: of a month as 2026-11, or about a year as 2026."""

    kind: ReminderKind
    period: str
    first_day: date
    spread_days: int

    def slots_due(self, now: datetime, offset: str | None) -> int:
        """How many of the slots have come up where the clock is `offset` from UTC.

        None where that is not known: then it has to be day in all of the country. At
        night none is due.
        """
        opens, closes = _hours(now, offset)
        days_before = (opens.date() - self.first_day).days
        if not opens <= now < closes or days_before < 0:
            return 0
        gone = days_before + (now - opens) / (closes - opens)
        return min(SLOTS, int(gone / self.spread_days * SLOTS))


def campaigns_at(now: datetime) -> Iterator[Campaign]:
    """What goes out on the day that it is now in Jakarta."""
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
    """Until when today a reminder may still arrive."""
    return _hours(now, offset)[1]


def _hours(now: datetime, offset: str | None) -> tuple[datetime, datetime]:
    """From when to when it is day on the present day, in one zone or in all of them."""
    zones = [TimeZone(offset)] if offset else list(TimeZone)
    days = [_day(now, _zone(zone)) for zone in zones]
    return max(opens for opens, _ in days), min(closes for _, closes in days)


def _day(now: datetime, zone: timezone) -> tuple[datetime, datetime]:
    today = now.astimezone(zone).date()
    return datetime.combine(today, OPENS, zone), datetime.combine(today, CLOSES, zone)


def _zone(of: TimeZone) -> timezone:
    return timezone(timedelta(hours=int(of.value[1:3])))


class ReminderOutcome(StrEnum):
    """What came of a subscription in a campaign."""

    SENT = "sent"
    # Nothing to remind of: it is paid, or there is no balance.
    NOT_DUE = "not_due"
    # This phone may not hear about the member any more.
    REFUSED = "refused"
    OPTED_OUT = "opted_out"
