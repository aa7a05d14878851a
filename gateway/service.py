"""The use cases: receive, answer, deliver, record receipts, sweep, purge."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from gateway import metrics
from gateway.answering import Answering
from gateway.channels import Acknowledgement, Channel, WebhookRequest
from gateway.db.message_log import MessageLog
from gateway.delivery import Delivery
from gateway.messages import DatabaseUnavailable
from gateway.queueing import WorkQueue
from gateway.spool import Spool

KEEP_TEXTS = timedelta(days=90)
KEEP_MESSAGES = timedelta(days=365)

log = logging.getLogger(__name__)


class Gateway:
    """One SMS, its whole way."""

    def __init__(
        self,
        message_log: MessageLog,
        channels: Mapping[str, Channel],
        queue: WorkQueue,
        spool: Spool,
        answering: Answering,
        delivery: Delivery,
        clock: Callable[[], datetime],
    ) -> None:
        self.log = message_log
        self.channels = channels
        self.answering = answering
        self.delivery = delivery
        self._queue = queue
        self._spool = spool
        self._clock = clock

    def receive(self, channel: Channel, request: WebhookRequest) -> Acknowledgement:
        """Store an SMS once, then say so.

        Raises NotAuthentic, MalformedRequest; SpoolFull when it can be kept nowhere.
        """
        channel.verify(request)
        message = channel.parse_inbound(request)
        try:
            message_id = self.log.inbox.add(message)
        except DatabaseUnavailable:
            self._spool.put(message)
            metrics.spooled.labels(channel.name).inc()
            log.warning("message spooled", extra={"channel": channel.name})
            return channel.acknowledge()
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
            facts = {"reply_id": receipt.message_id, "status": receipt.status}
            log.info("receipt applied" if known else "receipt parked", extra=facts)
        return channel.acknowledge()

    def take_in_spooled(self) -> int:
        """Bring spooled messages to the database; how many. Quiet while it is away."""
        try:
            taken = self._spool.take_in(self.log.inbox.add)
        except DatabaseUnavailable:
            return 0
        if taken:
            log.info("spooled messages taken in", extra={"count": taken})
            self._queue.nudge("answer")
        return taken

    def close(self) -> None:
        """Let go of threads and connections; nothing can be done afterwards."""
        self.delivery.close()
        self.log.close()

    def sweep(self) -> int:
        """Do everything that stands still, once; how many messages were moved."""
        moved = 0
        for work in (
            self.take_in_spooled,
            self.answering.answer_waiting,
            self.delivery.settle_doubts,
            self.delivery.tidy,
            self.delivery.deliver_due,
        ):
            while done := work():
                moved += done
        return moved

    def purge(self) -> int:
        """Drop texts and messages that are past retention; how many rows."""
        now = self._clock()
        rows = self.log.purge(now - KEEP_TEXTS, now - KEEP_MESSAGES)
        log.info("purged", extra={"rows": rows})
        return rows
