"""Check the backlog: unanswered SMS, unsent replies and open decisions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.db.messages.backlog import MOST_COUNTED, VitalSigns
from gateway.db.messages.channel_state import BY_OPERATOR
from gateway.db.statistics.reports import ChannelBacklog
from gateway.doctor.findings import Finding, State, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.domain.policy import TOO_LONG

# What a carrier that takes 100 replies a second sends in five seconds.
MANY_UNSENT = 500


@dataclass(frozen=True)
class Gauge:
    """A figure of the backlog on /metrics; its alert is raised above the limit."""

    name: str
    help: str
    value: Callable[[VitalSigns, datetime], float]
    alert: str | None = None
    limit: float = float("inf")


def _seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0


UNANSWERED = Gauge(
    "unanswered",
    f"SMS that wait for an answer, counted up to {MOST_COUNTED}",
    lambda signs, _now: signs.backlog.unanswered,
)
UNSENT = Gauge(
    "unsent",
    f"Replies that the carrier has not accepted yet, counted up to {MOST_COUNTED}",
    lambda signs, _now: signs.backlog.unsent,
    "RepliesWait",
    MANY_UNSENT,
)
OLDEST_UNANSWERED = Gauge(
    "oldest_unanswered_seconds",
    "Age of the oldest SMS that waits for an answer",
    lambda signs, now: _seconds(signs.backlog.oldest_unanswered, now),
    "MembersWait",
    TOO_LONG.total_seconds(),
)
OLDEST_UNSENT = Gauge(
    "oldest_unsent_seconds",
    "Age of the oldest reply that the carrier has not accepted yet",
    lambda signs, now: _seconds(signs.oldest_unsent, now),
    "CarrierAway",
    TOO_LONG.total_seconds(),
)
IN_DOUBT = Gauge(
    "replies_in_doubt",
    "Replies that may have been sent and wait for an operator's decision",
    lambda signs, _now: signs.in_doubt,
    "RepliesInDoubt",
    0,
)
GAUGES = (UNANSWERED, UNSENT, OLDEST_UNANSWERED, OLDEST_UNSENT, IN_DOUBT)


def check_backlog(installation: Installation) -> Iterator[Finding]:
    """Whether members or replies wait too long."""
    signs, now = installation.vital_signs(), installation.clock()
    facts = {
        gauge.name: gauge.value(signs, now)
        for gauge in (UNANSWERED, UNSENT, OLDEST_UNANSWERED)
    }
    backlog, waited = signs.backlog, facts[OLDEST_UNANSWERED.name]
    text = f"{_counted(backlog.unanswered)} SMS unanswered, "
    text += f"{_counted(backlog.unsent)} replies unsent"
    if waited <= OLDEST_UNANSWERED.limit:
        yield ok(text, facts=facts)
    else:
        lifetime = installation.settings.policy.reply_lifetime
        judge = fail if waited > lifetime.total_seconds() else warn
        text += f", the oldest for {waited:.0f} s: see workers"
        yield judge(text, facts=facts)
    held_up = OLDEST_UNSENT.value(signs, now)
    if held_up > OLDEST_UNSENT.limit or backlog.unsent > UNSENT.limit:
        yield warn(
            f"the oldest reply has been waiting for the carrier for {held_up:.0f} s"
        )


def _counted(number: int) -> str:
    return f"{number} or more" if number >= MOST_COUNTED else str(number)


def check_channels(installation: Installation) -> Iterator[Finding]:
    """Whether replies go out on each channel."""
    states = installation.database.reports.channels(installation.clock())
    # Counting stops at a limit for all channels together.
    is_cut = sum(state.unsent for state in states.values()) >= MOST_COUNTED
    for name in installation.channels:
        yield _channel(name, states.get(name, ChannelBacklog()), is_cut=is_cut)


def _channel(name: str, state: ChannelBacklog, *, is_cut: bool) -> Finding:
    facts = {
        "channel": name,
        "unsent": state.unsent,
        "is_cut": is_cut,
        "paused_until": state.paused_until,
        "code": state.pause_code,
    }
    if state.paused_until is None:
        return ok(f"{name}: {state.unsent} replies unsent", facts=facts)
    if state.pause_code == BY_OPERATOR:
        text = f"sending over {name} was stopped by hand: the console, To decide"
    else:
        until = f"{state.paused_until:%H:%M:%S}Z"
        text = (
            f"{name} is paused until {until}, code {state.pause_code}: mend the cause"
        )
    return fail(text, State.PAUSED, facts)


def check_decisions(installation: Installation) -> Iterator[Finding]:
    """Whether something waits for an operator's decision."""
    database, policy = installation.database, installation.settings.policy
    waiting = {
        "SMS set aside": len(database.dead_letters.waiting()),
        "replies in doubt": len(database.dead_letters.doubts(policy.carrier_questions)),
        "enrolments": len(database.enrolments.waiting()),
        "complaints": len(database.complaints.waiting()),
    }
    listed = ", ".join(f"{count} {what}" for what, count in waiting.items() if count)
    if listed:
        yield warn(f"{listed} wait: the console, To decide")
    else:
        yield ok("none wait for a person")
