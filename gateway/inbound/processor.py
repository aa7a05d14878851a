"""Answer waiting messages in batches; one that fails does not stop the others."""

import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from gateway.db.database import Database
from gateway.db.messages.unit_of_work import UnitOfWork
from gateway.domain.messages import WaitingMessage
from gateway.domain.outcomes import FailureReason
from gateway.domain.participants import DirectoryUnavailable
from gateway.domain.policy import Policy
from gateway.domain.resolution import Resolution
from gateway.inbound.context import LookupResult, ParsedMessage
from gateway.inbound.member_lookup import MemberLookup
from gateway.inbound.message_parser import MessageParser
from gateway.inbound.rate_limiter import RateLimiter
from gateway.inbound.responder import Responder
from gateway.telemetry import metrics
from gateway.worker.backoff import backoff_delay
from gateway.worker.queue import WorkQueue

BATCH = 128
# A batch takes well under a second. When a worker is killed, its messages are due again
# after the lease.
LEASE = timedelta(seconds=10)
DIRECTORY_PAUSE = timedelta(seconds=5)
LONGEST_REASON = 40

log = logging.getLogger(__name__)


class _LogLine(NamedTuple):
    """The facts that messages in one log line share."""

    status: str
    keyword: str | None
    reason: str | None
    decision: str | None
    template: str | None


@dataclass(frozen=True)
class InboundProcessor:
    """Turns waiting messages into queued replies."""

    database: Database
    queue: WorkQueue
    parser: MessageParser
    member_lookup: MemberLookup
    responder: Responder
    rate_limiter: RateLimiter
    policy: Policy
    clock: Callable[[], datetime]

    def answer_waiting(self) -> int:
        """Answer one batch and return how many messages it had."""
        now, inbox = self.clock(), self.database.inbox
        batch = inbox.claim(BATCH, now, LEASE, self.policy.answer_attempts)
        messages = [parsed for waiting in batch if (parsed := self._parse(waiting))]
        lookup = self.member_lookup.fetch(messages, now)
        ready = [message for message in messages if self._check_lookup(message, lookup)]
        resolutions = self._settle(ready, lookup, now) if ready else []
        if any(resolution.reply for resolution in resolutions):
            self.queue.notify("deliver")
        _log(resolutions)
        return len(batch)

    def _parse(self, waiting: WaitingMessage) -> ParsedMessage | None:
        try:
            return self.parser.parse(waiting)
        except Exception as error:
            self._give_back(waiting, error)
            return None

    def _settle(
        self, ready: Sequence[ParsedMessage], lookup: LookupResult, now: datetime
    ) -> Sequence[Resolution]:
        """Decide a batch in one transaction, without any request inside."""
        failed: list[tuple[WaitingMessage, Exception]] = []
        waiting = [message.waiting for message in ready]
        kpjs = {kpj.digits for message in ready if (kpj := message.enrolment_kpj)}
        expires_at = now + self.policy.reply_lifetime
        with self.database.units_of_work.begin(waiting, now, expires_at, kpjs) as unit:
            for message in ready:
                if message.waiting.id in unit.still_waiting:
                    try:
                        unit.settle(self._decide(message, lookup, unit))
                    except Exception as error:
                        failed.append((message.waiting, error))
        for failed_message, cause in failed:
            self._give_back(failed_message, cause)
        for kind, _ in unit.counters.alarms:
            metrics.alarms.labels(kind).inc()
            log.error("alarm", extra={"kind": kind})
        return unit.resolutions

    def _decide(
        self, message: ParsedMessage, lookup: LookupResult, unit: UnitOfWork
    ) -> Resolution:
        """Decide one message: topic, access, duplicates and rate limits."""
        # Check the limit before the comparison, because a later one would reveal the
        # outcome of the comparison.
        may_compare = self.rate_limiter.may_compare(message, unit.counters)
        resolution = self.responder.decide(
            message,
            lookup,
            unit.opted_out,
            may_compare=may_compare,
            is_hint_due=partial(self.rate_limiter.is_hint_due, unit.hints),
        )
        if resolution.reply and message.waiting.id in unit.duplicates:
            return resolution.as_duplicate()
        if unit.is_overtaken(resolution):
            return resolution.as_overtaken()
        return self.rate_limiter.apply(resolution, unit.counters)

    def give_up(self) -> int:
        """Make messages without attempts left dead letters and return how many."""
        now = self.clock()
        longest_wait = self.policy.longest_backoff + LEASE
        if early := self.database.inbox.make_due(now, now + longest_wait):
            log.warning("messages with future times made due", extra={"count": early})
        given_up = self.database.inbox.give_up(now, self.policy.answer_attempts)
        if given_up:
            metrics.errors.labels(metrics.Where.DEAD_LETTER).inc(given_up)
            log.error("messages became dead letters", extra={"count": given_up})
        return given_up

    def _check_lookup(self, message: ParsedMessage, lookup: LookupResult) -> bool:
        """Whether a message can be decided; otherwise give it back to wait."""
        fault = lookup.fault_of(message)
        if fault is None:
            return True
        if isinstance(fault, DirectoryUnavailable):
            return self._postpone_unless_late(message)
        self._give_back(message.waiting, fault)
        return False

    def _postpone_unless_late(self, message: ParsedMessage) -> bool:
        """Whether it is too late to wait for the directory; until then postpone.

        Postponing does not count as an attempt.
        """
        now, waiting = self.clock(), message.waiting
        metrics.errors.labels(metrics.Where.DIRECTORY).inc()
        if now - waiting.inbound.received_at >= self.policy.reply_lifetime:
            return True
        until, reason = now + DIRECTORY_PAUSE, FailureReason.DIRECTORY_UNAVAILABLE
        self.database.inbox.postpone(waiting, until, reason)
        return False

    def _give_back(self, waiting: WaitingMessage, error: Exception) -> None:
        """Give a failed message back, to be tried again after a back-off."""
        metrics.errors.labels(metrics.Where.ANSWER).inc()
        facts = {"message_id": waiting.id, "attempt": waiting.attempt}
        log.warning("answering failed", extra=facts, exc_info=error)
        pause = backoff_delay(waiting.attempt, self.policy.longest_backoff)
        fault = "".join(traceback.format_exception(error))
        reason = type(error).__name__[:LONGEST_REASON]
        self.database.inbox.record_failure(waiting, self.clock() + pause, reason, fault)


def _log(resolutions: Iterable[Resolution]) -> None:
    """Count messages, and log those with the same resolution in one line."""
    ids = defaultdict[_LogLine, list[int]](list)
    for resolution in resolutions:
        line = _LogLine(
            resolution.status,
            resolution.keyword,
            resolution.reason,
            resolution.decision,
            resolution.reply.template if resolution.reply else None,
        )
        ids[line].append(resolution.waiting.id)
    for line, message_ids in ids.items():
        topic = line.keyword or line.reason or ""
        metrics.settled.labels(line.status, topic).inc(len(message_ids))
        log.info("settled", extra={"message_ids": message_ids, **line._asdict()})
