"""What operators decide wakes the worker that has to act on it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, update

from gateway.db.models.messages import inbound
from gateway.domain.audit import AuditEntry
from gateway.domain.statuses import InboundStatus
from gateway.runtime import Gateway
from tests.support.fakes import FakeChannel, FakeClock, FakeQueue, sms

Decide = Callable[[Gateway, AuditEntry], object]
DECISIONS: dict[str, tuple[Decide, str]] = {
    "retry": (lambda gateway, entry: gateway.dead_letters.retry(1, entry), "answer"),
    "unsent": (
        lambda gateway, entry: gateway.dead_letters.mark_unsent(1, entry),
        "deliver",
    ),
    "all unsent": (
        lambda gateway, entry: gateway.dead_letters.mark_all_unsent(1, entry),
        "deliver",
    ),
    "resume": (
        lambda gateway, entry: gateway.channel_control.resume("fake", entry),
        "deliver",
    ),
}


@pytest.mark.parametrize(("decide", "task"), DECISIONS.values(), ids=DECISIONS)
def test_a_decision_wakes_a_worker(
    gateway: Gateway, queue: FakeQueue, clock: FakeClock, decide: Decide, task: str
) -> None:
    decide(gateway, AuditEntry(clock(), "officer"))

    assert queue.notified == [task]


def test_a_dead_letter_that_is_retried_is_answered(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
) -> None:
    gateway.database.inbox.add(sms("SM1", "BANTUAN", at=clock()))
    with engine.begin() as connection:
        failed = {"status": InboundStatus.FAILED, "reason": "KeyError"}
        connection.execute(update(inbound).values(failed))

    assert gateway.dead_letters.retry(1, AuditEntry(clock(), "officer"))
    gateway.sweep()

    assert len(channel.texts) == 1
    assert not gateway.dead_letters.retry(1, AuditEntry(clock(), "officer"))


def test_nothing_is_sent_on_a_channel_from_pause_to_resume(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    entry = AuditEntry(clock(), "officer")
    gateway.channel_control.pause("fake", entry)
    gateway.database.inbox.add(sms("SM1", "BANTUAN", at=clock()))
    gateway.sweep()
    assert channel.texts == []

    assert gateway.channel_control.resume("fake", entry)
    gateway.sweep()

    assert len(channel.texts) == 1
