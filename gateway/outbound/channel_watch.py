"""What the answers of a provider say about a whole channel: pause it, or ask again."""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.channels import ChannelError, SendFault
from gateway.db.database import Database
from gateway.domain.messages import OutboundMessage, OutboundStatus
from gateway.domain.policy import Policy
from gateway.telemetry import metrics

# One phone may be refused for reasons of its own, whatever the code says. So many
# different ones in a row, and none taken in between, are a fault of the channel
# (https://github.com/twilio/twilio-php/issues/254).
PHONES_IN_A_ROW = 3
# A limit for a day or an account does not pass within minutes
# (https://www.twilio.com/docs/api/errors/63038).
EXHAUSTED_PAUSE = timedelta(hours=1)
# Answers to requests that were under way together come within this: one pause.
TOGETHER = timedelta(seconds=1)

log = logging.getLogger(__name__)


class ChannelWatch:
    """What one worker has heard of each channel; workers share only the pause."""

    def __init__(
        self, database: Database, policy: Policy, clock: Callable[[], datetime]
    ) -> None:
        self._outbox = database.outbox
        self._doubtful_replies = database.doubtful_replies
        self._policy = policy
        self._clock = clock
        # The phones refused since the last success, by channel.
        self._refused = defaultdict[str, set[str]](set)
        self._paused_until: dict[str, datetime] = {}
        # Channels that have taken something since their last trouble.
        self._is_well: set[str] = set()

    def heed(
        self,
        message: OutboundMessage,
        status: OutboundStatus,
        error: ChannelError | None,
    ) -> None:
        """Learn from how an attempt ended. Raises DatabaseUnavailable."""
        channel = message.channel
        if status is OutboundStatus.SENT:
            self._refused.pop(channel, None)
            self._ask_about_doubts(channel)
        elif status is OutboundStatus.UNKNOWN:
            self._is_well.discard(channel)
        if error is None:
            return
        if error.fault is SendFault.CONFIGURATION:
            self._count_refusal(message, error.code)
        elif error.fault is SendFault.EXHAUSTED:
            self._stop(channel, EXHAUSTED_PAUSE, error.code, "a limit is used up")
        elif error.fault is SendFault.THROTTLED and error.retry_after:
            self._slow_down(channel, timedelta(seconds=error.retry_after), error.code)

    def _ask_about_doubts(self, channel: str) -> None:
        """When a channel works again, ask about its doubts once more."""
        if channel not in self._is_well:
            questions = self._policy.carrier_questions
            count = self._doubtful_replies.ask_again(channel, questions, self._clock())
            self._is_well.add(channel)
            if count:
                facts = {"channel": channel, "count": count}
                log.info("doubts asked about once more", extra=facts)

    def _count_refusal(self, message: OutboundMessage, code: str) -> None:
        metrics.errors.labels(metrics.Where.CONFIGURATION).inc()
        facts = {"channel": message.channel, "error_code": code}
        log.error("reply refused", extra={"reply_id": message.id, **facts})
        refused = self._refused[message.channel]
        refused.add(message.recipient)
        if len(refused) >= PHONES_IN_A_ROW:
            refused.clear()
            pause = self._policy.channel_pause
            self._stop(message.channel, pause, code, "the channel is set up wrongly")

    def _stop(self, channel: str, pause: timedelta, code: str, why: str) -> None:
        """Keep the other replies from failing too; an operator has to act."""
        if self._pause(channel, pause, code):
            metrics.errors.labels(metrics.Where.CONFIGURATION).inc()
            facts = {"channel": channel, "error_code": code}
            log.error("sending paused: %s", why, extra=facts)

    def _slow_down(self, channel: str, pause: timedelta, code: str) -> None:
        if self._pause(channel, pause, code):
            facts = {"channel": channel, "error_code": code}
            log.warning("sending waits: the carrier asks for it", extra=facts)

    def _pause(self, channel: str, pause: timedelta, code: str) -> bool:
        """Pause a channel, or prolong its pause; whether it was not paused by us yet.

        Answers that come together are one pause. A person may have ended ours since.
        """
        now = self._clock()
        until = now + pause
        before = self._paused_until.get(channel, now)
        if abs(until - before) > TOGETHER:
            self._outbox.pause(channel, until, code)
            self._paused_until[channel] = until
        return before <= now
