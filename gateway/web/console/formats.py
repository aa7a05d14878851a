"""Format times, ages and counts for pages."""

from datetime import datetime, timedelta

from flask import Flask
from flask_babel import (
    format_datetime,
    format_decimal,
    format_percent,
    format_time,
    format_timedelta,
)

from gateway.db.messages.backlog import MOST_COUNTED
from gateway.security.masking import mask

MOMENT = "dd-MM-yyyy HH:mm:ss"
# From so many seconds on, hundredths are left out.
WHOLE_SECONDS_FROM = 10


def install(app: Flask) -> None:
    """Add the formats to the template filters of an application."""
    formats = (moment, clock, hour, count, waiting, age, seconds, mask)
    app.jinja_env.filters |= {format_.__name__: format_ for format_ in formats}


def moment(at: datetime | None) -> str:
    """Date and time in Jakarta; the page names the time zone."""
    return format_datetime(at, MOMENT) if at else "-"


def clock(at: datetime) -> str:
    """The time of the day without the date."""
    return str(format_time(at, "HH:mm:ss"))


def hour(at: datetime) -> str:
    """The full hour that begins at this time."""
    return str(format_time(at, "HH.00"))


def count(number: float | None) -> str:
    """A whole number as 1.234 or 1,234, by language; a mean is rounded."""
    return "-" if number is None else str(format_decimal(number, "#,##0"))


def waiting(number: int) -> str:
    """The size of a backlog; 10.000+ means so many or more."""
    return counted(number, is_cut=number >= MOST_COUNTED)


def counted(number: int, *, is_cut: bool) -> str:
    """A count, with a plus if counting stopped at a limit."""
    return count(number) + ("+" if is_cut else "")


def share(part: float | None) -> str:
    """A share such as 97,5 %."""
    return "-" if part is None else str(format_percent(part, "0.0 %"))


def age(duration: timedelta) -> str:
    """A duration, rounded to its largest unit."""
    return str(format_timedelta(duration, threshold=1.2))


def seconds(value: float | None) -> str:
    """A measured time such as 0,08 s."""
    if value is None:
        return "-"
    digits = "0.00" if value < WHOLE_SECONDS_FROM else "0"
    return f"{format_decimal(round(value, 2), digits)} s"
