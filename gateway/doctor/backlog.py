"""What waits: for an answer, for the carrier, or for a person."""

import contextlib
from collections.abc import Iterator
from datetime import datetime

from gateway.bootstrap import open_log, utc_now
from gateway.config.settings import Settings
from gateway.db.database import Database
from gateway.db.messages.backlog import MOST_COUNTED
from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.domain.policy import TOO_LONG, Policy

SUBJECT = "queue"


def check_work(settings: Settings) -> Iterator[Finding]:
    """Whether anybody is kept waiting."""
    now = utc_now()
    with contextlib.closing(open_log(settings)) as log:
        yield _longest_wait(log, settings.policy, now)
        yield from _channels(log, now)
        yield _for_a_person(log, settings.policy)


def _longest_wait(log: Database, policy: Policy, now: datetime) -> Finding:
    backlog = log.backlog()
    unanswered, unsent = _counted(backlog.unanswered), _counted(backlog.unsent)
    waits = f"{unanswered} SMS unanswered, {unsent} replies unsent"
    since = backlog.oldest_unanswered
    if since is None or now - since <= TOO_LONG:
        return ok(SUBJECT, waits)
    text = f"{waits}, the oldest for {(now - since).total_seconds():.0f} s: see workers"
    return (fail if now - since > policy.reply_lifetime else warn)(SUBJECT, text)


def _counted(number: int) -> str:
    return f"{number} or more" if number >= MOST_COUNTED else str(number)


def _channels(log: Database, now: datetime) -> Iterator[Finding]:
    for it in log.channels.states():
        if it.is_stopped_by_hand:
            text = f"sending over {it.name} was stopped by hand: the console, To decide"
            yield fail(SUBJECT, text)
        elif it.is_paused(now):
            text = f"{it.name} rests until {it.paused_until:%H:%M:%S}Z"
            yield fail(SUBJECT, f"{text}, code {it.pause_code}: mend the cause")


def _for_a_person(log: Database, policy: Policy) -> Finding:
    waiting = {
        "SMS set aside": len(log.dead_letters.dead_letters()),
        "replies in doubt": len(log.dead_letters.doubts(policy.carrier_questions)),
        "enrolments": len(log.enrolments.waiting()),
        "complaints": len(log.complaints.waiting()),
    }
    told = ", ".join(f"{count} {what}" for what, count in waiting.items() if count)
    if not told:
        return ok("decisions", "none wait for a person")
    return warn("decisions", f"{told} wait: the console, To decide")
