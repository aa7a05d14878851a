"""Hand queued replies to the carriers and record how each attempt ended."""

import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor, Future, wait
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway.channels import Channel, ChannelError, SendFault
from gateway.db.database import Database
from gateway.domain.errors import GatewayError
from gateway.domain.messages import OutboundMessage, SendOutcome
from gateway.domain.policy import Policy
from gateway.domain.statuses import OutboundStatus
from gateway.outbound.channel_watch import EXHAUSTED_PAUSE, ChannelWatch
from gateway.outbound.outcome_log import log_outcomes
from gateway.worker.backoff import backoff_delay
from gateway.worker.queue import WorkQueue

# A carrier takes 100 to 200 ms for a message: some 400 a second from one worker. Each
# channel has its own share, so that a channel that hangs does not block the others.
SENDS_AT_ONCE = 64
# Outlives START_WITHIN and one request to a carrier (12 s, see channels).
LEASE = timedelta(seconds=20)
START_WITHIN = timedelta(seconds=4)
# When the carrier is first asked about a reply that may have been sent.
FIRST_QUESTION = timedelta(seconds=5)

log = logging.getLogger(__name__)


class _Attempt(NamedTuple):
    """How a request to send ended."""

    outcome: SendOutcome
    error: ChannelError | None = None


class Sender:
    """Sends queued replies, several at once.

    `executor` runs up to SENDS_AT_ONCE requests for each channel. Only one thread may
    call `pump`, because it tracks the requests in flight.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        queue: WorkQueue,
        executor: Executor,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox = database.outbox
        self._channels = channels
        self._queue = queue
        self._executor = executor
        self._policy = policy
        self._clock = clock
        self._watch = ChannelWatch(database, policy, clock)
        self._in_flight: dict[Future[_Attempt], OutboundMessage] = {}

    def pump(self) -> int:
        """Record finished requests, start due ones, and return how many in all.

        Never blocks on a request: when one ends, it notifies "deliver".
        """
        finished = self._record([sent for sent in self._in_flight if sent.done()])
        return finished + self._start_all()

    def deliver_due(self) -> int:
        """Send due replies, wait until they are recorded, and return how many."""
        started = self._start_all()
        return self._record(wait(self._in_flight).done) or started

    def close(self) -> None:
        """Start nothing more; wait for requests in flight and record them."""
        self._executor.shutdown()
        self._record(list(self._in_flight))

    def _start_all(self) -> int:
        return sum(map(self._start, self._channels.values()))

    def _start(self, channel: Channel) -> int:
        """Claim replies that may go out on a channel now, and start sending them."""
        now = self._clock()
        in_flight = [message.channel for message in self._in_flight.values()]
        free = SENDS_AT_ONCE - in_flight.count(channel.name)
        if free == 0:
            return 0
        turn = self._outbox.claim(channel.name, free, now, LEASE, channel.send_rate)
        for message in turn.messages:
            sending = self._executor.submit(self._send, message, now + START_WITHIN)
            self._in_flight[sending] = message
            sending.add_done_callback(lambda _: self._queue.notify("deliver"))
        if turn.again_at:
            self._queue.notify("deliver", (turn.again_at - now).total_seconds())
        return len(turn.messages)

    def _record(self, finished: Collection[Future[_Attempt]]) -> int:
        """Record how requests ended and return how many.

        They stay in flight until they are recorded, because the database may be away.
        One outcome that cannot be recorded must not stop the others.
        """
        results = [(self._in_flight[sent], sent.result()) for sent in finished]
        try:
            if results:
                outcomes = [attempt.outcome for _, attempt in results]
                self._outbox.record(outcomes, self._clock())
        except GatewayError:
            raise
        except Exception:
            if len(finished) > 1:
                return sum(self._record([sent]) for sent in finished)
            results = [(message, self._doubt(message)) for message, _ in results]
        for sent in finished:
            del self._in_flight[sent]
        log_outcomes(
            ((message, attempt.outcome) for message, attempt in results), self._clock()
        )
        for message, attempt in results:
            self._watch.observe(message, attempt.outcome.status, attempt.error)
        return len(results)

    def _doubt(self, message: OutboundMessage) -> _Attempt:
        """Treat an outcome that cannot be recorded like no answer of the carrier."""
        facts = {"reply_id": message.id}
        log.exception("outcome cannot be recorded", extra=facts)
        doubt = ChannelError("unwritable_answer", SendFault.AMBIGUOUS)
        attempt = self._failed(message, doubt)
        try:
            self._outbox.record([attempt.outcome], self._clock())
        except GatewayError:
            raise
        except Exception:
            # When the lease runs out, the carrier is asked all the same.
            log.exception("doubt cannot be recorded", extra=facts)
        return attempt

    def _send(self, message: OutboundMessage, start_by: datetime) -> _Attempt:
        """Make one attempt; every exception becomes an outcome."""
        now = self._clock()
        if now > start_by:
            # This process was frozen; another one may have claimed the reply since.
            return _Attempt(message.outcome(OutboundStatus.QUEUED, again_at=now))
        try:
            provider_id = self._channels[message.channel].send(message)
        except ChannelError as error:
            return self._failed(message, error)
        except Exception:
            log.exception("sending failed", extra={"reply_id": message.id})
            doubt = ChannelError("internal_error", SendFault.AMBIGUOUS)
            return self._failed(message, doubt)
        until = self._clock() + self._policy.receipt_patience
        sent = OutboundStatus.SENT
        return _Attempt(message.outcome(sent, provider_id=provider_id, again_at=until))

    def _failed(self, message: OutboundMessage, error: ChannelError) -> _Attempt:
        return _Attempt(self._outcome_after(message, error), error)

    def _outcome_after(
        self, message: OutboundMessage, error: ChannelError
    ) -> SendOutcome:
        code = error.code
        if error.fault in (SendFault.PERMANENT, SendFault.OPTED_OUT):
            is_opted_out = error.fault is SendFault.OPTED_OUT
            return message.outcome(
                OutboundStatus.FAILED, error_code=code, is_opted_out=is_opted_out
            )
        if error.fault is SendFault.AMBIGUOUS:
            status, delay = OutboundStatus.UNKNOWN, FIRST_QUESTION
        else:
            status, delay = OutboundStatus.QUEUED, self._delay_after(message, error)
        again_at = self._clock() + delay
        return message.outcome(status, error_code=code, again_at=again_at)

    def _delay_after(self, message: OutboundMessage, error: ChannelError) -> timedelta:
        """The back-off; a refused reply waits out the pause, so others go first."""
        backoff = backoff_delay(message.attempt, self._policy.longest_backoff)
        if error.fault is SendFault.CONFIGURATION:
            return self._policy.channel_pause + backoff
        if error.fault is SendFault.EXHAUSTED:
            return EXHAUSTED_PAUSE + backoff
        return max(backoff, timedelta(seconds=error.retry_after or 0))
