"""Times written under a wrong clock neither block anything nor let anything through."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import OperationalError

from gateway.db.core.engine import translated_errors
from gateway.db.database import Database
from gateway.db.messages.channel_state import BY_OPERATOR
from gateway.db.models.messages import inbound
from gateway.db.models.operations import channels
from gateway.domain.audit import AuditEntry
from gateway.domain.errors import DatabaseUnavailable
from gateway.inbound import processor
from gateway.runtime import Gateway
from tests.support.fakes import FakeClock, sms
from tests.support.processes import wait_until

LEASE = timedelta(seconds=20)
RATE = 5.0
WAITING = 60
CHANNEL = "fake"


@pytest.fixture
def queued(gateway: Gateway) -> Database:
    """Replies to some phones wait."""
    for number in range(WAITING):
        phone = f"+62811{number:07}"
        gateway.database.inbox.add(sms(f"SM{number}", "bantuan", sender=phone))
    gateway.processor.answer_waiting()
    return gateway.database


def claimed(log: Database, clock: FakeClock) -> int:
    return len(log.outbox.claim(CHANNEL, 64, clock(), LEASE, RATE).messages)


@pytest.mark.parametrize("ahead", [0.5, 1.8, 90.0, 500.0])
def test_a_rate_that_a_clock_ahead_has_used_up_lets_nothing_through_at_once(
    queued: Database, clock: FakeClock, ahead: float
) -> None:
    """Field report F5: no room is no reply, and not an error or all there are."""
    clock.pass_time(seconds=ahead)
    assert claimed(queued, clock) == RATE
    clock.pass_time(seconds=-ahead)

    assert claimed(queued, clock) == 0


@pytest.mark.parametrize("ahead", [0.5, 1.8, 90.0, 500.0])
def test_a_channel_keeps_its_rate_after_a_clock_was_ahead(
    queued: Database, clock: FakeClock, ahead: float
) -> None:
    """Field report 5: five a second stay five a second, whatever a clock has left."""
    clock.pass_time(seconds=ahead)
    claimed(queued, clock)
    clock.pass_time(seconds=-ahead)
    claimed(queued, clock)

    taken = 0
    for _ in range(40):
        clock.pass_time(seconds=0.1)
        taken += claimed(queued, clock)

    assert 10 <= taken <= 20


def test_a_channel_that_takes_less_than_one_a_second_still_sends(
    queued: Database, clock: FakeClock
) -> None:
    """One in two seconds is slow, and not never."""
    taken = []
    for _ in range(8):
        clock.pass_time(seconds=1)
        taken.append(
            len(queued.outbox.claim(CHANNEL, 64, clock(), LEASE, 0.5).messages)
        )

    assert 3 <= sum(taken) <= 5


def test_a_pause_by_a_clock_that_was_years_ahead_is_over(
    queued: Database, clock: FakeClock
) -> None:
    """Field report 5: only a person stops a channel for longer than a day."""
    queued.outbox.pause(CHANNEL, clock() + timedelta(days=4_000), "20003")

    assert claimed(queued, clock) == 0
    clock.pass_time(seconds=1)
    assert claimed(queued, clock) == RATE


def test_a_pause_that_a_wrong_clock_left_behind_gives_way_to_a_real_one(
    queued: Database, clock: FakeClock
) -> None:
    """Field report 5: a channel that is refused again must not go on for years."""
    queued.outbox.pause(CHANNEL, clock() + timedelta(days=4_000), "20003")
    claimed(queued, clock)
    queued.outbox.pause(CHANNEL, clock() + timedelta(minutes=1), "20003")

    clock.pass_time(seconds=30)
    assert claimed(queued, clock) == 0
    clock.pass_time(seconds=31)
    assert claimed(queued, clock) == RATE


def test_a_pause_by_hand_lasts_until_it_is_lifted(
    queued: Database, clock: FakeClock, engine: Engine
) -> None:
    queued.channels.pause(CHANNEL, AuditEntry(clock(), "an operator", "a reason"))
    clock.pass_time(days=4_000)

    assert claimed(queued, clock) == 0
    with engine.connect() as connection:
        assert connection.scalar(select(channels.c.pause_code)) == BY_OPERATOR


def test_sms_that_came_by_a_clock_ahead_are_answered_all_the_same(
    gateway: Gateway, clock: FakeClock
) -> None:
    """Field report 6: an SMS that is said to come in an hour does not wait for it."""
    gateway.database.inbox.add(sms("SM1", "bantuan", at=clock() + timedelta(hours=1)))

    gateway.processor.give_up()
    gateway.processor.answer_waiting()

    assert gateway.database.backlog.count().unanswered == 0


def test_an_sms_that_waits_for_its_next_attempt_goes_on_waiting(
    gateway: Gateway, clock: FakeClock, engine: Engine
) -> None:
    soon = clock() + gateway.policy.longest_backoff
    gateway.database.inbox.add(sms("SM1", "bantuan"))
    with engine.begin() as connection:
        connection.execute(update(inbound).values(next_attempt_at=soon))

    gateway.processor.give_up()

    assert gateway.processor.answer_waiting() == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_that_is_frozen_amid_a_transaction_holds_up_nobody_for_a_lease(
    gateway: Gateway, engine: Engine
) -> None:
    """Field report 27: its locks end with its session, before its lease does."""
    gateway.database.inbox.add(sms("SM1", "bantuan"))
    one_row = select(inbound.c.id).with_for_update(nowait=True)

    def can_be_locked() -> bool:
        try:
            with engine.begin() as connection:
                return connection.execute(one_row).one() is not None
        except OperationalError:
            return False

    def freeze() -> None:
        with translated_errors(), engine.begin() as frozen:
            frozen.execute(one_row)
            assert not can_be_locked()
            wait_until(can_be_locked, "its locks", processor.LEASE.total_seconds(), 0.2)
            frozen.execute(one_row)

    with pytest.raises(DatabaseUnavailable):
        freeze()
