"""Answer waiting messages in batches; a bad one never stops the others."""

import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway.db.database import Database
from gateway.db.messages.inbox import Desk
from gateway.domain.messages import WaitingMessage
from gateway.domain.outcomes import FailureReason
from gateway.domain.participants import DirectoryUnavailable
from gateway.domain.policy import Policy
from gateway.domain.resolution import Resolution
from gateway.inbound.context import LookupResult, ParsedMessage
from gateway.inbound.member_lookup import MemberLookup
from gateway.inbound.message_parser import MessageParser
from gateway.inbound.rate_limiter import RateLimiter, guessed_kpj
from gateway.inbound.responder import Responder
from gateway.telemetry import metrics
from gateway.worker.backoff import backoff_delay
from gateway.worker.queue import WorkQueue

BATCH = 128
# Answering a batch takes well under a second; a killed worker's messages come back.
LEASE = timedelta(seconds=10)
DIRECTORY_PAUSE = timedelta(seconds=5)
LONGEST_REASON = 40

log = logging.getLogger(__name__)


class _Decided(NamedTuple):
    """What the log tells of a settled message."""

    status: str
    keyword: str | None
    reason: str | None
    decision: str | None
    template: str | None


class InboundProcessor:
    """From waiting messages to queued replies."""

    def __init__(
        self,
        database: Database,
        queue: WorkQueue,
        parser: MessageParser,
        member_lookup: MemberLookup,
        responder: Responder,
        rate_limiter: RateLimiter,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._inbox = database.inbox
        self._queue = queue
        self._parser = parser
        self._member_lookup = member_lookup
        self._responder = responder
        self._rate_limiter = rate_limiter
        self._policy = policy
        self._clock = clock

    def answer_waiting(self) -> int:
        """Answer one batch; how many messages were taken."""
        now, policy = self._clock(), self._policy
        batch = self._inbox.claim(BATCH, now, LEASE, policy.answer_attempts)
        read = [it for waiting in batch if (it := self._read(waiting))]
        lookup = self._member_lookup.fetch(read, now)
        ready = [it for it in read if self._is_ready(it, lookup)]
        settled = self._settle(ready, lookup, now) if ready else []
        if any(resolution.reply for resolution in settled):
            self._queue.notify("deliver")
        _note(settled)
        return len(batch)

    def _settle(
        self, ready: Sequence[ParsedMessage], lookup: LookupResult, now: datetime
    ) -> list[Resolution]:
        """All in one transaction, so nothing in here waits for anything."""
        broken: list[tuple[WaitingMessage, Exception]] = []
        expires_at = now + self._policy.reply_lifetime
        waiting = [it.waiting for it in ready]
        guessed_at = {kpj for one in ready if (kpj := guessed_kpj(one))}
        with self._inbox.settling(waiting, now, expires_at, guessed_at) as desk:
            for message in ready:
                if message.waiting.id in desk.still_waiting:
                    try:
                        self._settle_one(message, lookup, desk)
                    except Exception as error:
                        broken.append((message.waiting, error))
        for it, fault in broken:
            self._failed(it, fault)
        for kind, _ in desk.books.alarms:
            metrics.alarms.labels(kind).inc()
            log.error("alarm", extra={"kind": kind})
        return desk.resolutions

    def _settle_one(
        self, message: ParsedMessage, lookup: LookupResult, desk: Desk
    ) -> None:
        # Before the comparison: a limit found out later would tell of its outcome.
        may_compare = self._rate_limiter.may_compare(message, desk.books)
        resolution = self._responder.decide(
            message, lookup, desk.opted_out, may_compare=may_compare
        )
        if resolution.reply and message.waiting.id in desk.repeats:
            desk.settle(resolution.repeated())
            return
        if desk.is_overtaken(resolution):
            desk.settle(resolution.overtaken())
            return
        desk.settle(self._rate_limiter.applied(resolution, desk.books))

    def give_up(self) -> int:
        """Set aside, for an operator, what was tried too often; how many messages."""
        now = self._clock()
        longest_wait = self._policy.longest_backoff + LEASE
        if early := self._inbox.make_due(now, now + longest_wait):
            log.warning("messages from the future made due", extra={"count": early})
        given_up = self._inbox.give_up(now, self._policy.answer_attempts)
        if given_up:
            metrics.errors.labels(metrics.Where.DEAD_LETTER).inc(given_up)
            log.error("messages set aside", extra={"count": given_up})
        return given_up

    def _read(self, waiting: WaitingMessage) -> ParsedMessage | None:
        try:
            return self._parser.parse(waiting)
        except Exception as error:
            self._failed(waiting, error)
            return None

    def _is_ready(self, message: ParsedMessage, lookup: LookupResult) -> bool:
        """Whether its look-ups succeeded; otherwise the message waits."""
        fault = lookup.fault_of(message)
        if fault is None:
            return True
        if isinstance(fault, DirectoryUnavailable):
            return self._is_told_of_outage(message)
        self._failed(message.waiting, fault)
        return False

    def _is_told_of_outage(self, message: ParsedMessage) -> bool:
        """An outage is no attempt; when it lasts too long the member is told."""
        now, waiting = self._clock(), message.waiting
        metrics.errors.labels(metrics.Where.DIRECTORY).inc()
        if now - waiting.inbound.received_at >= self._policy.reply_lifetime:
            return True
        until = now + DIRECTORY_PAUSE
        self._inbox.postpone(waiting, until, FailureReason.DIRECTORY_UNAVAILABLE)
        return False

    def _failed(self, waiting: WaitingMessage, error: Exception) -> None:
        metrics.errors.labels(metrics.Where.ANSWER).inc()
        facts = {"message_id": waiting.id, "attempt": waiting.attempt}
        log.warning("answering failed", extra=facts, exc_info=error)
        pause = backoff_delay(waiting.attempt, self._policy.longest_backoff)
        fault = "".join(traceback.format_exception(error))
        reason = type(error).__name__[:LONGEST_REASON]
        self._inbox.failed(waiting, self._clock() + pause, reason, fault)


def _note(settled: Iterable[Resolution]) -> None:
    """What was decided alike is one line: a burst asks the same over and over."""
    alike = defaultdict[_Decided, list[int]](list)
    for it in settled:
        template = it.reply.template if it.reply else None
        facts = _Decided(it.status, it.keyword, it.reason, it.decision, template)
        alike[facts].append(it.waiting.id)
    for facts, ids in alike.items():
        topic = facts.keyword or facts.reason or ""
        metrics.settled.labels(facts.status, topic).inc(len(ids))
        log.info("settled", extra={"message_ids": ids, **facts._asdict()})
