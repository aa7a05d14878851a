"""A figure changes on its day, from the SMS that asks to the SMS that answers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.domain.calendar import start_of
from gateway.runtime import Gateway
from tests.support.fakes import FakeChannel, FakeClock, sms


def first_minute(year: int, month: int) -> datetime:
    """Of a month, in Jakarta."""
    return start_of(date(year, month, 1))


def minute_before(year: int, month: int) -> datetime:
    return first_minute(year, month) - timedelta(minutes=1)


def answer(gateway: Gateway, channel: FakeChannel, clock: FakeClock, text: str) -> str:
    gateway.database.inbox.add(sms(text, text, at=clock()))
    gateway.processor.answer_waiting()
    gateway.sender.deliver_due()
    return channel.taken[-1][1].text


@pytest.mark.parametrize(
    ("now", "others", "with_jht", "transport"),
    [
        (minute_before(2026, 4), "16.800", "36.800", "8.400"),
        (first_minute(2026, 4), "8.400", "28.400", "8.400"),
        (minute_before(2027, 1), "8.400", "28.400", "8.400"),
        (first_minute(2027, 1), "16.800", "36.800", "8.400"),
        (minute_before(2027, 4), "16.800", "36.800", "8.400"),
        (first_minute(2027, 4), "16.800", "36.800", "16.800"),
    ],
)
def test_the_next_version_is_told_from_its_first_day_on(
    gateway: Gateway,
    channel: FakeChannel,
    clock: FakeClock,
    now: datetime,
    others: str,
    with_jht: str,
    transport: str,
) -> None:
    clock.now = now

    reported = answer(gateway, channel, clock, "PROGRAM BPU")

    assert f"JKK+JKM Rp{others}, dengan JHT Rp{with_jht}." in reported
    assert f"kurir JKK+JKM Rp{transport}." in reported


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
