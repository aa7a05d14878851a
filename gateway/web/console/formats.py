"""How times, ages and counts are written on a page."""

from datetime import datetime, timedelta

from flask import Flask
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    format_time,
    format_timedelta,
)

from gateway.db.messages.backlog import MOST_COUNTED
from gateway.security.masking import mask

MOMENT = "dd-MM-yyyy HH:mm:ss"
# From here on hundredths of a second say nothing.
TENS = 10


def install(app: Flask) -> None:
    """Filters for the templates of this application."""
    app.jinja_env.filters |= {
        "moment": moment,
        "clock": clock,
        "day": day,
        "count": count,
        "waiting": waiting,
        "age": age,
        "seconds": seconds,
        "mask": mask,
        "hour": hour,
    }


def moment(at: datetime | None) -> str:
    """Date and time in Jakarta, which the page names once."""
    return format_datetime(at, MOMENT) if at else "-"


def clock(at: datetime) -> str:
    """The time of the day alone."""
    return str(format_time(at, "HH:mm:ss"))


def day(at: datetime) -> str:
    """A day as people there write it."""
    return str(format_date(at, "d MMMM yyyy"))


def hour(at: datetime) -> str:
    """The hour of the clock that begins then."""
    return str(format_time(at, "HH.00"))


def count(number: float | None) -> str:
    """1.234 or 1,234, by language; a mean is rounded."""
    return "-" if number is None else str(format_decimal(number, "#,##0"))


def waiting(number: int) -> str:
    """How many of a backlog: 10.000+ is so many or more."""
    return counted(number, is_cut=number >= MOST_COUNTED)


def counted(number: int, *, is_cut: bool) -> str:
    """With a plus where counting ended before all was counted."""
    return count(number) + ("+" if is_cut else "")


def share(part: float | None) -> str:
    """97,5 % of something."""
    return "-" if part is None else str(format_percent(part, "0.0 %"))


def age(duration: timedelta) -> str:
    """About how long."""
    return str(format_timedelta(duration, threshold=1.2))


def seconds(value: float | None) -> str:
    """A time that something took: 0,08 s."""
    if value is None:
        return "-"
    digits = "0.00" if value < TENS else "0"
    return f"{format_decimal(round(value, 2), digits)} s"
