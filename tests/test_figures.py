"""A figure changes on its day, from the SMS that asks to the SMS that answers."""

from datetime import UTC, datetime

import pytest

from gateway.service import Gateway
from tests.fakes import FakeChannel, FakeClock, sms

# The last minute of March 2027 and the first of April, in Jakarta.
LAST_OF_MARCH = datetime(2027, 3, 31, 16, 59, tzinfo=UTC)
FIRST_OF_APRIL = datetime(2027, 3, 31, 17, 0, tzinfo=UTC)


def answer(gateway: Gateway, channel: FakeChannel, clock: FakeClock, text: str) -> str:
    gateway.log.inbox.add(sms(text, text, at=clock()))
    gateway.answering.answer_waiting()
    gateway.delivery.deliver_due()
    return channel.taken[-1][1].text


@pytest.mark.parametrize(
    ("now", "told"),
    [(LAST_OF_MARCH, "Rp8.400"), (FIRST_OF_APRIL, "kurir JKK+JKM Rp16.800")],
)
def test_the_next_version_is_told_from_its_first_day_on(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, now: datetime, told: str
) -> None:
    clock.now = now

    assert told in answer(gateway, channel, clock, "PROGRAM BPU")


@pytest.mark.parametrize("text", ["PROGRAM JP", "CARA KLAIM JP"])
def test_a_figure_without_a_next_version_is_not_told(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, text: str
) -> None:
    clock.now = datetime(2027, 12, 31, 12, 0, tzinfo=UTC)
    before = answer(gateway, channel, clock, text)
    clock.now = datetime(2028, 1, 1, 12, 0, tzinfo=UTC)

    after = answer(gateway, channel, clock, f"{text}?")

    assert "usia 59" in before
    assert "sedang diperbarui" in after
    assert "59" not in after
