"""A program of the gateway that kills itself, once, when it reaches a named step.

`python -m tests.system.faults.mortal worker` runs `gateway worker`. The environment
names the step and the file that says that it has died; without a step it lives. What
the gateway waits for by the clock is cut short here, so that a test takes seconds.
"""

import itertools
import logging
import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from gateway.channels.http import client
from gateway.channels.http.client import Connections
from gateway.channels.twilio.channel import TwilioChannel
from gateway.cli import main
from gateway.db.core import engine
from gateway.db.messages import doubtful_replies, transitions
from gateway.db.messages.inbox import Inbox
from gateway.db.messages.outbox import Outbox
from gateway.db.messages.receipts import Receipts
from gateway.db.messages.unit_of_work import UnitsOfWork
from gateway.db.subscribers.campaigns import Campaigns
from gateway.db.subscribers.comparisons import Comparisons
from gateway.domain import reminder_schedule
from gateway.inbound import processor
from gateway.inbound.member_lookup import MemberLookup
from gateway.inbound.message_parser import MessageParser
from gateway.inbound.processor import InboundProcessor
from gateway.inbound.spool import Spool
from gateway.outbound import reconciler, reminders, sender
from gateway.telemetry import logs
from gateway.worker.loops import WorkLoops

STEP, MARK = "FAULTS_DIE_AT", "FAULTS_DEATH_MARK"
VERBOSE = "FAULTS_VERBOSE"
ANY_TIME = "FAULTS_REMIND_AT_ANY_TIME"


# In a hurry: how long a request may take, and how long a proof that it failed.
_TOTAL_SECONDS, _PROOF_SECONDS = 2.5, 6.0


class Moment(StrEnum):
    """When, in a call, the process dies."""

    BEFORE = "before"
    # Everything is written, nothing is committed.
    COMMITTING = "committing"
    # A call that says that there was nothing to do does not count.
    AFTER = "after"


@dataclass(frozen=True)
class Step:
    """The `nth` call of a function of this class or module."""

    owner: Any
    name: str
    moment: Moment
    nth: int = 1


WORKER_STEPS: Mapping[str, Step] = {
    "SMS claimed": Step(MessageParser, "parse", Moment.BEFORE, 5),
    "before the look-up": Step(MemberLookup, "fetch", Moment.BEFORE),
    "before the answer is committed": Step(UnitsOfWork, "_write", Moment.AFTER),
    "answer committed": Step(InboundProcessor, "_settle", Moment.AFTER),
    "outcome committed": Step(Outbox, "record", Moment.AFTER),
    "before the receipts are committed": Step(transitions, "requeue", Moment.AFTER),
    "receipts committed": Step(Receipts, "apply", Moment.AFTER),
}
DOUBT_STEPS: Mapping[str, Step] = {
    "reply claimed": Step(TwilioChannel, "send", Moment.BEFORE, 5),
    "carrier took it": Step(TwilioChannel, "send", Moment.AFTER, 5),
    "before the outcome is committed": Step(Outbox, "record", Moment.COMMITTING),
    "carrier to be asked": Step(TwilioChannel, "find_sent", Moment.BEFORE, 3),
    "carrier was asked": Step(TwilioChannel, "find_sent", Moment.AFTER, 3),
}
WEB_STEPS: Mapping[str, Step] = {
    "before the SMS is stored": Step(Inbox, "add", Moment.BEFORE, 5),
    "SMS stored": Step(Inbox, "add", Moment.AFTER, 5),
    "before the receipt is stored": Step(Receipts, "add", Moment.BEFORE, 5),
    "receipt stored": Step(Receipts, "add", Moment.AFTER, 5),
}
SPOOL_STEPS: Mapping[str, Step] = {
    "spooled": Step(Spool, "put", Moment.AFTER, 5),
    "taken in": Step(Path, "unlink", Moment.BEFORE, 3),
}
REMINDER_STEPS: Mapping[str, Step] = {
    "reminders due": Step(Campaigns, "settle", Moment.BEFORE, 2),
    "before the reminders are committed": Step(
        Campaigns, "settle", Moment.COMMITTING, 2
    ),
    "reminders committed": Step(Campaigns, "settle", Moment.AFTER, 2),
}
NOTICE_STEPS: Mapping[str, Step] = {
    "notices due": Step(Comparisons, "settle", Moment.BEFORE, 2),
    "before the notices are committed": Step(
        Comparisons, "settle", Moment.COMMITTING, 2
    ),
    "notices committed": Step(Comparisons, "settle", Moment.AFTER, 2),
}
_STEPS = {
    **WORKER_STEPS,
    **DOUBT_STEPS,
    **WEB_STEPS,
    **SPOOL_STEPS,
    **REMINDER_STEPS,
    **NOTICE_STEPS,
}


def hurry() -> None:
    """Shorten the waits that a death leaves behind."""
    processor.LEASE = timedelta(seconds=1)
    # A request still ends before its lease, and a proof takes longer than a request.
    sender.LEASE = reconciler.LEASE = timedelta(seconds=4)
    sender.START_WITHIN = timedelta(seconds=1)
    client.CONNECT_SECONDS = 1.0
    Connections.__init__.__defaults__ = (None, _TOTAL_SECONDS)
    sender.FIRST_QUESTION = timedelta(seconds=0.5)
    doubtful_replies.PROOF_AFTER = timedelta(seconds=_PROOF_SECONDS)
    engine.BUSY_TIMEOUT_MS = 100
    WorkLoops.add.__defaults__ = (0.5,)
    reminders.BATCH = 20


def remind_at_any_time() -> None:
    """Let all reminders and notices be due, on whatever day and at what hour."""
    reminder_schedule.OPENS, reminder_schedule.CLOSES = time(), time(23, 59, 59)
    reminder_schedule.CONTRIBUTION_FROM_DAY = 1
    reminder_schedule.CONTRIBUTION_SPREAD_DAYS = 1e-9  # type: ignore[assignment]
    reminder_schedule.ROUND = timedelta(seconds=1)
    reminder_schedule.ROUND_SPREAD = timedelta(microseconds=1)


def arm(step: Step, mark: Path) -> None:
    """Let this process and its children die at a step, one of them only."""
    function = getattr(step.owner, step.name)
    numbers = itertools.count(1)
    here = threading.local()

    def reached() -> None:
        if next(numbers) >= step.nth:
            _die(mark)

    @wraps(function)
    def watched(*arguments: Any, **named: Any) -> Any:
        if step.moment is Moment.BEFORE:
            reached()
        here.is_inside = True
        result = function(*arguments, **named)
        here.is_inside = False
        if step.moment is Moment.AFTER and result != 0:
            reached()
        return result

    setattr(step.owner, step.name, watched)
    if step.moment is Moment.COMMITTING:
        _before_commits(lambda: reached() if getattr(here, "is_inside", 0) else None)


def _before_commits(act: Callable[[], None]) -> None:
    event.listen(Engine, "commit", lambda _: act())


def _die(mark: Path) -> None:
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


# A child of the web server that is spawned, not forked, comes by here, too.
if __name__ in ("__main__", "__mp_main__"):
    hurry()
    if os.environ.get(VERBOSE):
        logs.LEVEL = logging.DEBUG
    if os.environ.get(ANY_TIME):
        remind_at_any_time()
    if wanted := os.environ.get(STEP):
        arm(_STEPS[wanted], Path(os.environ[MARK]))
if __name__ == "__main__":
    main()
