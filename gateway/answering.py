"""Answer waiting messages in batches; a bad one never stops the others."""

import logging
import traceback
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from gateway import metrics
from gateway.db.inbox import Settlement
from gateway.db.message_log import MessageLog
from gateway.messages import Consent, WaitingMessage
from gateway.participants import KPJ, Directory, DirectoryUnavailable, Participant
from gateway.policy import Policy
from gateway.queueing import WorkQueue, pause_before
from gateway.responder import ReadMessage, Responder

BATCH = 128
# Answering a batch takes well under a second; a killed worker's messages come back.
LEASE = timedelta(seconds=10)
DIRECTORY_PAUSE = timedelta(seconds=5)
LONGEST_REASON = 40

log = logging.getLogger(__name__)


class Answering:
    """From waiting messages to queued replies."""

    def __init__(
        self,
        message_log: MessageLog,
        directory: Directory,
        queue: WorkQueue,
        responder: Responder,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._inbox = message_log.inbox
        self._directory = directory
        self._queue = queue
        self._responder = responder
        self._policy = policy
        self._clock = clock

    def answer_waiting(self) -> int:
        """Answer one batch; how many messages were taken."""
        now, policy = self._clock(), self._policy
        batch = self._inbox.claim(BATCH, now, LEASE, policy.answer_attempts)
        read = [it for waiting in batch if (it := self._read(waiting))]
        settlements = self._decide(read) if read else []
        expires_at = now + policy.reply_lifetime
        if settlements and self._inbox.settle(settlements, now, expires_at):
            self._queue.nudge("deliver")
        for settlement in settlements:
            _note(settlement)
        return len(batch)

    def give_up(self) -> int:
        """Set aside, for an operator, what was tried too often; how many messages."""
        given_up = self._inbox.give_up(self._clock(), self._policy.answer_attempts)
        if given_up:
            metrics.errors.labels("dead_letter").inc(given_up)
            log.error("messages set aside", extra={"count": given_up})
        return given_up

    def _read(self, waiting: WaitingMessage) -> ReadMessage | None:
        try:
            return self._responder.read(waiting)
        except Exception as error:
            self._failed(waiting, error)
            return None

    def _decide(self, batch: list[ReadMessage]) -> list[Settlement]:
        members = self._look_up({kpj for it in batch if (kpj := it.wanted_kpj)})
        opted_out = self._inbox.opted_out({message.sender for message in batch})
        settlements = []
        for message in batch:
            if settlement := self._settled(message, members, opted_out):
                settlements.append(settlement)
                opted_out = _after(settlement, message.sender, opted_out)
        return settlements

    def _look_up(self, kpjs: Collection[KPJ]) -> Mapping[KPJ, Participant] | None:
        """All the members of a batch at once; None when each has to be tried alone."""
        try:
            return self._directory.find(kpjs) if kpjs else {}
        except Exception:
            log.warning("look-up of a batch failed", extra={"count": len(kpjs)})
            return None

    def _settled(
        self,
        message: ReadMessage,
        members: Mapping[KPJ, Participant] | None,
        opted_out: Collection[str],
    ) -> Settlement | None:
        kpj = message.wanted_kpj
        try:
            if members is None:
                members = self._directory.find({kpj}) if kpj else {}
            return self._responder.settle(message, members, opted_out)
        except DirectoryUnavailable:
            return self._wait_for_directory(message)
        except Exception as error:
            self._failed(message.waiting, error)
            return None

    def _wait_for_directory(self, message: ReadMessage) -> Settlement | None:
        """An outage is no attempt; when it lasts too long the member is told."""
        now, waiting = self._clock(), message.waiting
        metrics.errors.labels("directory").inc()
        if now - waiting.inbound.received_at >= self._policy.reply_lifetime:
            return self._responder.apologise(message)
        until = now + DIRECTORY_PAUSE
        self._inbox.postpone(waiting, until, "directory_unavailable")
        return None

    def _failed(self, waiting: WaitingMessage, error: Exception) -> None:
        metrics.errors.labels("answer").inc()
        facts = {"message_id": waiting.id, "attempt": waiting.attempt}
        log.warning("answering failed", extra=facts, exc_info=error)
        pause = pause_before(waiting.attempt, self._policy.longest_backoff)
        fault = "".join(traceback.format_exception(error))
        reason = type(error).__name__[:LONGEST_REASON]
        self._inbox.failed(waiting, self._clock() + pause, reason, fault)


def _after(settlement: Settlement, sender: str, opted_out: set[str]) -> set[str]:
    """Who is opted out after this message, for the next one in the batch."""
    if settlement.consent is None:
        return opted_out
    if settlement.consent is Consent.GIVEN:
        return opted_out - {sender}
    return opted_out | {sender}


def _note(settlement: Settlement) -> None:
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
