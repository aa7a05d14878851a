"""The day of a message: it begins at midnight in Jakarta."""

from datetime import date, datetime, time, timedelta, timezone

# A day begins at midnight in Jakarta, for members in every zone of the country.
_JAKARTA = timezone(timedelta(hours=7))


def day_of(at: datetime) -> date:
    """The day to which a message counts."""
    return at.astimezone(_JAKARTA).date()


def start_of(day: date) -> datetime:
    """When such a day begins."""
    return datetime.combine(day, time(), _JAKARTA)
