"""How far clocks are apart: times are compared between machines, and with carriers."""

from datetime import UTC, datetime, timedelta

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


def ahead_by(date: datetime) -> timedelta:
    """How far a clock is before ours that has just told this."""
    return date + _HALF_A_SECOND - datetime.now(UTC)
