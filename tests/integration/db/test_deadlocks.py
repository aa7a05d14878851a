"""Workers that write to the same replies at once never deadlock.

PostgreSQL would end one of them after a second, and its work would come five later.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text

from gateway.db.models.messages import outbound
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import (
    Consent,
    DeliveryReceipt,
    OutboundMessage,
    SendOutcome,
)
from gateway.domain.resolution import Resolution
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.runtime import Gateway
from tests.support.fakes import PHONE, FakeClock, sms

ROUNDS, REPLIES = 6, 150
LEASE = timedelta(seconds=20)
PATIENCE = timedelta(days=3)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_receipts_and_outcomes_of_the_same_replies_are_written_at_once(
    gateway: Gateway, clock: FakeClock
) -> None:
    log = gateway.database
    with ThreadPoolExecutor() as pool:
        for number in range(ROUNDS):
            replies = sending(gateway, clock, number)
            for reply in replies:
                log.receipts.add(delivered(reply, clock))
            outcomes = [sent(reply) for reply in replies]

            # Written down in the opposite order of the receipts.
            ended = pool.submit(log.outbox.record, outcomes[::-1], clock())
            applied = pool.submit(log.receipts.apply, REPLIES, clock(), PATIENCE)

            ended.result()
            assert applied.result() == REPLIES

    assert log.backlog.count().unsent == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_phone_is_erased_while_a_worker_answers_its_stop(
    gateway: Gateway, clock: FakeClock, engine: Engine
) -> None:
    database = gateway.database
    database.inbox.add(sms("SM1", "bantuan", sender=PHONE))
    gateway.processor.answer_waiting()
    database.inbox.add(sms("SM2", "STOP", sender=PHONE))
    batch = database.inbox.claim(1, clock(), LEASE, 10)
    until = clock() + LEASE
    entry = AuditEntry(clock(), "siti", "letter 12")
    with ThreadPoolExecutor() as pool:
        with database.units_of_work.begin(batch, clock(), until) as unit:
            erased = pool.submit(database.erasure.forget_phone, PHONE, entry)
            while not (erased.done() or waits_for_locks(engine)):
                time.sleep(0.01)
            unit.settle(
                Resolution(batch[0], InboundStatus.ANSWERED, consent=Consent.WITHDRAWN)
            )

        # Both SMS, and the reply to the first.
        assert erased.result() == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_phone_is_erased_while_its_next_sms_is_answered(
    gateway: Gateway, clock: FakeClock, engine: Engine
) -> None:
    database = gateway.database
    database.inbox.add(sms("SM1", "bantuan", sender=PHONE))
    gateway.processor.answer_waiting()
    entry = AuditEntry(clock(), "siti", "letter 12")
    with ThreadPoolExecutor() as pool:
        with engine.begin() as receipts:
            receipts.execute(select(outbound).with_for_update())
            erased = pool.submit(database.erasure.forget_phone, PHONE, entry)
            while not (erased.done() or waits_for_locks(engine)):
                time.sleep(0.01)
            database.inbox.add(sms("SM2", "STOP", sender=PHONE))
            answered = pool.submit(gateway.processor.answer_waiting)
            while not (answered.done() or waits_for_locks(engine) > 1):
                time.sleep(0.01)

        # The first SMS and its reply.
        assert erased.result() == 2
        assert answered.result() == 1
    assert database.suppressions.among({PHONE}) == {PHONE}


def waits_for_locks(engine: Engine) -> int:
    """How many transactions wait for another one."""
    with engine.connect() as connection:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return connection.scalar(waiting) or 0


def sending(
    gateway: Gateway, clock: FakeClock, number: int
) -> Sequence[OutboundMessage]:
    """Replies that the carrier has just taken."""
    for phone in range(REPLIES):
        message = sms(
            f"SM{number}-{phone}", "bantuan", sender=f"+62811{number:03}{phone:04}"
        )
        gateway.database.inbox.add(message)
    while gateway.processor.answer_waiting():
        pass
    clock.pass_time(minutes=1)
    turn = gateway.database.outbox.claim("fake", REPLIES, clock(), LEASE, 1000)
    assert len(turn.messages) == REPLIES
    return turn.messages


def sent(reply: OutboundMessage) -> SendOutcome:
    return SendOutcome(reply.id, 1, OutboundStatus.SENT, provider_id=f"F{reply.id}")


def delivered(reply: OutboundMessage, clock: FakeClock) -> DeliveryReceipt:
    return DeliveryReceipt(
        channel="fake",
        provider_id=f"F{reply.id}",
        status=OutboundStatus.DELIVERED,
        at=clock(),
        error_code=None,
        message_id=reply.id,
        mark=reply.mark,
    )
