"""Pause a channel when its provider's answers show that every reply would fail."""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.channels import ChannelError, SendFault
from gateway.db.database import Database
from gateway.domain.messages import OutboundMessage
from gateway.domain.policy import Policy
from gateway.domain.statuses import OutboundStatus
from gateway.telemetry import metrics

# A refusal may have its reason in one phone, whatever the code says. Refusals of so
# many phones in a row, without a success in between, are a fault of the channel
# (https://github.com/twilio/twilio-php/issues/254).
PHONES_IN_A_ROW = 3
# A limit for a day or an account does not pass within minutes
# (https://www.twilio.com/docs/api/errors/63038).
EXHAUSTED_PAUSE = timedelta(hours=1)
# Answers to concurrent requests within this time cause one pause.
TOGETHER = timedelta(seconds=1)

log = logging.getLogger(__name__)


class ChannelWatch:
    """The state of each channel as one worker sees it; workers share only the pause."""

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
        # Channels with a success since their last doubt.
        self._working: set[str] = set()

    def observe(
        self,
        message: OutboundMessage,
        status: OutboundStatus,
        error: ChannelError | None,
    ) -> None:
        """React to the outcome of an attempt. Raises DatabaseUnavailable."""
        channel = message.channel
        if status is OutboundStatus.SENT:
            self._refused.pop(channel, None)
            self._ask_about_doubts(channel)
        elif status is OutboundStatus.UNKNOWN:
            self._working.discard(channel)
        if error is None:
            return
        if error.fault is SendFault.CONFIGURATION:
            self._count_refusal(message, error.code)
        elif error.fault is SendFault.EXHAUSTED:
            self._stop(channel, EXHAUSTED_PAUSE, error.code, "a limit is used up")
        elif error.fault is SendFault.THROTTLED and error.retry_after:
            self._slow_down(channel, timedelta(seconds=error.retry_after), error.code)

    def _ask_about_doubts(self, channel: str) -> None:
        """Ask about doubtful replies again when a channel works again."""
        if channel not in self._working:
            questions = self._policy.carrier_questions
            count = self._doubtful_replies.ask_again(channel, questions, self._clock())
            self._working.add(channel)
            if count:
                facts = {"channel": channel, "count": count}
                log.info("replies in doubt asked about again", extra=facts)

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
        """Pause a channel, so that no more replies fail; an operator has to act."""
        if self._pause(channel, pause, code):
            metrics.errors.labels(metrics.Where.CONFIGURATION).inc()
            facts = {"channel": channel, "error_code": code}
            log.error("sending paused: %s", why, extra=facts)

    def _slow_down(self, channel: str, pause: timedelta, code: str) -> None:
        if self._pause(channel, pause, code):
            facts = {"channel": channel, "error_code": code}
            log.warning("sending waits: the carrier asks for it", extra=facts)

    def _pause(self, channel: str, pause: timedelta, code: str) -> bool:
        """Pause a channel or prolong its pause; True if this begins a pause.

        Answers within TOGETHER cause one pause, which an operator may already have
        ended.
        """
        now = self._clock()
        until = now + pause
        before = self._paused_until.get(channel, now)
        if abs(until - before) > TOGETHER:
            self._outbox.pause(channel, until, code)
            self._paused_until[channel] = until
        return before <= now
