"""Rate limits: what one phone is answered in a day, and alarms for enumeration."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from gateway.db.messages.duplicates import WINDOW
from gateway.db.models.limits import alarms, counters, phone_days
from gateway.db.models.messages import outbound
from gateway.domain.calendar import day_of
from gateway.domain.limits import (
    Limits,
    LimitVerdict,
    PhoneDay,
    RequestKind,
    count_message,
    judge,
)
from gateway.domain.policy import Policy
from gateway.inbound import processor
from gateway.runtime import Gateway
from tests.support.fakes import BALANCE_TEXT, PHONE, FakeChannel, FakeClock, sms

STRANGER = "+628110009999"
NOTICE = (
    "BPJAMSOSTEK: Maaf, HP ini sudah terlalu banyak bertanya hari ini. Coba lagi "
    "besok, atau telp 175."
)
Text = Callable[..., None]


@pytest.fixture
def text(gateway: Gateway, clock: FakeClock) -> Text:
    """Text from a phone, and let everything be answered; the next time is later."""
    count = Counter[str]()

    def text(*bodies: str, sender: str | Callable[[int], str] = PHONE) -> None:
        for number, body in enumerate(bodies):
            count["all"] += 1
            phone = sender if isinstance(sender, str) else sender(number)
            gateway.database.inbox.add(
                sms(f"SM{count['all']}", body, sender=phone, at=clock())
            )
        gateway.sweep()
        clock.now += 2 * WINDOW

    return text


def scan(count: int) -> list[str]:
    """Enquiries about neighbouring numbers."""
    return [f"SALDO 61770000{number:03}" for number in range(count)]


def raised(engine: Engine) -> Counter[str]:
    with engine.connect() as connection:
        return Counter(connection.scalars(select(alarms.c.kind)))


class TestOnePhone:
    def test_a_member_hears_the_balance_ten_times_then_once_that_it_is_enough(
        self, text: Text, channel: FakeChannel
    ) -> None:
        for _ in range(13):
            text("SALDO 61000000019")

        assert channel.texts == [BALANCE_TEXT] * 10 + [NOTICE]

    def test_the_next_day_is_another_day(
        self, text: Text, channel: FakeChannel, clock: FakeClock
    ) -> None:
        for _ in range(12):
            text("SALDO 61000000019")
        clock.pass_time(hours=24)

        text("SALDO 61000000019")

        assert channel.texts[-1] == BALANCE_TEXT

    def test_who_tries_numbers_hears_three_refusals_a_notice_then_nothing(
        self, text: Text, channel: FakeChannel
    ) -> None:
        text(*scan(500), sender=STRANGER)

        assert Counter(channel.texts).most_common() == [
            (channel.texts[0], 3),
            (NOTICE, 1),
        ]

    def test_a_member_who_mistyped_still_hears_his_own_balance(
        self, text: Text, channel: FakeChannel
    ) -> None:
        text(*scan(10))

        text("SALDO 61000000019")

        assert channel.texts[-1] == BALANCE_TEXT

    def test_help_comes_twice_a_day(self, text: Text, channel: FakeChannel) -> None:
        for number in range(6):
            text(f"apa kabar {number}")

        assert len(channel.texts) == 2

    def test_the_same_text_is_answered_three_times(
        self, text: Text, channel: FakeChannel
    ) -> None:
        for _ in range(6):
            text("BANTUAN")
        text("BANTUAN ya")

        assert len(channel.texts) == 4

    def test_how_to_write_a_number_is_told_five_times(
        self, text: Text, channel: FakeChannel
    ) -> None:
        text(*(f"SALDO 6100{number}" for number in range(8)))

        assert len(channel.texts) == 6
        assert channel.texts[-1] == NOTICE

    def test_who_repeats_one_refused_text_hears_that_it_is_enough(
        self, text: Text, channel: FakeChannel
    ) -> None:
        for _ in range(6):
            text("SALDO 61777777777", sender=STRANGER)

        assert len(channel.texts) == 4
        assert channel.texts[-1] == NOTICE

    def test_a_loop_of_any_kind_ends(self, text: Text, channel: FakeChannel) -> None:
        """Field report W62: two machines that answer each other stop for the day."""
        text(*("BANTUAN " + "ya " * number for number in range(40)))

        assert len(channel.texts) == Limits().replies

    def test_stop_is_heard_even_from_a_phone_that_is_silenced(
        self, text: Text, gateway: Gateway
    ) -> None:
        text(*("BANTUAN " + "ya " * number for number in range(30)))

        text("STOP")

        assert gateway.database.suppressions.among({PHONE}) == {PHONE}


class TestOneMember:
    def test_a_member_is_told_once_a_day_that_other_phones_ask(
        self, text: Text, channel: FakeChannel
    ) -> None:
        ask = ["SALDO 61000000019"]
        for number in range(5):
            text(*ask, sender=f"+62811000770{number}")

        reported = [
            message.text for _, message in channel.taken if message.recipient == PHONE
        ]
        assert reported == [
            "BPJAMSOSTEK: Nomor lain menanyakan data KPJ ***0019 pada 21-11-2026. "
            "Bukan Anda? Segera telp 175. Jangan berikan KPJ, NIK atau OTP kepada "
            "orang lain."
        ]

    def test_one_phone_alone_cannot_silence_what_others_may_ask(
        self, text: Text, channel: FakeChannel
    ) -> None:
        text(*(f"SALDO 61000000019 {'x ' * n}" for n in range(15)), sender=STRANGER)

        text("SALDO 61000000019", sender="+628110007777")

        assert channel.taken[-1][1].recipient == "+628110007777"


class TestEverybody:
    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(limits=Limits(all_replies=5))

    def test_the_last_brake_stops_everything_and_calls_an_operator(
        self, text: Text, channel: FakeChannel, engine: Engine
    ) -> None:
        text(*["BANTUAN"] * 9, sender=lambda number: f"+62811000{number:04}")

        assert len(channel.texts) == 5
        assert raised(engine) == {"all_replies_used": 1}


class TestAlarms:
    def test_a_run_of_neighbouring_numbers_from_one_phone(
        self, text: Text, engine: Engine
    ) -> None:
        text(*scan(30), sender=STRANGER)

        assert raised(engine) == {"neighbouring_kpjs": 1, "phone_refused_often": 1}

    def test_a_run_of_neighbouring_numbers_from_fifty_phones(
        self, text: Text, channel: FakeChannel, engine: Engine
    ) -> None:
        text(*scan(500), sender=lambda number: f"+62811555{number % 50:04}")

        assert raised(engine)["neighbouring_kpjs"] == 1
        assert not any("Rp" in item for item in channel.texts)
        assert len(channel.texts) == 50 * 4

    def test_one_member_asked_about_from_many_phones(
        self, text: Text, channel: FakeChannel, engine: Engine
    ) -> None:
        text(*["SALDO 61000000019"] * 20, sender=lambda number: f"+62811555{number:04}")

        assert raised(engine) == {"kpj_from_many_phones": 1}
        refusals = [item for item in channel.texts if "belum bisa kami kirim" in item]
        assert len(refusals) == Limits().kpj_refusals

    def test_the_member_himself_is_not_locked_out_by_them(
        self, text: Text, channel: FakeChannel
    ) -> None:
        text(*["SALDO 61000000019"] * 20, sender=lambda number: f"+62811555{number:04}")

        text("SALDO 61000000019")

        assert channel.texts[-1] == BALANCE_TEXT


def test_many_workers_together_keep_to_the_limits(
    gateway: Gateway, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor, "BATCH", 4)
    for number in range(40):
        text = "SALDO 61000000019" + " " * number
        gateway.database.inbox.add(sms(f"SM{number}", text))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: gateway.processor.answer_waiting(), range(12)))
    gateway.sweep()

    assert Counter(channel.texts) == {BALANCE_TEXT: 10, NOTICE: 1}


class TestJudge:
    @pytest.mark.parametrize(
        ("at", "day"),
        [
            (datetime(2026, 11, 21, 16, 59, tzinfo=UTC), date(2026, 11, 21)),
            (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), date(2026, 11, 22)),
        ],
    )
    def test_a_day_begins_at_midnight_in_jakarta(self, at: datetime, day: date) -> None:
        """Field report W79: not at midnight in UTC, which is seven in the morning."""
        assert day_of(at) == day

    def test_a_phone_of_many_members_is_told_of_two(self) -> None:
        day, limits, heard = PhoneDay(), Limits(), []
        for member in (b"1", b"2", b"1", b"3", b"2", b"4"):
            verdict = judge(day, limits, RequestKind.ANSWERED, member)
            heard.append(verdict)
            day = count_message(day, RequestKind.ANSWERED, member, verdict)

        reply, notice, silence = (
            LimitVerdict.REPLY,
            LimitVerdict.NOTICE,
            LimitVerdict.SILENCE,
        )
        assert heard == [reply, reply, reply, notice, reply, silence]

    @given(
        st.lists(
            st.tuples(st.sampled_from(RequestKind), st.sampled_from([b"1", b"2", b"3"]))
        )
    )
    def test_no_limit_is_ever_exceeded(
        self, requests: list[tuple[RequestKind, bytes]]
    ) -> None:
        day, limits, reported = PhoneDay(), Limits(), Counter[object]()
        for kind, member in requests:
            verdict = judge(day, limits, kind, member)
            day = count_message(day, kind, member, verdict)
            if verdict is LimitVerdict.REPLY:
                reported[kind] += 1
            reported[verdict] += 1

        assert reported[RequestKind.ANSWERED] <= limits.answers
        assert reported[RequestKind.REFUSED] <= limits.refusals
        assert reported[RequestKind.UNRECOGNISED] <= limits.unrecognised
        assert reported[LimitVerdict.NOTICE] <= 1
        assert (
            reported[LimitVerdict.REPLY] + reported[LimitVerdict.NOTICE]
            <= limits.replies
        )
        assert len(day.members) <= limits.members


def test_counts_are_dropped_with_the_messages(
    gateway: Gateway, text: Text, clock: FakeClock, engine: Engine
) -> None:
    text("SALDO 61770000001", sender=STRANGER)
    clock.now += timedelta(days=400)

    gateway.retention.purge()

    with engine.connect() as connection:
        for table in (counters, phone_days, alarms, outbound):
            assert connection.execute(select(table)).all() == []
