"""The use cases: receive, answer, deliver, settle what is in doubt, record receipts."""

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Protocol

from gateway import metrics
from gateway.answering import ReadMessage, Responder
from gateway.channels import (
    Acknowledgement,
    Channel,
    ChannelError,
    SendFault,
    WebhookRequest,
)
from gateway.db.message_log import MessageLog, Settlement
from gateway.messages import (
    Consent,
    OutboundMessage,
    OutboundStatus,
    SendOutcome,
    WaitingMessage,
)
from gateway.participants import Directory, DirectoryUnavailable

BATCH = 64
# A claim outlives the longest a worker can take: answering is quick, sending waits for
# the carrier at most 15 s (see channels).
ANSWER_LEASE = timedelta(seconds=10)
SEND_LEASE = timedelta(seconds=20)
ASK_AGAIN = timedelta(seconds=5)
REPLY_LIFETIME = timedelta(minutes=10)
MOST_ATTEMPTS = 5
LONGEST_PAUSE_SECONDS = 60
KEEP_TEXTS = timedelta(days=90)
KEEP_MESSAGES = timedelta(days=365)

log = logging.getLogger(__name__)


class WorkQueue(Protocol):
    """Tells workers that there is work; the work itself is in the message log."""

    def nudge(self, task: str) -> None:
        """Wake whoever does `task`: "answer" or "deliver". Never raises."""


