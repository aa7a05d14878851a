"""Find out what became of replies: from receipts, from the carrier, or by deadline."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.channels import Channel
from gateway.db.database import Database
from gateway.domain.errors import GatewayError
from gateway.domain.messages import OutboundMessage, SendOutcome, Sighting
from gateway.domain.policy import Policy
from gateway.domain.statuses import OutboundStatus
from gateway.outbound.outcome_log import log_outcomes
from gateway.worker.backoff import backoff_delay
from gateway.worker.queue import WorkQueue

# Outlives one request to a carrier (12 s, see channels).
LEASE = timedelta(seconds=20)
QUESTIONS_AT_ONCE = 8
RECEIPTS_AT_ONCE = 256
CLOSED_AT_ONCE = 5_000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reconciler:
    """Brings our statuses in line with what the carriers did.

    `executor` runs up to QUESTIONS_AT_ONCE requests for this class.
    """

    database: Database
    channels: Mapping[str, Channel]
    queue: WorkQueue
    executor: Executor
    policy: Policy
    clock: Callable[[], datetime]

    def apply_receipts(self) -> int:
        """Apply delivery receipts to their replies and return how many."""
        patience = self.policy.receipt_patience
        applied = self.database.receipts.apply(RECEIPTS_AT_ONCE, self.clock(), patience)
        if applied:
            log.info("receipts applied", extra={"count": applied})
        return applied

    def settle_doubts(self) -> int:
        """Ask the carriers about replies in doubt and return how many."""
        batch = self.database.doubtful_replies.claim(
            QUESTIONS_AT_ONCE, self.clock(), LEASE, self.policy.carrier_questions
        )
        answers = self.executor.map(self._ask, batch)
        for message, sightings in zip(batch, answers, strict=True):
            self._settle(message, sightings)
        if batch:
            self.queue.notify("deliver")
        return len(batch)

    def close_late(self) -> int:
        """Close replies that are past their deadline and return how many.

        They were not sent in time, or neither a receipt nor the carrier has confirmed
        that they were sent.
        """
        now, questions = self.clock(), self.policy.carrier_questions
        outbox, doubtful = self.database.outbox, self.database.doubtful_replies
        late, unconfirmed = outbox.close_late(CLOSED_AT_ONCE, now)
        unproven = doubtful.close_overdue(CLOSED_AT_ONCE, now, questions)
        if late or unconfirmed or unproven:
            facts = {"late": late, "unconfirmed": unconfirmed, "unproven": unproven}
            log.warning("replies closed", extra=facts)
        return late + unconfirmed + unproven

    def _ask(self, message: OutboundMessage) -> Sequence[Sighting] | None:
        """The carrier's messages that may be this reply; None without an answer."""
        try:
            return self.channels[message.channel].find_sent(message)
        except Exception as error:
            facts = {"reply_id": message.id, "questions": message.questions}
            log.warning("asking the carrier failed", extra=facts, exc_info=error)
            return None

    def _settle(
        self, message: OutboundMessage, sightings: Sequence[Sighting] | None
    ) -> None:
        """Settle a reply; after an error it is asked about again and stops no other."""
        try:
            outcome = self._record(message, sightings)
            log_outcomes([(message, outcome)], self.clock())
        except GatewayError:
            raise
        except Exception:
            log.exception("settling a doubt failed", extra={"reply_id": message.id})

    def _record(
        self, message: OutboundMessage, sightings: Sequence[Sighting] | None
    ) -> SendOutcome:
        """Record that a reply was sent, was not sent, or is still in doubt."""
        now, policy = self.clock(), self.policy
        later = now + backoff_delay(message.questions, policy.longest_backoff)
        doubt = message.outcome(OutboundStatus.UNKNOWN, again_at=later)
        if sightings is None:
            self.database.outbox.record([doubt], now)
            return doubt
        until = now + policy.receipt_patience
        sent = message.outcome(OutboundStatus.SENT, again_at=until)
        doubtful = self.database.doubtful_replies
        return doubtful.settle(message, sightings, sent, doubt, now)
