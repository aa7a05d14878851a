"""Hand replies to the carriers, and settle those of which nobody knows the outcome."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway.channels import Channel, ChannelError, SendFault
from gateway.db.database import Database
from gateway.domain.errors import GatewayError
from gateway.domain.messages import (
    OutboundMessage,
    OutboundStatus,
    SendOutcome,
    Sighting,
)
from gateway.domain.policy import Policy
from gateway.outbound.channel_watch import EXHAUSTED_PAUSE, ChannelWatch
from gateway.telemetry import metrics
from gateway.worker.backoff import WorkQueue, backoff_delay

# A carrier takes 100 to 200 ms for a message: some 400 a second from one worker. Each
# channel has as many for itself, so that one that hangs takes none from the others.
SENDS_AT_ONCE = 64
# A claim outlives START_WITHIN and one request to a carrier (12 s, see channels).
LEASE = timedelta(seconds=20)
START_WITHIN = timedelta(seconds=4)
FIRST_QUESTION = timedelta(seconds=5)
QUESTIONS_AT_ONCE = 8
RECEIPTS_AT_ONCE = 256
CLOSED_AT_ONCE = 5_000

log = logging.getLogger(__name__)


class _Attempt(NamedTuple):
    """How a request to send ended."""

    outcome: SendOutcome
    error: ChannelError | None = None


class _Ended(NamedTuple):
    """What the log tells of an attempt to send."""

    channel: str
    status: OutboundStatus
    attempt: int
    error_code: str | None


def threads_for(channels: int) -> int:
    """How many threads make sure that no request ever waits for another one."""
    return channels * SENDS_AT_ONCE + QUESTIONS_AT_ONCE


class Sender:
    """From queued replies to the carrier's word; `senders` run `threads_for` threads.

    Only one thread may call `pump`: it keeps what is under way.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        queue: WorkQueue,
        senders: Executor,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox = database.outbox
        self._receipts = database.receipts
        self._channels = channels
        self._queue = queue
        self._senders = senders
        self._policy = policy
        self._clock = clock
        self._watch = ChannelWatch(database, policy, clock)
        self._under_way: dict[Future[_Attempt], OutboundMessage] = {}

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
            self._settle(message, found)
        if batch:
            self._queue.notify("deliver")
        return len(batch)

    def apply_receipts(self) -> int:
        """Let the carriers' receipts move their replies; how many were applied."""
        patience = self._policy.receipt_patience
        applied = self._receipts.apply(RECEIPTS_AT_ONCE, self._clock(), patience)
        if applied:
            log.info("receipts applied", extra={"count": applied})
        return applied

    def close_late(self) -> int:
        """Close replies not sent in time, never confirmed or never proven; how many."""
        now, questions = self._clock(), self._policy.carrier_questions
        late, unconfirmed = self._outbox.close_late(CLOSED_AT_ONCE, now)
        unproven = self._outbox.close_unproven(CLOSED_AT_ONCE, now, questions)
        if late or unconfirmed or unproven:
            facts = {"late": late, "unconfirmed": unconfirmed, "unproven": unproven}
            log.warning("replies closed", extra=facts)
        return late + unconfirmed + unproven

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
            sending.add_done_callback(lambda _: self._queue.notify("deliver"))
        if turn.again_at:
            self._queue.notify("deliver", (turn.again_at - now).total_seconds())
        return len(turn.messages)

    def _write_down(self, ended: Collection[Future[_Attempt]]) -> int:
        """Record how requests ended; how many.

        They are forgotten when they are on record: the database may be away. An outcome
        that cannot be written must not stop the others.
        """
        results = [(self._under_way[it], it.result()) for it in ended]
        try:
            if results:
                self._outbox.record([it.outcome for _, it in results], self._clock())
        except GatewayError:
            raise
        except Exception:
            if len(ended) > 1:
                return sum(self._write_down([it]) for it in ended)
            results = [self._left_in_doubt(message) for message, _ in results]
        for sending in ended:
            del self._under_way[sending]
        self._note((message, it.outcome) for message, it in results)
        for message, it in results:
            self._watch.heed(message, it.outcome.status, it.error)
        return len(results)

    def _left_in_doubt(
        self, message: OutboundMessage
    ) -> tuple[OutboundMessage, _Attempt]:
        """The carrier is asked what it has, as when it does not answer at all."""
        facts = {"reply_id": message.id}
        log.exception("outcome cannot be written", extra=facts)
        doubt = ChannelError("unwritable_answer", SendFault.AMBIGUOUS)
        attempt = self._failed(message, doubt)
        try:
            self._outbox.record([attempt.outcome], self._clock())
        except GatewayError:
            raise
        except Exception:
            # Its lease runs out, and then the carrier is asked as well.
            log.exception("doubt cannot be written", extra=facts)
        return message, attempt

    def _send(self, message: OutboundMessage, start_by: datetime) -> _Attempt:
        """Whatever happens becomes an outcome."""
        if self._clock() > start_by:
            # The process stood still: somebody else may have taken the reply over.
            queued, now = OutboundStatus.QUEUED, self._clock()
            return _Attempt(_outcome(message, queued, again_at=now))
        try:
            provider_id = self._channels[message.channel].send(message)
        except ChannelError as error:
            return self._failed(message, error)
        except Exception:
            log.exception("sending broke", extra={"reply_id": message.id})
            doubt = ChannelError("internal_error", SendFault.AMBIGUOUS)
            return self._failed(message, doubt)
        return _Attempt(self._sent(message, provider_id))

    def _sent(self, message: OutboundMessage, provider_id: str | None) -> SendOutcome:
        until = self._clock() + self._policy.receipt_patience
        status = OutboundStatus.SENT
        return _outcome(message, status, provider_id=provider_id, again_at=until)

    def _failed(self, message: OutboundMessage, error: ChannelError) -> _Attempt:
        return _Attempt(self._outcome_of(message, error), error)

    def _outcome_of(self, message: OutboundMessage, error: ChannelError) -> SendOutcome:
        code = error.code
        if error.fault in (SendFault.PERMANENT, SendFault.OPTED_OUT):
            is_opted_out = error.fault is SendFault.OPTED_OUT
            failed = _outcome(message, OutboundStatus.FAILED, error_code=code)
            return replace(failed, is_opted_out=is_opted_out)
        if error.fault is SendFault.AMBIGUOUS:
            status, wait = OutboundStatus.UNKNOWN, FIRST_QUESTION
        else:
            status, wait = OutboundStatus.QUEUED, self._wait_after(message, error)
        again_at = self._clock() + wait
        return _outcome(message, status, error_code=code, again_at=again_at)

    def _wait_after(self, message: OutboundMessage, error: ChannelError) -> timedelta:
        """A refused reply waits longest, so that after a pause the others go first."""
        backoff = self._pause_after(message.attempt)
        if error.fault is SendFault.CONFIGURATION:
            return self._policy.channel_pause + backoff
        if error.fault is SendFault.EXHAUSTED:
            return EXHAUSTED_PAUSE + backoff
        return max(backoff, timedelta(seconds=error.retry_after or 0))

    def _pause_after(self, attempt: int) -> timedelta:
        return backoff_delay(attempt, self._policy.longest_backoff)

    def _ask(self, message: OutboundMessage) -> Sequence[Sighting] | None:
        """What the carrier has that may be this reply; None when it cannot tell."""
        try:
            return self._channels[message.channel].find_sent(message)
        except Exception as error:
            facts = {"reply_id": message.id, "questions": message.questions}
            log.warning("carrier cannot be asked", extra=facts, exc_info=error)
            return None

    def _settle(
        self, message: OutboundMessage, found: Sequence[Sighting] | None
    ) -> None:
        """What cannot be written is asked about again; it must not stop the others."""
        try:
            self._note([(message, self._settled(message, found))])
        except GatewayError:
            raise
        except Exception:
            log.exception("doubt cannot be settled", extra={"reply_id": message.id})

    def _settled(
        self, message: OutboundMessage, found: Sequence[Sighting] | None
    ) -> SendOutcome:
        """What the carrier has decides: it was sent, or it may be sent again."""
        now = self._clock()
        later = now + self._pause_after(message.questions)
        doubt = _outcome(message, OutboundStatus.UNKNOWN, again_at=later)
        if found is not None:
            sent = self._sent(message, None)
            return self._outbox.settle_doubt(message, found, sent, doubt, now)
        self._outbox.record([doubt], now)
        return doubt

    def _note(self, ended: Iterable[tuple[OutboundMessage, SendOutcome]]) -> None:
        """Log attempts with the same outcome in one line."""
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
