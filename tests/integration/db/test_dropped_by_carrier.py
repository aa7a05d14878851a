"""The carrier drops a reply before we have recorded that it took it."""

from datetime import timedelta

from sqlalchemy import Engine, select

from gateway.db.models.messages import outbound
from gateway.domain.messages import (
    DeliveryReceipt,
    OutboundMessage,
    ReceiptMeaning,
    SendOutcome,
)
from gateway.domain.statuses import OutboundStatus
from gateway.runtime import Gateway
from tests.support.fakes import FakeClock, sms

LEASE = timedelta(seconds=20)
PATIENCE = timedelta(days=3)


def claimed(gateway: Gateway, clock: FakeClock) -> OutboundMessage:
    (message,) = gateway.database.outbox.claim("fake", 1, clock(), LEASE, 1000).messages
    return message


def tell(
    gateway: Gateway,
    reply: OutboundMessage,
    clock: FakeClock,
    status: OutboundStatus,
    meaning: ReceiptMeaning | None = None,
) -> None:
    """Bring a receipt of the first attempt, before its outcome is on record."""
    gateway.database.receipts.add(
        DeliveryReceipt(
            *("fake", "F1", status, clock()),
            message_id=reply.id,
            mark=reply.mark,
            meaning=meaning,
        )
    )
    gateway.database.receipts.apply(10, clock(), PATIENCE)


def test_the_outcome_of_a_dropped_attempt_comes_too_late(
    gateway: Gateway, clock: FakeClock, engine: Engine
) -> None:
    """Field report F11: receipts of an attempt may overtake its own answer."""
    gateway.database.inbox.add(sms("SM1", "bantuan"))
    gateway.processor.answer_waiting()
    clock.pass_time(minutes=1)
    first = claimed(gateway, clock)
    tell(gateway, first, clock, OutboundStatus.SENT)
    tell(gateway, first, clock, OutboundStatus.UNDELIVERED, ReceiptMeaning.DROPPED)

    taken = SendOutcome(first.id, 1, OutboundStatus.SENT, provider_id="F1")
    gateway.database.outbox.record([taken], clock())

    query = select(outbound.c.status, outbound.c.provider_id)
    with engine.connect() as connection:
        assert connection.execute(query).one() == (OutboundStatus.QUEUED, None)
    clock.pass_time(minutes=1)
    second = claimed(gateway, clock)
    # The answer to the first attempt may be even later.
    gateway.database.outbox.record([taken], clock())
    taken = SendOutcome(second.id, 2, OutboundStatus.SENT, provider_id="F2")
    gateway.database.outbox.record([taken], clock())
    with engine.connect() as connection:
        assert connection.execute(query).one() == (OutboundStatus.SENT, "F2")


def test_a_reply_that_was_dropped_after_days_is_not_sent_again(
    gateway: Gateway, clock: FakeClock, engine: Engine
) -> None:
    """Its text is erased; the log says that it was not delivered."""
    gateway.database.inbox.add(sms("SM1", "bantuan"))
    gateway.processor.answer_waiting()
    first = claimed(gateway, clock)
    sent = OutboundStatus.SENT
    taken = SendOutcome(first.id, 1, sent, "F1", again_at=clock() + PATIENCE)
    gateway.database.outbox.record([taken], clock())
    clock.pass_time(days=4)
    gateway.database.outbox.close_late(10, clock())

    tell(gateway, first, clock, OutboundStatus.UNDELIVERED, ReceiptMeaning.DROPPED)

    query = select(outbound.c.status, outbound.c.provider_id)
    with engine.connect() as connection:
        assert connection.execute(query).one() == (OutboundStatus.UNDELIVERED, "F1")
    assert gateway.database.outbox.close_late(10, clock()) == (0, 0)
