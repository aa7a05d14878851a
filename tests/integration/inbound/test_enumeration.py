"""Guessing a member's data by enrolling: a limit is decided before the comparison."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from gateway.db.models.limits import alarms
from gateway.db.models.subscribers import bindings, enrolments
from gateway.domain.limits import Limits
from gateway.domain.participants import KPJ, identify
from gateway.domain.policy import EnrolmentMode, Policy
from gateway.inbound import processor
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.support.fakes import MEMBER, FakeChannel, FakeClock, FakeDirectory, sms

NIK = "0000001204850001"
RIGHT = "12-04-1985"
RECEIVED, FAILED, LIMIT = (
    "diterima dan diperiksa",
    "belum berhasil",
    "terlalu banyak bertanya",
)
Text = Callable[..., list[str]]


@pytest.fixture(params=[EnrolmentMode.REQUEST, EnrolmentMode.IMMEDIATE])
def policy(request: pytest.FixtureRequest) -> Policy:
    return Policy(enrolment=request.param)


def kpj(number: int) -> KPJ:
    return KPJ(f"6{number:04}000000")


def guess(number: int, born: str = RIGHT) -> str:
    return f"DAFTAR SALDO#{NIK}##{born}#{kpj(number).digits}"


def wrong(number: int, day: int = 1) -> str:
    return guess(number, f"{day:02}-05-1985")


def phone(number: int) -> str:
    return f"+62811000{number:04}"


def owner(number: int) -> str:
    return f"+62811555{number:04}"


@pytest.fixture
def members(directory: FakeDirectory, cipher: Cipher) -> None:
    """A hundred members with the same birth date, each with a phone of his own."""
    for number in range(100):
        identity = identify(cipher.index, kpj(number), NIK, date(1985, 4, 12), "")
        directory.members[kpj(number)] = replace(
            MEMBER,
            kpj=kpj(number),
            identity=identity,
            msisdns=frozenset({owner(number)}),
        )


@pytest.fixture
def text(gateway: Gateway, channel: FakeChannel, members: None) -> Text:
    """Text from a phone; what that phone hears of it."""
    count = [0]

    def text(sender: str, *bodies: str) -> list[str]:
        at, before = gateway.clock(), len(channel.taken)
        for body in bodies:
            count[0] += 1
            gateway.database.inbox.add(sms(f"SM{count[0]}", body, sender=sender, at=at))
        gateway.sweep()
        return [
            message.text
            for _, message in channel.taken[before:]
            if message.recipient == sender
        ]

    return text


def rows(engine: Engine) -> int:
    """How many requests and bindings there are."""
    with engine.connect() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (enrolments, bindings)
        )


def raised(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(select(alarms.c.kind)))


def test_a_right_guess_after_the_limit_is_as_silent_as_a_wrong_one(
    text: Text, engine: Engine, clock: FakeClock
) -> None:
    """Field report 1: a phone that used its mismatches learns nothing by a match."""
    heard = [text(phone(1), wrong(1, day)) for day in range(1, 13)]

    assert text(phone(1), guess(1)) == []

    assert [bool(sms) for sms in heard] == [True] * 4 + [False] * 8
    assert LIMIT in heard[3][0]
    assert rows(engine) == 0
    clock.pass_time(hours=24)
    assert "belum bisa kami kirim" in text(phone(1), f"SALDO {kpj(1).digits}")[0]


@pytest.mark.parametrize("last", [guess(1), wrong(1, 9)], ids=["right", "wrong"])
def test_the_first_guess_after_the_limit_hears_of_the_limit(
    text: Text, last: str
) -> None:
    """Field report 1: the notice comes for a match just as for a mismatch."""
    for day in (1, 2, 3):
        text(phone(1), wrong(1, day))

    [reply] = text(phone(1), last)

    assert LIMIT in reply


@pytest.mark.parametrize("last", [guess(1), wrong(1, 9)], ids=["right", "wrong"])
def test_a_kpj_that_many_phones_guessed_at_is_closed_to_all_for_the_day(
    text: Text, engine: Engine, clock: FakeClock, last: str
) -> None:
    """Field report 1: mismatches spread over many phones are counted for the KPJ."""
    for number in range(Limits().kpj_refusals):
        [reply] = text(phone(number), wrong(1))
        assert FAILED in reply

    [reply] = text(phone(99), last)

    assert LIMIT in reply
    assert rows(engine) == 0
    clock.pass_time(hours=24)
    assert FAILED not in text(phone(99), guess(1))[0]


@pytest.mark.parametrize("last", [guess(3), wrong(3)], ids=["right", "wrong"])
def test_a_phone_told_of_two_members_guesses_at_no_third(
    text: Text, engine: Engine, last: str
) -> None:
    """Field report 1: *Batas* and *belum berhasil* do not tell a match."""
    text(phone(1), guess(1), guess(2))
    before = rows(engine)

    [reply] = text(phone(1), last)

    assert LIMIT in reply
    assert rows(engine) == before


@pytest.mark.parametrize("seed", range(4))
def test_what_is_heard_after_the_limit_does_not_depend_on_what_was_right(
    text: Text, channel: FakeChannel, engine: Engine, seed: int
) -> None:
    """Field report 1: two phones, the same guesses until the limit, others after it."""
    chance = random.Random(seed)
    for pair in range(0, 16, 2):
        before = [chance.random() < 0.4 for _ in range(chance.randint(0, 3))]
        before += [False] * Limits().refusals
        after = [[chance.random() < 0.5 for _ in range(6)] for _ in range(2)]
        heard, done, reply = [], [], []
        for which in range(2):
            number = pair + which
            text(phone(number), *(_guesses(number, before)))
            at_first, so_far = rows(engine), len(channel.taken)
            heard.append(text(phone(number), *_guesses(number, after[which], day=9)))
            done.append(rows(engine) - at_first)
            reply.append(len(channel.taken) - so_far)

        assert heard[0] == heard[1]
        assert done == [0, 0]
        assert reply[0] == reply[1]


def _guesses(number: int, are_right: list[bool], day: int = 1) -> list[str]:
    return [
        guess(number) if is_right else wrong(number, day + nth)
        for nth, is_right in enumerate(are_right)
    ]


def test_many_guesses_at_one_moment_are_limited_too(
    gateway: Gateway,
    channel: FakeChannel,
    members: None,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Field report 1: workers that answer at once count the same guesses."""
    monkeypatch.setattr(processor, "BATCH", 2)
    for number in range(40):
        gateway.database.inbox.add(sms(f"SM{number}", wrong(1), sender=phone(number)))
    gateway.database.inbox.add(sms("SM99", guess(1), sender=phone(99)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: gateway.processor.answer_waiting(), range(24)))
    gateway.sweep()

    failed = [text for text in channel.texts if FAILED in text]
    assert len(failed) == Limits().kpj_refusals
    assert rows(engine) == 0


