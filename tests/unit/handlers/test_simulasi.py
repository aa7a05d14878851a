"""A projection adds up as one would by hand, month by month."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.participants import Contribution, MembershipStatus, Participant
from gateway.handlers import topics
from gateway.handlers.registry import MemberTopic, Question
from gateway.handlers.simulasi import ROUNDED_TO, months_until, project_balance
from gateway.reference_data.loader import our_rules
from gateway.replies.rejections import NOT_IN_FORCE
from gateway.replies.template import Answer
from tests.support.fakes import FIGURES, MEMBER, QUESTION

BORN = replace(
    MEMBER,
    born=date(1985, 4, 1),
    contributions=(Contribution(date(2026, 10, 1), 5_400_000, 307_800),),
)


def tell(member: Participant, question: Question = QUESTION) -> Answer:
    topic = topics()["simulasi"]
    assert isinstance(topic, MemberTopic)
    return topic.answer(member, question)


@given(
    balance=st.integers(0, 10**11),
    monthly=st.integers(0, 10**7),
    rate=st.decimals(0, 15, places=2),
    months=st.integers(1, 600),
)
def test_month_by_month_comes_to_the_same(
    balance: int, monthly: int, rate: Decimal, months: int
) -> None:
    saved = Decimal(balance)
    for _ in range(months):
        saved += saved * rate / 100 / 12 + monthly

    projection = project_balance(balance, monthly, rate, months)
    assert abs(projection - saved) <= ROUNDED_TO + 1


@pytest.mark.parametrize(
    ("age", "born", "start", "months"),
    [
        (56, date(1985, 4, 1), date(2026, 10, 31), 174),
        (56, date(1970, 10, 1), date(2026, 10, 31), 0),
        (56, date(1960, 1, 1), date(2026, 10, 31), -129),
    ],
)
def test_months_are_counted_to_the_month_of_birth(
    age: int, born: date, start: date, months: int
) -> None:
    assert months_until(age, born, start) == months


@pytest.mark.parametrize(
    ("member", "template"),
    [
        (BORN, "projection"),
        (replace(BORN, contributions=()), "projection_without_payments"),
        # Nobody pays any more, so nothing is added.
        (
            replace(BORN, status=MembershipStatus.INACTIVE),
            "projection_without_payments",
        ),
        (replace(BORN, born=date(1960, 1, 1)), "projection_age_reached"),
        (replace(BORN, born=None), "projection_impossible"),
        (replace(BORN, balance=None), "projection_impossible"),
    ],
)
def test_what_can_be_estimated_is(member: Participant, template: str) -> None:
    assert tell(member).template.name == template


@pytest.mark.parametrize(
    ("numbers", "age"),
    [((), "56"), ((60,), "60"), ((2040, 65), "65"), ((18,), "18"), ((75,), "75")],
)
def test_the_age_is_the_one_that_was_said(numbers: tuple[int, ...], age: str) -> None:
    assert tell(BORN, replace(QUESTION, numbers=numbers)).values["age"] == age


@pytest.mark.parametrize("numbers", [(0,), (17,), (76,), (120,), (2045,)])
def test_what_is_no_age_is_asked_for(numbers: tuple[int, ...]) -> None:
    answer = tell(BORN, replace(QUESTION, numbers=numbers))

    assert answer.template.name == "projection_which_age"


def test_without_a_rate_in_force_nothing_is_estimated() -> None:
    before = our_rules().on(date(2014, 1, 1))

    answer = tell(BORN, replace(QUESTION, figures=before, numbers=(60,)))

    assert answer.template is NOT_IN_FORCE
    assert FIGURES["jht_projection_return"] == "5"
