"""A month is missing only when it is due, listed and unpaid."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.directory.records import latest
from gateway.domain.contribution_months import (
    DAYS_TO_POST,
    is_listed,
    last_due_month,
    missing_months,
)
from gateway.domain.participants import (
    Contribution,
    MembershipStatus,
    Participant,
    Segment,
)
from tests.support.fakes import MEMBER

DUE_DAY = 15
PAID = replace(MEMBER, contributions=(Contribution(date(2026, 10, 1), 1, 1),))
BPU = replace(PAID, segment=Segment.BPU)
S = MembershipStatus


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_no_month_is_due_before_the_fifteenth_of_the_next_one(today: date) -> None:
    due = last_due_month(PAID, DUE_DAY, today)

    months_ago = (today.year - due.year) * 12 + today.month - due.month
    assert months_ago == (1 if today.day > DUE_DAY + DAYS_TO_POST else 2)


@pytest.mark.parametrize(
    ("member", "today", "due"),
    [
        (PAID, date(2026, 11, 15), date(2026, 9, 1)),
        (PAID, date(2026, 11, 18), date(2026, 9, 1)),
        (PAID, date(2026, 11, 19), date(2026, 10, 1)),
        (PAID, date(2027, 1, 5), date(2026, 11, 1)),
        (BPU, date(2026, 11, 15), date(2026, 10, 1)),
        (BPU, date(2026, 11, 19), date(2026, 11, 1)),
        # By the day of old records.
        (
            replace(PAID, stale_since=date(2026, 9, 2)),
            date(2026, 11, 21),
            date(2026, 7, 1),
        ),
        # Whoever left work owes nothing afterwards.
        (
            replace(PAID, status=S.INACTIVE, status_since=date(2026, 8, 1)),
            *(date(2026, 11, 21), date(2026, 7, 1)),
        ),
        (
            replace(PAID, status=S.IN_CLAIM, last_contribution=date(2026, 6, 1)),
            *(date(2026, 11, 21), date(2026, 6, 1)),
        ),
    ],
)
def test_the_last_due_month(member: Participant, today: date, due: date) -> None:
    assert last_due_month(member, DUE_DAY, today) == due


def test_months_before_the_membership_or_the_list_are_not_missing() -> None:
    joined = replace(PAID, member_since=date(2026, 8, 1))
    listed = replace(PAID, contributions_from=date(2026, 9, 1))

    assert missing_months(joined, 2026, date(2026, 10, 1)) == [
        *(date(2026, 8, 1), date(2026, 9, 1)),
    ]
    assert missing_months(listed, 2026, date(2026, 10, 1)) == [date(2026, 9, 1)]


def test_a_year_is_listed_if_the_agency_says_so_or_it_is_that_of_the_newest() -> None:
    whole = replace(PAID, contributions_from=date(2025, 1, 1))
    half = replace(PAID, contributions_from=date(2025, 6, 1))
    joined = replace(half, member_since=date(2025, 6, 1))

    assert [is_listed(member, 2025) for member in (PAID, whole, half, joined)] == [
        *(False, True, False, True),
    ]
    assert is_listed(PAID, 2026)
    assert not is_listed(MEMBER, 2026)


def test_no_month_is_missing_that_is_on_record_but_not_kept() -> None:
    paid = [
        Contribution(date(year, month, 1), 1, 1)
        for year in range(2020, 2027)
        for month in range(1, 13)
    ]
    member = replace(
        PAID, contributions=latest(paid), contributions_from=date(2020, 1, 1)
    )

    assert [year for year in range(2020, 2027) if is_listed(member, year)] == [
        *(2025, 2026),
    ]
    assert not missing_months(member, 2022, date(2026, 12, 1))
