"""The last four digits choose among the KPJ of the sender's phone, and no others."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.enquiry import Rejection, RejectionReason
from gateway.domain.limits import Limits
from gateway.domain.participants import KPJ, Participant
from gateway.inbound.own_member import choose_member
from gateway.runtime import Gateway
from tests.support.fakes import (
    MEMBER,
    OTHER_PHONE,
    PHONE,
    FakeChannel,
    FakeDirectory,
    sms,
)

# Few endings, so that many are alike.
ENDINGS = st.integers(0, 5).map("{:04}".format)
KPJS = st.builds("{}{}".format, st.integers(6_100_000, 6_100_009), ENDINGS).map(KPJ)
REASONS = st.sampled_from([RejectionReason.KPJ_MISSING, RejectionReason.KPJ_MALFORMED])


def member(kpj: str | KPJ, phone: str = PHONE) -> Participant:
    number = kpj if isinstance(kpj, KPJ) else KPJ(kpj)
    return replace(MEMBER, kpj=number, msisdns=frozenset({phone}))


@pytest.fixture
def several(directory: FakeDirectory) -> None:
    """Two members on this phone, one with the same ending on another phone."""
    members = [
        *(member("61000000019"), member("61000000027")),
        *(member("62000000019", OTHER_PHONE), member("61000000035", OTHER_PHONE)),
    ]
    directory.members = {person.kpj: person for person in members}


def heard(gateway: Gateway, channel: FakeChannel, *texts: str) -> list[str]:
    for number, text in enumerate(texts):
        gateway.database.inbox.add(sms(f"SM{number}", text))
        gateway.sweep()
    return [message.text for _, message in channel.taken]


@given(st.lists(KPJS, unique=True), ENDINGS, REASONS)
def test_only_a_member_of_the_phone_that_alone_ends_so_is_chosen(
    kpjs: Sequence[KPJ], ending: str, reason: RejectionReason
) -> None:
    members = [member(kpj) for kpj in kpjs]
    alike = [person for person in members if person.kpj.digits.endswith(ending)]

    chosen = choose_member(members, Rejection(reason, last_four=(ending,)))

    if len(members) == 1 and reason is RejectionReason.KPJ_MISSING:
        assert chosen == members[0]
    else:
        assert chosen == (alike[0] if len(alike) == 1 else None)


@given(st.lists(KPJS, unique=True, min_size=2))
def test_without_digits_nobody_is_chosen_of_several(kpjs: Sequence[KPJ]) -> None:
    missing = Rejection(RejectionReason.KPJ_MISSING, keyword="saldo")

    assert choose_member([member(kpj) for kpj in kpjs], missing) is None


@pytest.mark.parametrize(
    "text", ["SALDO 0019", "0019", "saldo kpj ..0019", "saldo 0019 eng"]
)
def test_the_last_four_digits_choose_a_member(
    gateway: Gateway, channel: FakeChannel, several: None, text: str
) -> None:
    assert "***0019" in heard(gateway, channel, text)[0]


@pytest.mark.parametrize("foreign", ["0035", "9999"])
def test_digits_of_another_phones_member_are_answered_like_nobodys(
    gateway: Gateway, channel: FakeChannel, several: None, foreign: str
) -> None:
    which, mismatch = heard(gateway, channel, "SALDO", f"SALDO {foreign}")

    assert which == mismatch
    assert "Pilih satu" in which


def test_a_phone_in_no_record_compares_nothing(
    gateway: Gateway, channel: FakeChannel, directory: FakeDirectory
) -> None:
    directory.members = {MEMBER.kpj: member("61000000019", OTHER_PHONE)}

    existing, unknown = heard(gateway, channel, "SALDO 0019", "SALDO 9998")

    assert existing == unknown
    assert "11 angka" in existing


def test_guesses_at_digits_are_limited(
    gateway: Gateway, channel: FakeChannel, several: None
) -> None:
    guesses = [f"SALDO {number:04}" for number in range(9000, 9020)]

    replies = heard(gateway, channel, *guesses)

    assert len(replies) == Limits().mistaken + 1


def test_a_member_so_chosen_counts_like_one_named_in_full(
    gateway: Gateway, channel: FakeChannel, several: None
) -> None:
    texts = ["SALDO 0019", "SALDO 61000000027"] * Limits().answers

    replies = heard(gateway, channel, *texts)

    told = [reply for reply in replies if "Saldo JHT" in reply]
    assert len(told) == Limits().answers


def test_a_year_is_no_ending_where_the_phone_has_one_member(
    gateway: Gateway, channel: FakeChannel, directory: FakeDirectory
) -> None:
    assert "Saldo JHT" in heard(gateway, channel, "SALDO 2026")[0]
