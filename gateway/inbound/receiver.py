"""Store SMS and receipts from webhooks, in the database or in the spool."""

import logging
from dataclasses import dataclass

from gateway.channels import Acknowledgement, Channel, WebhookRequest
from gateway.db.database import Database
from gateway.domain.errors import DatabaseUnavailable
from gateway.domain.messages import DeliveryReceipt, InboundMessage
from gateway.inbound.spool import Spool
from gateway.telemetry import metrics
from gateway.worker.queue import WorkQueue

# How long to wait before trying the database again: most outages last a moment.
RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Receiver:
    """Verifies and parses webhooks, stores them once, and wakes the workers."""

    database: Database
    spool: Spool
    queue: WorkQueue

    def receive(self, channel: Channel, request: WebhookRequest) -> Acknowledgement:
        """Store an SMS; a repeated webhook is acknowledged and not stored again.

        Raises NotAuthentic, MalformedRequest, and SpoolFull if it cannot be stored.
        """
        channel.verify(request)
        message = channel.parse_inbound(request)
        if not self._store_or_spool(message):
            metrics.repeated.labels(channel.name).inc()
            facts = {"channel": channel.name, "provider_id": message.provider_id}
            log.info("arrived again", extra=facts)
            return channel.acknowledge()
        metrics.received.labels(channel.name).inc()
        self.queue.notify("answer")
        return channel.acknowledge()

    def record_receipt(
        self, channel: Channel, request: WebhookRequest
    ) -> Acknowledgement:
        """Store a delivery receipt; a worker applies it.

        Raises NotAuthentic, MalformedRequest, and SpoolFull if it cannot be stored.
        """
        channel.verify(request)
        receipt = channel.parse_receipt(request)
        if receipt is not None:
            self._store_or_spool(receipt)
            metrics.receipts.labels(channel.name, receipt.status).inc()
            self.queue.notify("receipts")
        return channel.acknowledge()

    def take_in_spooled(self) -> int:
        """Move spooled SMS and receipts into the database and return how many."""
        taken = self.spool.take_in(self._store_late)
        if taken:
            log.info("spooled messages taken in", extra={"count": taken})
            self.queue.notify("answer")
            self.queue.notify("receipts")
        return taken

    def _store_or_spool(self, arrival: InboundMessage | DeliveryReceipt) -> bool:
        """Whether an arrival is new.

        Spool it after any error, because most carriers do not retry after a 500.
        """
        try:
            return self._store(arrival)
        except Exception as error:
            self.spool.put(arrival)
            metrics.spooled.labels(arrival.channel).inc()
            is_expected = isinstance(error, DatabaseUnavailable)
            why = str(error) if is_expected else type(error).__name__
            log.warning("spooled", extra={"channel": arrival.channel, "why": why})
            self.queue.notify("spool", RETRY_SECONDS)
            return True

    def _store(self, arrival: InboundMessage | DeliveryReceipt) -> bool:
        if isinstance(arrival, DeliveryReceipt):
            self.database.receipts.add(arrival)
            return True
        return self.database.inbox.add(arrival) is not None

    def _store_late(self, arrival: InboundMessage | DeliveryReceipt) -> None:
        """Store a spooled arrival; the next purge covers its time of arrival again."""
        self._store(arrival)
        if isinstance(arrival, InboundMessage):
            self.database.purging.move_watermark_back(arrival.received_at)
