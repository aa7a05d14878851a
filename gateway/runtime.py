"""The use cases: receive, answer, deliver, record receipts, sweep, purge."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.backoffice.enrolment_review import EnrolmentReview
from gateway.backoffice.manual_replies import ManualReplies
from gateway.channels import Acknowledgement, Channel, WebhookRequest
from gateway.db.database import Database
from gateway.domain.errors import DatabaseUnavailable
from gateway.domain.messages import DeliveryReceipt, InboundMessage
from gateway.domain.participants import Directory
from gateway.domain.policy import Policy
from gateway.inbound.processor import InboundProcessor
from gateway.inbound.spool import Spool
from gateway.outbound.reminders import Reminders
from gateway.outbound.sender import Sender
from gateway.telemetry import metrics
from gateway.worker.backoff import WorkQueue

# After how long to see whether the database was away for a moment only.
BLIP_SECONDS = 1.0

log = logging.getLogger(__name__)


class Gateway:
    """One SMS, its whole way."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        channels: Mapping[str, Channel],
        queue: WorkQueue,
        spool: Spool,
        answering: InboundProcessor,
        delivery: Sender,
        policy: Policy,
        clock: Callable[[], datetime],
        enrolment_review: EnrolmentReview,
        manual_replies: ManualReplies,
        reminding: Reminders,
    ) -> None:
        self.log = database
        self.enrolment_review = enrolment_review
        self.manual_replies = manual_replies
        self.reminding = reminding
        self.directory = directory
        self.channels = channels
        self.answering = answering
        self.delivery = delivery
        self._queue = queue
        self._spool = spool
        self.policy = policy
        self._clock = clock

    def receive(self, channel: Channel, request: WebhookRequest) -> Acknowledgement:
        """Store an SMS once, then say so.

        Raises NotAuthentic, MalformedRequest; SpoolFull when it can be kept nowhere.
        """
        channel.verify(request)
        message = channel.parse_inbound(request)
        if not self._keep(message):
            metrics.repeated.labels(channel.name).inc()
            facts = {"channel": channel.name, "provider_id": message.provider_id}
            log.info("arrived again", extra=facts)
            return channel.acknowledge()
        metrics.received.labels(channel.name).inc()
        self._queue.notify("answer")
        return channel.acknowledge()

    def record_receipt(
        self, channel: Channel, request: WebhookRequest
    ) -> Acknowledgement:
        """Keep a delivery receipt; a worker applies it.

        Raises NotAuthentic, MalformedRequest; SpoolFull when it can be kept nowhere.
        """
        channel.verify(request)
        receipt = channel.parse_receipt(request)
        if receipt is not None:
            self._keep(receipt)
            metrics.receipts.labels(channel.name, receipt.status).inc()
            self._queue.notify("receipts")
        return channel.acknowledge()

    def _keep(self, arrived: InboundMessage | DeliveryReceipt) -> bool:
        """In the database, or on disk where that fails; False if it was there.

        Whatever the reason: most carriers bring nothing again that we answer with 500.
        """
        try:
            return self.log.keep(arrived)
        except Exception as error:
            self._spool.put(arrived)
            metrics.spooled.labels(arrived.channel).inc()
            is_expected = isinstance(error, DatabaseUnavailable)
            why = str(error) if is_expected else type(error).__name__
            log.warning("spooled", extra={"channel": arrived.channel, "why": why})
            self._queue.notify("spool", BLIP_SECONDS)
            return True

    def take_in_spooled(self) -> int:
        """Bring what was spooled to the database; how much. Quiet while it is away."""
        taken = self._spool.take_in(self._keep_late)
        if taken:
            log.info("spooled messages taken in", extra={"count": taken})
            self._queue.notify("answer")
            self._queue.notify("receipts")
        return taken

    def _keep_late(self, arrived: InboundMessage | DeliveryReceipt) -> None:
        """An SMS that waited on disk may be of a time that others are done with."""
        self.log.keep(arrived)
        if isinstance(arrived, InboundMessage):
            self.log.rollups.forget(arrived.received_at)
            self.log.purging.look_again(arrived.received_at)

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
            self.answering.give_up,
            self.delivery.settle_doubts,
            self.delivery.close_late,
            self.delivery.deliver_due,
            self.delivery.apply_receipts,
        ):
            while done := work():
                moved += done
        return moved

    def tally(self) -> int:
        """Count minutes and quarters of an hour that are over; how many.

        0 where few are left: they wait until it is looked again, or what is taken from
        disk meanwhile would have its quarter counted without end.
        """
        counted = self.log.rollups.count(self._clock())
        return counted if counted >= self.log.rollups.batch else 0

    def purge(self) -> int:
        """End what rests for too long, drop what is past retention; how many rows."""
        now = self._clock()
        self.log.suppressions.end_lapsed(now)
        rows = self.log.purging.purge(
            now - self.policy.keep_texts, now - self.policy.keep_messages
        )
        log.info("purged", extra={"rows": rows})
        return rows
