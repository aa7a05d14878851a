"""Reminders go out by day, in the member's own time, spread over days."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.participants import TimeZone
from gateway.domain.reminder_schedule import (
    SLOTS,
    Campaign,
    ReminderKind,
    campaigns_at,
    closes_at,
)

OFFSETS: list[str | None] = [None, *(zone.value for zone in TimeZone)]
MOMENTS = st.integers(0, 8 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def at(text: str) -> datetime:
    """A moment in Jakarta."""
    return datetime.fromisoformat(f"{text}+07:00")


def only(moment: datetime) -> Campaign:
    [campaign] = campaigns_at(moment)
    return campaign


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-19T12:00", []),
        ("2026-11-20T00:00", ["contribution 2026-11"]),
        ("2026-11-30T23:59", ["contribution 2026-11"]),
        ("2026-12-01T00:00", []),
        ("2027-02-01T00:00", ["balance 2026"]),
        ("2027-02-28T12:00", ["contribution 2027-02", "balance 2026"]),
        ("2027-03-01T00:00", []),
    ],
)
def test_campaigns_have_their_days(moment: str, expected: list[str]) -> None:
    found = [
        f"{campaign.kind} {campaign.period}" for campaign in campaigns_at(at(moment))
    ]

    assert found == expected


@pytest.mark.parametrize(
    ("offset", "moment", "is_open"),
    [
        ("+07:00", "2026-11-21T07:59", False),
        ("+07:00", "2026-11-21T08:01", True),
        ("+07:00", "2026-11-21T19:59", True),
        ("+07:00", "2026-11-21T20:00", False),
        # Papua is two hours ahead of Jakarta.
        ("+09:00", "2026-11-21T06:01", True),
        ("+09:00", "2026-11-21T18:00", False),
        # Where it is not known, only while it is day everywhere.
        (None, "2026-11-21T07:59", False),
        (None, "2026-11-21T08:01", True),
        (None, "2026-11-21T18:00", False),
    ],
)
def test_nobody_is_woken(offset: str | None, moment: str, is_open: bool) -> None:
    campaign = only(at(moment))

    assert bool(campaign.slots_due(at(moment), offset)) is is_open


def test_slots_come_up_one_after_the_other() -> None:
    campaign = only(at("2026-11-20T12:00"))
    due = [
        campaign.slots_due(at(f"2026-11-{day}T{hour:02}:00"), "+07:00")
        for day in range(20, 26)
        for hour in range(8, 20)
    ]

    assert due == sorted(due)
    assert due[0] == 0
    assert due[36] == SLOTS // 2
    assert campaign.slots_due(at("2026-11-26T08:00"), "+07:00") == SLOTS


@given(moment=MOMENTS, offset=st.sampled_from(OFFSETS))
def test_whatever_goes_out_arrives_between_eight_and_eight(
    moment: datetime, offset: str | None
) -> None:
    for campaign in campaigns_at(moment):
        if campaign.slots_due(moment, offset):
            for zone in [offset] if offset else [item.value for item in TimeZone]:
                local = moment + timedelta(hours=int(zone[1:3]))
                until = closes_at(moment, offset) + timedelta(hours=int(zone[1:3]))
                assert 8 <= local.hour < 20
                assert until.astimezone(UTC).hour <= 20
            assert closes_at(moment, offset) > moment


@given(moment=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=12)))
def test_what_is_due_stays_due_in_the_open_hours_of_a_campaign(
    moment: datetime, later: timedelta
) -> None:
    campaign = Campaign(ReminderKind.CONTRIBUTION, "x", moment.date(), 6)
    before = campaign.slots_due(moment, "+07:00")
    after = campaign.slots_due(moment + later, "+07:00")

    assert after == 0 or after >= before
