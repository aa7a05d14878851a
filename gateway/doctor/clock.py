"""How far clocks are apart: times are compared between machines, and with carriers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from gateway.doctor.findings import Finding, fail, ok, warn

SUBJECT = "clock"
LARGEST_SKEW = timedelta(seconds=2)
# As long as a lease: another machine takes over what this one is at.
UNBEARABLE_SKEW = timedelta(seconds=30)
# A Date header is cut to its second.
_HALF_A_SECOND = timedelta(seconds=0.5)
_REMEDY = "see `timedatectl`, `chronyc tracking`"


def compare(whose: str, ahead_by: timedelta) -> Finding:
    """Whether our clock and another one agree."""
    seconds = ahead_by.total_seconds()
    if abs(ahead_by) <= LARGEST_SKEW:
        return ok(SUBJECT, f"agrees with that of {whose}")
    side = "ahead of" if seconds > 0 else "behind"
    text = f"that of {whose} is {abs(seconds):.0f} s {side} ours: {_REMEDY}"
    return (fail if abs(ahead_by) > UNBEARABLE_SKEW else warn)(SUBJECT, text)


def compare_with_header(whose: str, date: str | None) -> Iterator[Finding]:
    """The same for a Date header that has just come, if it is one."""
    try:
        there = parsedate_to_datetime(date or "")
    except ValueError:
        return
    if there.tzinfo is not None:
        yield compare(whose, there + _HALF_A_SECOND - datetime.now(UTC))
