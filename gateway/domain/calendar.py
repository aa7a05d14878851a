"""Days and nights in Jakarta."""

from datetime import date, datetime, time, timedelta, timezone

# A day begins at midnight in Jakarta, for members in every zone of the country.
_JAKARTA = timezone(timedelta(hours=7))
# When few members text.
NIGHT = timedelta(hours=2)


def day_of(at: datetime) -> date:
    """The day of a time, for limits and counts."""
    return at.astimezone(_JAKARTA).date()


def start_of(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), _JAKARTA)


def next_night(now: datetime) -> datetime:
    """When the next nightly work is due: 02:00 in Jakarta."""
    tonight = start_of(day_of(now)) + NIGHT
    return tonight if tonight > now else tonight + timedelta(days=1)
