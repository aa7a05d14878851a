"""Hand replies to the carriers, and settle those of which nobody knows the outcome."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway import metrics
from gateway.channels import Channel, ChannelError, SendFault
from gateway.db.message_log import MessageLog
from gateway.messages import OutboundMessage, OutboundStatus, SendOutcome
from gateway.policy import Policy
from gateway.queueing import WorkQueue, pause_before

# A carrier takes 100 to 200 ms for a message: some 400 a second from one worker. Each
# channel has as many for itself, so that one that hangs takes none from the others.
SENDS_AT_ONCE = 64
# A claim outlives one request to a carrier (15 s, see channels).
LEASE = timedelta(seconds=20)
START_WITHIN = timedelta(seconds=4)
FIRST_QUESTION = timedelta(seconds=5)
QUESTIONS_AT_ONCE = 8
RECEIPTS_AT_ONCE = 256
CLOSED_AT_ONCE = 5_000

log = logging.getLogger(__name__)


class _Ended(NamedTuple):
    """What the log tells of an attempt to send."""

    channel: str
    status: OutboundStatus
    attempt: int
    error_code: str | None


def threads_for(channels: int) -> int:
    """How many threads make sure that no request ever waits for another one."""
    return channels * SENDS_AT_ONCE + QUESTIONS_AT_ONCE


class Delivery:
    """From queued replies to the carrier's word; `senders` run `threads_for` threads.

    Only one thread may call `pump`: it keeps what is under way.
    """

    def __init__(
        self,
        message_log: MessageLog,
        channels: Mapping[str, Channel],
        queue: WorkQueue,
        senders: Executor,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox = message_log.outbox
        self._receipts = message_log.receipts
        self._channels = channels
        self._queue = queue
        self._senders = senders
        self._policy = policy
        self._clock = clock
        self._under_way: dict[Future[SendOutcome], OutboundMessage] = {}

    def pump(self) -> int:
        """Write down what has ended and hand over what is due; how many replies.

        It waits for nothing: a request that ends nudges "deliver", so that one that
        hangs holds up no other.
        """
        ended = self._write_down([it for it in self._under_way if it.done()])
        return ended + sum(map(self._hand_over, self._channels.values()))

    def deliver_due(self) -> int:
        """Send what is due and wait for how it ends; how many replies."""
        taken = sum(map(self._hand_over, self._channels.values()))
        return self._write_down(wait(self._under_way).done) or taken

    def settle_doubts(self) -> int:
        """Ask the carriers about replies that may have been sent; how many."""
        batch = self._outbox.claim_in_doubt(
            QUESTIONS_AT_ONCE, self._clock(), LEASE, self._policy.carrier_questions
        )
        for message, found in zip(
            batch, self._senders.map(self._ask, batch), strict=True
        ):
            self._note([(message, self._settled(message, found))])
        if batch:
            self._queue.nudge("deliver")
        return len(batch)

    def apply_receipts(self) -> int:
        """Let the carriers' receipts move their replies; how many were applied."""
        patience = self._policy.receipt_patience
        applied = self._receipts.apply(RECEIPTS_AT_ONCE, self._clock(), patience)
        if applied:
            log.info("receipts applied", extra={"count": applied})
        return applied

    def close_late(self) -> int:
        """Close replies that were not sent in time, or never confirmed; how many."""
        late, unconfirmed = self._outbox.close_late(CLOSED_AT_ONCE, self._clock())
        if late or unconfirmed:
            facts = {"late": late, "unconfirmed": unconfirmed}
            log.warning("replies closed", extra=facts)
        return late + unconfirmed

    def close(self) -> None:
        """Send nothing more; requests under way are waited for and written down."""
        self._senders.shutdown()
        self._write_down(list(self._under_way))

    def _hand_over(self, channel: Channel) -> int:
        now = self._clock()
        under_way = [it.channel for it in self._under_way.values()]
        free = SENDS_AT_ONCE - under_way.count(channel.name)
        if free == 0:
            return 0
        turn = self._outbox.claim(channel.name, free, now, LEASE, channel.send_rate)
        for message in turn.messages:
            sending = self._senders.submit(self._send, message, now + START_WITHIN)
            self._under_way[sending] = message
            sending.add_done_callback(lambda _: self._queue.nudge("deliver"))
        if turn.again_at:
            self._queue.nudge("deliver", (turn.again_at - now).total_seconds())
        return len(turn.messages)

    def _write_down(self, ended: Collection[Future[SendOutcome]]) -> int:
        """Forgotten only when it is on record: the database may be away."""
        batch = [self._under_way[it] for it in ended]
        self._record(batch, [it.result() for it in ended])
        for sending in ended:
            del self._under_way[sending]
        return len(batch)

    def _record(
        self, batch: Sequence[OutboundMessage], outcomes: Sequence[SendOutcome]
    ) -> None:
        both = list(zip(batch, outcomes, strict=True))
        for message, outcome in both:
            if outcome.pause_until:
                self._pause(message, outcome, outcome.pause_until)
        if outcomes:
            self._outbox.record(outcomes, self._clock())
        self._note(both)

    def _send(self, message: OutboundMessage, start_by: datetime) -> SendOutcome:
        """Whatever happens becomes an outcome."""
        if self._clock() > start_by:
            # The process stood still: somebody else may have taken the reply over.
            return _outcome(message, OutboundStatus.QUEUED, again_at=self._clock())
        try:
            provider_id = self._channels[message.channel].send(message)
        except ChannelError as error:
            return self._outcome_of(message, error)
        except Exception:
            log.exception("sending broke", extra={"reply_id": message.id})
            doubt = ChannelError("internal_error", SendFault.AMBIGUOUS)
            return self._outcome_of(message, doubt)
        return self._sent(message, provider_id)

    def _sent(self, message: OutboundMessage, provider_id: str | None) -> SendOutcome:
        until = self._clock() + self._policy.receipt_patience
        status = OutboundStatus.SENT
        return _outcome(message, status, provider_id=provider_id, again_at=until)

    def _outcome_of(self, message: OutboundMessage, error: ChannelError) -> SendOutcome:
        now, code = self._clock(), error.code
        if error.fault in (SendFault.PERMANENT, SendFault.OPTED_OUT):
            is_opted_out = error.fault is SendFault.OPTED_OUT
            failed = _outcome(message, OutboundStatus.FAILED, error_code=code)
            return replace(failed, is_opted_out=is_opted_out)
        if error.fault is SendFault.AMBIGUOUS:
            status, again_at = OutboundStatus.UNKNOWN, now + FIRST_QUESTION
        else:
            asked_for = timedelta(seconds=error.retry_after or 0)
            again_at = now + max(self._pause_after(message.attempt), asked_for)
            status = OutboundStatus.QUEUED
        outcome = _outcome(message, status, error_code=code, again_at=again_at)
        if error.fault in (SendFault.CONFIGURATION, SendFault.EXHAUSTED):
            return replace(outcome, pause_until=now + self._policy.channel_pause)
        return outcome

    def _pause_after(self, attempt: int) -> timedelta:
        return pause_before(attempt, self._policy.longest_backoff)

    def _pause(
        self, message: OutboundMessage, outcome: SendOutcome, until: datetime
    ) -> None:
        """Keep the other replies from failing too; try again when the pause is over."""
        metrics.errors.labels(metrics.Where.CONFIGURATION).inc()
        code = outcome.error_code or ""
        facts = {"channel": message.channel, "error_code": code}
        log.error("sending paused: the channel is set up wrongly", extra=facts)
        self._outbox.pause(message.channel, until, code)

    def _ask(self, message: OutboundMessage) -> Sequence[str] | None:
        """What the carrier has that may be this reply; None when it cannot tell."""
        try:
            return self._channels[message.channel].find_sent(message)
        except Exception as error:
            facts = {"reply_id": message.id, "questions": message.questions}
            log.warning("carrier cannot be asked", extra=facts, exc_info=error)
            return None

    def _settled(
        self, message: OutboundMessage, found: Sequence[str] | None
    ) -> SendOutcome:
        """What the carrier has decides: it was sent, or it may be sent again."""
        now = self._clock()
        if found is not None:
            sent = self._sent(message, None)
            return self._outbox.settle_doubt(message, found, sent, now)
        later = now + self._pause_after(message.questions)
        doubt = _outcome(message, OutboundStatus.UNKNOWN, again_at=later)
        self._outbox.record([doubt], now)
        return doubt

    def _note(self, ended: Iterable[tuple[OutboundMessage, SendOutcome]]) -> None:
        """What ended alike is one line."""
        now = self._clock()
        alike = defaultdict[_Ended, list[int]](list)
        for message, outcome in ended:
            facts = (outcome.status, message.attempt, outcome.error_code)
            alike[_Ended(message.channel, *facts)].append(message.id)
            if outcome.status is OutboundStatus.SENT:
                waited = (now - message.asked_at).total_seconds()
                metrics.answer_seconds.labels(message.channel).observe(waited)
        for it, ids in alike.items():
            metrics.sends.labels(it.channel, it.status).inc(len(ids))
            is_good = it.status is OutboundStatus.SENT
            level = logging.INFO if is_good else logging.WARNING
            log.log(level, "replies", extra={"reply_ids": ids, **it._asdict()})


def _outcome(
    message: OutboundMessage,
    status: OutboundStatus,
    *,
    provider_id: str | None = None,
    error_code: str | None = None,
    again_at: datetime | None = None,
) -> SendOutcome:
    return SendOutcome(
        message.id, message.attempt, status, provider_id, error_code, again_at
    )
