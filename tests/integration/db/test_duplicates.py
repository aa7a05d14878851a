"""The same SMS under a second carrier id, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select

from gateway.channels import ChannelError, SendFault
from gateway.db.messages.duplicates import WINDOW
from gateway.db.models.messages import inbound
from gateway.domain.messages import DeliveryReceipt, IgnoreReason
from gateway.domain.statuses import OutboundStatus
from gateway.runtime import Gateway
from tests.support.fakes import OTHER_PHONE, FakeChannel, FakeClock, sms

SALDO = "SALDO 61000000019"
ALMOST = WINDOW - timedelta(seconds=1)
LONGER = WINDOW + timedelta(seconds=1)
Bring = Callable[..., None]


@pytest.fixture
def bring(gateway: Gateway, clock: FakeClock) -> Bring:
    """An SMS under an id of its own; it is answered at once unless it `waits`."""
    ids = iter(range(1_000))

    def bring(text: str = SALDO, *, waits: bool = False, **manner: Any) -> None:
        message = sms(f"SM{next(ids)}", text, at=clock.now)
        gateway.database.inbox.add(replace(message, **manner))
        if not waits:
            gateway.sweep()

    return bring


def reasons(engine: Engine) -> list[str | None]:
    with engine.connect() as connection:
        return list(connection.scalars(select(inbound.c.reason).order_by(inbound.c.id)))


@pytest.mark.parametrize("waits", [True, False], ids=["in one batch", "one by one"])
def test_the_same_sms_under_two_ids_is_answered_once(
    gateway: Gateway, channel: FakeChannel, engine: Engine, bring: Bring, waits: bool
) -> None:
    """Field report F13: the second has its reason on record."""
    bring(waits=waits)
    bring(waits=waits)
    gateway.sweep()

    assert len(channel.taken) == 1
    assert reasons(engine) == [None, IgnoreReason.REPEATED]


def test_copies_are_repeats_of_the_first_and_not_of_each_other(
    channel: FakeChannel, clock: FakeClock, bring: Bring
) -> None:
    """Field report F13: who goes on asking hears again after the window."""
    for _ in range(5):
        bring()
        clock.now += ALMOST / 2

    assert len(channel.taken) == 2


@pytest.mark.parametrize(("after", "replies"), [(ALMOST, 1), (WINDOW, 1), (LONGER, 2)])
def test_who_asks_again_later_is_answered_again(
    channel: FakeChannel,
    clock: FakeClock,
    bring: Bring,
    after: timedelta,
    replies: int,
) -> None:
    """Field report F13: a repeat comes within a minute."""
    bring()
    clock.now += after
    bring()

    assert len(channel.taken) == replies


def test_a_web_server_whose_clock_is_behind_brings_a_repeat_all_the_same(
    channel: FakeChannel, clock: FakeClock, bring: Bring
) -> None:
    """Field report F13: the second copy seems to have come before the first."""
    bring()
    bring(received_at=clock.now - ALMOST)

    assert len(channel.taken) == 1


@pytest.mark.parametrize(
    "manner",
    [
        {"sender": OTHER_PHONE},
        {"text": "STATUS 61000000019"},
        {"text": f"{SALDO} "},
        {"recipient": "+15005550007"},
        {"channel": "another"},
    ],
    ids=["phone", "keyword", "space", "recipient", "channel"],
)
def test_another_sms_is_no_repeat(
    engine: Engine, bring: Bring, manner: dict[str, str]
) -> None:
    """Field report F13: channel, sender, recipient and text must be the same.

    Field report W78: so two SMS of one phone in the same second are two.
    """
    bring()
    bring(**manner)

    assert reasons(engine) == [None, None]


def test_what_comes_after_another_sms_is_no_repeat(
    channel: FakeChannel, engine: Engine, bring: Bring
) -> None:
    """Field report F13: STOP, MULAI, STOP within a minute ends with STOP."""
    for text in ("STOP", "MULAI", "STOP", SALDO):
        bring(text)

    assert reasons(engine) == [None, None, None, IgnoreReason.OPTED_OUT]


def test_stop_twice_is_heeded_and_told_once(
    channel: FakeChannel, engine: Engine, bring: Bring
) -> None:
    """Field report F13: nobody is written to after the second STOP."""
    for text in ("STOP", "STOP", SALDO):
        bring(text)

    assert len(channel.taken) == 1
    assert reasons(engine)[1:] == [IgnoreReason.OPTED_OUT] * 2


def test_a_repeat_uses_up_no_limit(channel: FakeChannel, bring: Bring) -> None:
    """Field report F13: a carrier's copies are not the member's questions."""
    for _ in range(30):
        bring()
    bring("STATUS 61000000019")

    assert len(channel.taken) == 2


def test_what_cannot_be_used_keeps_its_own_reason(engine: Engine, bring: Bring) -> None:
    for _ in range(2):
        bring(flaw=IgnoreReason.OTHER_NUMBER)

    assert reasons(engine) == [IgnoreReason.OTHER_NUMBER] * 2


def test_an_sms_whose_text_was_purged_is_compared_with_nothing(
    channel: FakeChannel, engine: Engine, bring: Bring
) -> None:
    bring()
    with engine.begin() as connection:
        connection.execute(inbound.update().values(text_index=None))
    bring()

    assert len(channel.taken) == 2


def test_of_two_copies_at_once_one_is_answered(
    gateway: Gateway, channel: FakeChannel, engine: Engine, clock: FakeClock
) -> None:
    """Field report F13: two web servers and two workers in the same moment."""
    barrier = Barrier(2)

    def bring_and_answer(number: int) -> None:
        barrier.wait()
        gateway.database.inbox.add(sms(f"SM{number}", SALDO, at=clock.now))
        gateway.processor.answer_waiting()

    for turn in range(10):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(bring_and_answer, (2 * turn, 2 * turn + 1)))
        gateway.sweep()
        clock.now += LONGER

    assert len(channel.taken) == 10
    assert reasons(engine).count(IgnoreReason.REPEATED) == 10


def test_a_copy_that_is_committed_later_under_an_earlier_id_is_the_repeat(
    gateway: Gateway, channel: FakeChannel, engine: Engine, clock: FakeClock
) -> None:
    """Field report F13: ids are given out before transactions end."""
    for number in range(2):
        gateway.database.inbox.add(sms(f"SM{number}", SALDO, at=clock.now))
    first = select(inbound).order_by(inbound.c.id).limit(1)
    with engine.begin() as connection:
        row = connection.execute(first).mappings().one()
        connection.execute(delete(inbound).where(inbound.c.id == row["id"]))
    gateway.sweep()

    with engine.begin() as connection:
        connection.execute(inbound.insert().values(**row))
    gateway.sweep()

    assert len(channel.taken) == 1
    assert reasons(engine) == [IgnoreReason.REPEATED, None]


@pytest.mark.parametrize("waits", [True, False], ids=["in one batch", "one by one"])
def test_a_copy_that_waited_in_the_spool_is_a_repeat_whatever_came_meanwhile(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, bring: Bring, waits: bool
) -> None:
    """Field report W71: it is stored behind an SMS that the member sent after it."""
    bring()
    came_at = clock.now + timedelta(seconds=3)
    clock.pass_time(seconds=30)
    bring("BANTUAN", waits=waits)
    bring(received_at=came_at, waits=waits)
    gateway.sweep()

    assert len(channel.taken) == 2


@pytest.mark.parametrize("fault", ["refused", "undelivered"])
def test_who_was_not_reached_and_asks_again_is_answered(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, bring: Bring, fault: str
) -> None:
    """Field report W72: a repeat is silenced because its first copy was answered."""
    if fault == "refused":
        channel.faults = [ChannelError("30003", SendFault.PERMANENT)]
    bring()
    if fault == "undelivered":
        lost = DeliveryReceipt("fake", "F1", OutboundStatus.UNDELIVERED, clock.now)
        gateway.database.receipts.add(lost)
        gateway.sweep()
    heard_before = len(channel.taken)
    clock.pass_time(seconds=20)
    for _ in range(2):
        bring()

    assert len(channel.taken) == heard_before + 1


def test_what_comes_after_an_sms_whose_reply_failed_is_no_repeat_of_one_before(
    channel: FakeChannel, engine: Engine, bring: Bring
) -> None:
    """Field report W72: STOP, MULAI, STOP counts though MULAI's answer failed."""
    bring("STOP")
    channel.faults = [ChannelError("30003", SendFault.PERMANENT)]
    for text in ("MULAI", "STOP", SALDO):
        bring(text)

    assert reasons(engine) == [None, None, None, IgnoreReason.OPTED_OUT]