class Gateway:
    """One SMS, its whole way."""

    def __init__(
        self,
        message_log: MessageLog,
        directory: Directory,
        channels: Mapping[str, Channel],
        queue: WorkQueue,
        responder: Responder,
        senders: Executor,
        clock: Callable[[], datetime],
    ) -> None:
        self.log = message_log
        self.channels = channels
        self._directory = directory
        self._queue = queue
        self._responder = responder
        self._senders = senders
        self._clock = clock

    def receive(self, channel: Channel, request: WebhookRequest) -> Acknowledgement:
        """Store an SMS once, then say so. Raises NotAuthentic, MalformedRequest."""
        channel.verify(request)
        message = channel.parse_inbound(request)
        message_id = self.log.inbox.add(message)
        if message_id is None:
            metrics.repeated.labels(channel.name).inc()
            log.info("webhook repeated", extra={"channel": channel.name})
        else:
            metrics.received.labels(channel.name).inc()
            log.info("message received", extra={"message_id": message_id})
            self._queue.nudge("answer")
        return channel.acknowledge()

    def record_receipt(
        self, channel: Channel, request: WebhookRequest
    ) -> Acknowledgement:
        """Apply a delivery receipt. Raises NotAuthentic, MalformedRequest."""
        channel.verify(request)
        receipt = channel.parse_receipt(request)
        if receipt is not None:
            known = self.log.outbox.apply_receipt(receipt)
            metrics.receipts.labels(channel.name, receipt.status).inc()
            log.info(
                "receipt applied" if known else "receipt parked",
                extra={"reply_id": receipt.message_id, "status": receipt.status},
            )
        return channel.acknowledge()

    def answer_waiting(self) -> int:
        """Answer one batch of waiting messages; how many were taken."""
        batch = self.log.inbox.claim(BATCH, self._clock(), ANSWER_LEASE)
        if not batch:
            return 0
        read = [it for waiting in batch if (it := self._read(waiting))]
        now = self._clock()
        settlements = self._decide(read)
        replies = self.log.inbox.settle(settlements, now, now + REPLY_LIFETIME)
        for settlement in settlements:
            _note_settled(settlement)
        if replies:
            self._queue.nudge("deliver")
        return len(batch)

    def deliver_due(self) -> int:
        """Send one batch of replies, many at once; how many were taken."""
        batch = self.log.outbox.claim(BATCH, self._clock(), SEND_LEASE)
        if batch:
            outcomes = list(self._senders.map(self._attempt, batch))
            self.log.outbox.record(outcomes, self._clock())
            for message, outcome in zip(batch, outcomes, strict=True):
                self._note_attempt(message, outcome)
        return len(batch)

    def settle_doubts(self) -> int:
        """Ask the carriers about replies that may have been sent; how many."""
        now = self._clock()
        if expired := self.log.outbox.expire(now):
            log.warning("replies expired", extra={"count": expired})
        batch = self.log.outbox.claim_in_doubt(BATCH, now, SEND_LEASE)
        for message in batch:
            outcome = self._ask_carrier(message)
            self.log.outbox.record([outcome], self._clock())
            self._note_attempt(message, outcome)
        if batch:
            self._queue.nudge("deliver")
        return len(batch)

    def sweep(self) -> int:
        """Do everything that stands still, once; how many messages were moved."""
        moved = 0
        for work in (self.answer_waiting, self.settle_doubts, self.deliver_due):
            while done := work():
                moved += done
        return moved

    def purge(self) -> int:
        """Drop texts and messages that are past retention; how many rows."""
        now = self._clock()
        rows = self.log.purge(now - KEEP_TEXTS, now - KEEP_MESSAGES)
        log.info("purged", extra={"rows": rows})
        return rows

    def _read(self, waiting: WaitingMessage) -> ReadMessage | None:
        """Understand a message; one that cannot be read never stops its batch."""
        try:
            return self._responder.read(waiting)
        except Exception as error:
            self._give_back(waiting, error)
            return None

    def _decide(self, batch: Sequence[ReadMessage]) -> list[Settlement]:
        """Settle a batch with one look-up for all the members it asks about."""
        kpjs = {kpj for it in batch if (kpj := it.wanted_kpj)}
        try:
            members = self._directory.find(kpjs) if kpjs else {}
        except DirectoryUnavailable as error:
            for message in batch:
                if message.wanted_kpj:
                    self._give_back(message.waiting, error)
            batch = [message for message in batch if not message.wanted_kpj]
            members = {}
        opted_out = self.log.inbox.opted_out({message.sender for message in batch})
        settlements = []
        for message in batch:
            try:
                settlement = self._responder.settle(message, members, opted_out)
            except Exception as error:
                self._give_back(message.waiting, error)
                continue
            opted_out = _after(settlement, message.sender, opted_out)
            settlements.append(settlement)
        return settlements

    def _give_back(self, waiting: WaitingMessage, error: Exception) -> None:
        """Try a message again later; after too many attempts set it aside."""
        facts = {"message_id": waiting.id, "attempt": waiting.attempt}
        now, reason = self._clock(), type(error).__name__
        metrics.errors.labels("answer").inc()
        if waiting.attempt >= MOST_ATTEMPTS:
            log.error("message set aside", extra=facts, exc_info=error)
            self.log.inbox.set_aside(waiting, now, reason)
        else:
            log.warning("message postponed", extra=facts, exc_info=error)
            self.log.inbox.postpone(waiting, now + _pause(waiting.attempt), reason)

    def _attempt(self, message: OutboundMessage) -> SendOutcome:
        """Send one reply; whatever happens becomes an outcome."""
        try:
            provider_id = self.channels[message.channel].send(message)
        except ChannelError as error:
            return self._outcome_of(message, error)
        except Exception:
            log.exception("sending broke", extra={"reply_id": message.id})
            doubt = ChannelError("internal_error", SendFault.AMBIGUOUS)
            return self._outcome_of(message, doubt)
        return SendOutcome(message.id, OutboundStatus.SENT, provider_id)

    def _outcome_of(self, message: OutboundMessage, error: ChannelError) -> SendOutcome:
        now = self._clock()
        if error.fault is SendFault.PERMANENT:
            return SendOutcome(message.id, OutboundStatus.FAILED, error_code=error.code)
        if error.fault is SendFault.AMBIGUOUS:
            status, retry_at = OutboundStatus.UNKNOWN, now + ASK_AGAIN
        else:
            asked_for = timedelta(seconds=error.retry_after or 0)
            status = OutboundStatus.QUEUED
            retry_at = now + max(_pause(message.attempt), asked_for)
        return SendOutcome(message.id, status, None, error.code, retry_at)

    def _ask_carrier(self, message: OutboundMessage) -> SendOutcome:
        """What the carrier has decides: it was sent, or it may be sent again."""
        now = self._clock()
        try:
            found = self.channels[message.channel].find_sent(message)
        except ChannelError as error:
            later = now + _pause(message.attempt) + ASK_AGAIN
            return SendOutcome(
                message.id, OutboundStatus.UNKNOWN, None, error.code, later
            )
        if mine := self.log.outbox.unassigned(message.channel, found):
            return SendOutcome(message.id, OutboundStatus.SENT, mine[0])
        return SendOutcome(message.id, OutboundStatus.QUEUED, retry_at=now)

    def _note_attempt(self, message: OutboundMessage, outcome: SendOutcome) -> None:
        metrics.sends.labels(message.channel, outcome.status).inc()
        if outcome.status is OutboundStatus.SENT:
            waited = (self._clock() - message.asked_at).total_seconds()
            metrics.answer_seconds.observe(waited)
        level = logging.INFO if outcome.error_code is None else logging.WARNING
        facts = {
            "reply_id": message.id,
            "attempt": message.attempt,
            "status": outcome.status,
            "error_code": outcome.error_code,
        }
        log.log(level, "reply attempted", extra=facts)


def _after(settlement: Settlement, sender: str, opted_out: set[str]) -> set[str]:
    """Who is opted out after this message, for the next one in the batch."""
    if settlement.consent is None:
        return opted_out
    if settlement.consent is Consent.GIVEN:
        return opted_out - {sender}
    return opted_out | {sender}


def _pause(attempt: int) -> timedelta:
    """Exponential back-off with full jitter, at least a second."""
    ceiling = min(2.0**attempt, LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=1 + random.uniform(0, ceiling))  # noqa: S311 - no secret


def _note_settled(settlement: Settlement) -> None:
    topic = settlement.keyword or settlement.reason or ""
    metrics.settled.labels(settlement.status, topic).inc()
    facts = {
        "message_id": settlement.waiting.id,
        "status": settlement.status,
        "keyword": settlement.keyword,
        "reason": settlement.reason,
        "decision": settlement.decision,
        "template": settlement.reply.template if settlement.reply else None,
    }
    log.info("message settled", extra=facts)
