"""Hand replies to the carriers, and settle those of which nobody knows the outcome."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta

from gateway import metrics
from gateway.channels import Channel, ChannelError, SendFault
from gateway.db.message_log import MessageLog
from gateway.messages import OutboundMessage, OutboundStatus, SendOutcome
from gateway.queueing import WorkQueue, pause_before

# As many as are sent at once, so that none waits in its batch for another; and a claim
# outlives one request to a carrier (15 s, see channels).
BATCH = 32
LEASE = timedelta(seconds=20)
FIRST_QUESTION = timedelta(seconds=5)
# With back-off about ten minutes; then an operator decides.
MOST_QUESTIONS = 15
PAUSE = timedelta(seconds=60)

log = logging.getLogger(__name__)


class Delivery:
    """From queued replies to the carrier's word; `senders` run BATCH threads."""

    def __init__(
        self,
        message_log: MessageLog,
        channels: Mapping[str, Channel],
        queue: WorkQueue,
        senders: Executor,
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox = message_log.outbox
        self._channels = channels
        self._queue = queue
        self._senders = senders
        self._clock = clock

    def deliver_due(self) -> int:
        """Send one batch of replies; how many were taken."""
        batch = self._outbox.claim(BATCH, self._clock(), LEASE)
        self._finish(batch, self._send)
        return len(batch)

    def settle_doubts(self) -> int:
        """Ask the carriers about replies that may have been sent; how many."""
        batch = self._outbox.claim_in_doubt(BATCH, self._clock(), LEASE, MOST_QUESTIONS)
        self._finish(batch, self._ask)
        if batch:
            self._queue.nudge("deliver")
        return len(batch)

    def tidy(self) -> int:
        """Close what is too late or was never confirmed, apply stray receipts."""
        now = self._clock()
        done = {
            "replies expired": self._outbox.expire(now),
            "replies never confirmed": self._outbox.close_unconfirmed(now),
            "stray receipts applied": self._outbox.apply_strays(),
        }
        for event, count in done.items():
            if count:
                log.warning(event, extra={"count": count})
        return sum(done.values())

    def close(self) -> None:
        """Send nothing more; requests under way are waited for."""
        self._senders.shutdown(cancel_futures=True)

    def _finish(
        self,
        batch: list[OutboundMessage],
        act: Callable[[OutboundMessage], SendOutcome],
    ) -> None:
        """Act on many messages at once, then write down how each ended."""
        outcomes = list(self._senders.map(act, batch))
        if outcomes:
            self._outbox.record(outcomes, self._clock())
        for message, outcome in zip(batch, outcomes, strict=True):
            self._note(message, outcome)

    def _send(self, message: OutboundMessage) -> SendOutcome:
        """Whatever happens becomes an outcome."""
        try:
            provider_id = self._channels[message.channel].send(message)
        except ChannelError as error:
            return self._outcome_of(message, error)
        except Exception:
            log.exception("sending broke", extra={"reply_id": message.id})
            doubt = ChannelError("internal_error", SendFault.AMBIGUOUS)
            return self._outcome_of(message, doubt)
        return _outcome(message, OutboundStatus.SENT, provider_id=provider_id)

    def _outcome_of(self, message: OutboundMessage, error: ChannelError) -> SendOutcome:
        now, code = self._clock(), error.code
        if error.fault in (SendFault.PERMANENT, SendFault.OPTED_OUT):
            is_opted_out = error.fault is SendFault.OPTED_OUT
            failed = _outcome(message, OutboundStatus.FAILED, error_code=code)
            return replace(failed, is_opted_out=is_opted_out)
        if error.fault is SendFault.AMBIGUOUS:
            status, retry_at = OutboundStatus.UNKNOWN, now + FIRST_QUESTION
        else:
            asked_for = timedelta(seconds=error.retry_after or 0)
            retry_at = now + max(pause_before(message.attempt), asked_for)
            status = OutboundStatus.QUEUED
        if error.fault is SendFault.CONFIGURATION:
            self._pause(message.channel, error)
        return _outcome(message, status, error_code=code, retry_at=retry_at)

    def _pause(self, channel: str, error: ChannelError) -> None:
        """Keep the other replies from failing too; try again when the pause is over."""
        metrics.errors.labels("configuration").inc()
        facts = {"channel": channel, "error_code": error.code}
        log.error("sending paused: the channel is set up wrongly", extra=facts)
        self._outbox.pause(channel, self._clock() + PAUSE, error.code)

    def _ask(self, message: OutboundMessage) -> SendOutcome:
        """What the carrier has decides: it was sent, or it may be sent again."""
        try:
            found = self._channels[message.channel].find_sent(message)
        except Exception as error:
            facts = {"reply_id": message.id, "questions": message.questions}
            log.warning("carrier cannot be asked", extra=facts, exc_info=error)
            later = self._clock() + pause_before(message.questions)
            return _outcome(message, OutboundStatus.UNKNOWN, retry_at=later)
        if mine := self._outbox.unassigned(message.channel, found):
            return _outcome(message, OutboundStatus.SENT, provider_id=mine[0])
        return _outcome(message, OutboundStatus.QUEUED, retry_at=self._clock())

    def _note(self, message: OutboundMessage, outcome: SendOutcome) -> None:
        metrics.sends.labels(message.channel, outcome.status).inc()
        if outcome.status is OutboundStatus.SENT:
            waited = (self._clock() - message.asked_at).total_seconds()
            metrics.answer_seconds.observe(waited)
        facts = {
            "reply_id": message.id,
            "attempt": message.attempt,
            "status": outcome.status,
            "error_code": outcome.error_code,
        }
        is_good = outcome.status is OutboundStatus.SENT
        log.log(logging.INFO if is_good else logging.WARNING, "reply", extra=facts)


def _outcome(
    message: OutboundMessage,
    status: OutboundStatus,
    *,
    provider_id: str | None = None,
    error_code: str | None = None,
    retry_at: datetime | None = None,
) -> SendOutcome:
    return SendOutcome(
        message.id, message.attempt, status, provider_id, error_code, retry_at
    )
