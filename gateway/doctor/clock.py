"""Compare this machine's clock with those of the database and the carrier.

Replies follow the gateway's time, which all processes share: a machine with a wrong
clock cannot delay, double or expire them (docs/decisions/0001-one-clock.md).
Certificates, the schedule and the times in logs follow the clocks compared here.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from gateway.db.core.shared_time import SLEW
from gateway.doctor.findings import Finding, fail, ok, warn

SUBJECT = "clock"
# Clocks under NTP are some milliseconds apart, so more than this means no NTP.
LARGEST_SKEW = timedelta(seconds=2)
# With a slot of the schedule (gateway.worker.jobs) of skew, reminders miss their slot.
UNBEARABLE_SKEW = timedelta(minutes=5)
# A Date header has whole seconds.
_HALF_A_SECOND = timedelta(seconds=0.5)
_REMEDY = "see `timedatectl`, `chronyc tracking`"


def compare(whose: str, ahead_by: timedelta) -> Finding:
    """Compare our clock with another one."""
    seconds = ahead_by.total_seconds()
    if abs(ahead_by) <= LARGEST_SKEW:
        return ok(f"agrees with that of {whose}", subject=SUBJECT)
    side = "ahead of" if seconds > 0 else "behind"
    text = f"that of {whose} is {abs(seconds):.0f} s {side} ours: {_REMEDY}"
    return (fail if abs(ahead_by) > UNBEARABLE_SKEW else warn)(text, subject=SUBJECT)


def compare_with_shared_time(ahead_by: timedelta) -> Iterator[Finding]:
    """Warn while the gateway's time catches up with a database clock that was set."""
    if abs(ahead_by) > LARGEST_SKEW:
        seconds = ahead_by.total_seconds()
        days = abs(ahead_by) / SLEW / timedelta(days=1)
        text = (
            f"that of the database was set by {seconds:.0f} s: the gateway's time "
            f"follows within {days:.1f} days; if it is wrong, set it right"
        )
        yield warn(text, subject=SUBJECT)


def compare_with_header(whose: str, date: str | None) -> Iterator[Finding]:
    """Compare our clock with a Date header that has just arrived, if readable."""
    try:
        there = parsedate_to_datetime(date or "")
    except ValueError:
        return
    if there.tzinfo is not None:
        yield compare(whose, there + _HALF_A_SECOND - datetime.now(UTC))
