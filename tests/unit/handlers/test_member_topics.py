"""Answers about members whose records are unusual."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.domain.notices import Wish
from gateway.domain.participants import (
    Arrears,
    Contribution,
    MembershipStatus,
    Participant,
    Program,
    Segment,
)
from gateway.handlers import topics
from gateway.handlers.registry import MemberTopic
from gateway.reference_data.loader import our_rules
from gateway.replies.fields import LONGEST_EMPLOYER, employer_name
from gateway.replies.rejections import NOT_IN_FORCE
from tests.support.fakes import MEMBER, QUESTION

S = MembershipStatus
BPU = replace(MEMBER, segment=Segment.BPU, last_contribution=date(2026, 10, 1))
PAID = (Contribution(date(2026, 10, 1), 5_400_000, 307_800),)


def answer(keyword: str, member: Participant) -> str:
    topic = topics()[keyword]
    assert isinstance(topic, MemberTopic)
    return topic.answer(member, QUESTION).template.name


@pytest.mark.parametrize(
    ("member", "template"),
    [
        (replace(BPU, arrears=Arrears(4, 147_200)), "contributions_due"),
        # By the records of the 31st of October.
        (BPU, "nothing_due"),
        (replace(BPU, last_contribution=date(2026, 9, 1)), "nothing_due"),
        (replace(BPU, last_contribution=date(2026, 8, 1)), "not_paid_since"),
        (replace(BPU, last_contribution=None), "nothing_due"),
        # Who is not active does not stay active by paying.
        (replace(BPU, status=S.INACTIVE), "no_arrears_recorded"),
        (replace(BPU, status=S.IN_CLAIM), "no_arrears_recorded"),
        (replace(BPU, segment=Segment.PMI), "no_arrears_recorded"),
        (MEMBER, "paid_by_employer"),
    ],
)
def test_nobody_hears_that_all_is_paid_when_it_is_not(
    member: Participant, template: str
) -> None:
    assert answer("tunggakan", member) == template


@pytest.mark.parametrize(
    ("member", "template"),
    [
        (replace(MEMBER, contributions=PAID), "contributions"),
        # Paid, as SALDO tells, but not row by row.
        (MEMBER, "contributions_not_listed"),
        (replace(MEMBER, last_contribution=None), "no_contributions"),
    ],
)
def test_what_is_not_listed_is_not_called_unpaid(
    member: Participant, template: str
) -> None:
    assert answer("mutasi", member) == template


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("PT Maju Contoh Sejahtera", "PT Maju Contoh Sejahtera"),
        ("Kantor Notaris Contoh, S.H., M.Kn.", "Kantor Notaris Contoh, S.H"),
        ("Contoh Electronics Co., Ltd. Indonesia", "Contoh Electronics Co., Ltd"),
        ("KSO Contoh\u2013Bangun", "KSO Contoh Bangun"),
        ("X" * 60, "X" * LONGEST_EMPLOYER),
    ],
)
def test_a_long_company_is_cut_behind_a_word(name: str, shown: str) -> None:
    assert employer_name(name) == shown


JKK_ONLY = (Program.JKK, Program.JKM)


@pytest.mark.parametrize(
    ("keyword", "member", "template", "begins"),
    [
        ("ingat", BPU, "reminders_on", Wish.REMINDERS),
        (
            *("ingat", replace(BPU, programs=JKK_ONLY)),
            *("reminders_on_contribution", Wish.REMINDERS),
        ),
        # An employer pays; the member has a balance.
        ("ingat", MEMBER, "reminders_on_balance", Wish.REMINDERS),
        ("ingat", replace(MEMBER, programs=JKK_ONLY), "nothing_to_remind", None),
        ("ingat", replace(BPU, status=S.PAID_OUT), "nothing_to_remind", None),
        ("ingat", replace(BPU, status=S.IN_CLAIM), "nothing_to_remind", None),
        ("ingat", replace(BPU, status=S.MERGED), "merged", None),
        ("ingat_iuran", MEMBER, "contribution_notices_on", Wish.CONTRIBUTIONS),
        ("ingat_iuran", BPU, "contribution_notices_on", Wish.CONTRIBUTIONS),
        (
            *("ingat_iuran", replace(MEMBER, segment=Segment.PMI)),
            *("posted_notices_on", Wish.CONTRIBUTIONS),
        ),
        (
            *("ingat_iuran", replace(MEMBER, status=S.PAID_OUT)),
            *("no_contributions_to_notice", None),
        ),
        ("ingat_iuran", replace(MEMBER, status=S.MERGED), "merged", None),
        ("ingat_klaim", MEMBER, "claim_notices_on", Wish.CLAIMS),
        ("ingat_klaim", replace(MEMBER, status=S.MERGED), "merged", None),
    ],
)
def test_only_what_can_come_is_promised(
    keyword: str, member: Participant, template: str, begins: Wish | None
) -> None:
    topic = topics()[keyword]
    assert isinstance(topic, MemberTopic)

    answer = topic.answer(member, QUESTION)

    assert (answer.template.name, answer.wish) == (template, begins)


@pytest.mark.parametrize(
    ("year", "template"),
    [(2027, "contributions_of_year"), (2028, "contributions_of_year_to_come")],
)
def test_a_year_that_was_paid_in_advance_is_told(year: int, template: str) -> None:
    topic = topics()["mutasi"]
    assert isinstance(topic, MemberTopic)
    ahead = (Contribution(date(2027, 1, 1), 1_000_000, 20_000), *PAID)

    answer = topic.answer(
        replace(BPU, contributions=ahead), replace(QUESTION, numbers=(year,))
    )

    assert answer.template.name == template


@pytest.mark.parametrize(
    ("keyword", "member"), [("mutasi", MEMBER), ("bulan_kosong", BPU)]
)
def test_without_a_due_day_in_force_no_month_is_called_missing(
    keyword: str, member: Participant
) -> None:
    topic = topics()[keyword]
    assert isinstance(topic, MemberTopic)
    before = our_rules().on(date(2014, 6, 30))
    paid = (Contribution(date(2014, 5, 1), 5_400_000, 307_800),)
    member = replace(member, contributions=paid, member_since=date(2014, 1, 1))

    answer = topic.answer(member, replace(QUESTION, figures=before, numbers=(2014,)))

    assert answer.template is NOT_IN_FORCE
