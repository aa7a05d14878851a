"""A figure changes on its day, from the SMS that asks to the SMS that answers."""

from datetime import date, datetime, timedelta

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

    dues = answer(gateway, channel, clock, "PROGRAM BPU")
    dues_of_drivers = answer(gateway, channel, clock, "IURAN OJOL")

    assert f"Rp{others} " in dues
    assert f"Rp{with_jht} dengan JHT" in dues
    assert f"Rp{transport} per bulan" in dues_of_drivers


@pytest.mark.parametrize("text", ["PROGRAM JP", "CARA KLAIM JP"])
def test_the_age_of_the_pension_rises_on_its_day(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, text: str
) -> None:
    clock.now = minute_before(2028, 1)
    before = answer(gateway, channel, clock, text)
    clock.now = first_minute(2028, 1)

    after = answer(gateway, channel, clock, f"{text}?")

    assert "usia 59" in before
    assert "usia 60" in after


def test_when_a_relief_has_ended_its_end_is_not_told(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    clock.now = minute_before(2027, 1)
    before = answer(gateway, channel, clock, "PROGRAM BPU")
    clock.now = first_minute(2027, 1)

    after = answer(gateway, channel, clock, "PROGRAM BPU?")

    assert "sampai 31-12-2026" in before
    assert "sampai" not in after