def test_who_closes_enrolment_for_a_member_keeps_no_balance_from_him(
    text: Text, engine: Engine
) -> None:
    """Field report W80: a limit that others can use up takes no more than it must."""
    for number in range(2 * Limits().kpj_refusals):
        text(phone(number), wrong(1))

    [reply] = text(owner(1), f"SALDO {kpj(1).digits}")

    assert "Saldo JHT" in reply
    assert "kpj_from_many_phones" in raised(engine)


def test_refused_enquiries_about_a_member_do_not_close_his_enrolment(
    text: Text, engine: Engine
) -> None:
    """Field report 1: who only asks for balances keeps nobody from enrolling."""
    for number in range(20):
        text(phone(number), f"SALDO {kpj(1).digits}")

    text(phone(99), guess(1))

    assert rows(engine) == 1


class TestOwners:
    @pytest.fixture
    def policy(self) -> Policy:
        return Policy()

    def test_an_owner_is_warned_when_others_try_to_enrol(
        self, text: Text, channel: FakeChannel
    ) -> None:
        """Field report 17: mismatched enrolments are as suspicious as enquiries."""
        for number in range(3):
            text(phone(number), wrong(1))

        reply = [
            message.text
            for _, message in channel.taken
            if message.recipient == owner(1)
        ]
        assert len(reply) == 1
        assert "Nomor lain" in reply[0]

    def test_a_guess_about_another_does_not_use_up_the_warning(
        self, text: Text, channel: FakeChannel, engine: Engine, directory: FakeDirectory
    ) -> None:
        """Field report 17: an alarm that reached no owner leaves him to be warned."""
        ask, member = f"SALDO {kpj(1).digits}", directory.members[kpj(1)]
        directory.members[kpj(1)] = replace(member, msisdns=frozenset())
        for number in range(3):
            text(phone(number), ask)
        directory.members[kpj(1)] = member

        text(phone(3), ask)

        reply = [
            message for _, message in channel.taken if message.recipient == owner(1)
        ]
        assert len(reply) == 1
        assert raised(engine).count("kpj_from_many_phones") == 1

    def test_three_phones_alarm_no_more_members_than_they_are_refused(
        self, text: Text, channel: FakeChannel, engine: Engine
    ) -> None:
        """Field report 18: silenced refusals count for operators, not for owners."""
        for number in range(12):
            for sender in range(3):
                text(phone(sender), f"SALDO {kpj(number).digits}")

        owners = {owner(number) for number in range(12)}
        reply = [message for _, message in channel.taken if message.recipient in owners]
        assert len(reply) == Limits().refusals
        assert raised(engine).count("kpj_from_many_phones") == 12

    def test_the_members_own_phone_is_not_told_of_itself(
        self, text: Text, channel: FakeChannel
    ) -> None:
        """Field report 17: three tries, one of them by the owner himself."""
        text(owner(1), wrong(1))
        text(phone(1), wrong(1))
        text(phone(2), wrong(1))

        reply = [
            message.text
            for _, message in channel.taken
            if message.recipient == owner(1)
        ]
        assert [("Nomor lain" in line) for line in reply] == [False, True]
