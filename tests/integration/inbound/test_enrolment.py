"""Enrolment: who knows what the member knows may ask, and an officer decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from gateway.backoffice.enrolment_review import EnrolmentReview
from gateway.channels import ChannelError, SendFault
from gateway.db.models.messages import inbound
from gateway.domain.audit import AuditEntry
from gateway.domain.limits import Limits
from gateway.domain.messages import IgnoreReason, SenderKind
from gateway.domain.participants import KPJ, MembershipStatus, Participant, identify
from gateway.domain.policy import EnrolmentMode, Policy
from gateway.parsers.enrolment import comparable_name
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.integration.db.content import stored
from tests.support.fakes import (
    BALANCE_TEXT,
    MEMBER,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
    worded,
)

NEW_PHONE = "+628110007777"
DEED = AuditEntry(FakeClock()(), "officer", "compared with the KTP")
OTHER = replace(DEED, actor="another")
NIK, NAME = "0000001204850001", "Contoh Budi Santosa"
ENROL = f"DAFTAR SALDO#{NIK}#{NAME}#12-04-1985#61000000019"
ASK = "SALDO 61000000019"


@pytest.fixture
def member(cipher: Cipher, directory: FakeDirectory) -> Participant:
    """The member as the directory knows him, with who he is."""
    identity = identify(
        cipher.index, MEMBER.kpj, NIK, date(1985, 4, 12), comparable_name(NAME)
    )
    directory.members[MEMBER.kpj] = replace(MEMBER, identity=identity)
    return directory.members[MEMBER.kpj]


@pytest.fixture
def review(
    gateway: Gateway, directory: FakeDirectory, policy: Policy
) -> EnrolmentReview:
    enrolments = gateway.database.enrolments
    return EnrolmentReview(enrolments, directory, worded(), policy)


@pytest.fixture
def text(
    gateway: Gateway, channel: FakeChannel, member: Participant
) -> Callable[..., str]:
    """Text from the new phone; what it hears last."""
    count = [0]

    def text(body: str, sender: str = NEW_PHONE) -> str:
        count[0] += 1
        at = gateway.clock()
        gateway.database.inbox.add(sms(f"SM{count[0]}", body, sender=sender, at=at))
        before = len(channel.taken)
        gateway.sweep()
        return channel.texts[-1] if len(channel.taken) > before else ""

    return text


Text = Callable[..., str]


class TestByRequest:
    def test_nothing_opens_before_an_officer_approves(
        self, text: Text, gateway: Gateway
    ) -> None:
        assert "diperiksa petugas" in text(ENROL)

        assert "belum bisa kami kirim" in text(ASK)
        assert [
            waiting_item.msisdn
            for waiting_item in gateway.database.enrolments.waiting()
        ] == [NEW_PHONE]

    def test_an_approved_phone_is_told_so_and_hears_the_balance(
        self,
        text: Text,
        review: EnrolmentReview,
        gateway: Gateway,
        channel: FakeChannel,
    ) -> None:
        text(ENROL)

        assert review.approve(1, DEED)
        gateway.sweep()

        reported = {message.recipient: message.text for _, message in channel.taken}
        assert "terdaftar untuk KPJ ***0019" in reported[NEW_PHONE]
        assert "HP lain didaftarkan" in reported[PHONE]
        assert text(ASK) == BALANCE_TEXT
        assert text("SALDO") == BALANCE_TEXT

    def test_a_declined_phone_is_told_so_and_hears_nothing_else(
        self,
        text: Text,
        review: EnrolmentReview,
        gateway: Gateway,
        channel: FakeChannel,
    ) -> None:
        text(ENROL)

        assert review.decline(1, DEED)
        gateway.sweep()

        assert "belum berhasil" in channel.texts[-1]
        assert "belum bisa kami kirim" in text(ASK)

    def test_a_request_is_decided_once_and_by_whom_is_on_record(
        self, text: Text, review: EnrolmentReview, gateway: Gateway
    ) -> None:
        text(ENROL)

        assert review.approve(1, DEED)
        assert not review.decline(1, OTHER)
        assert not review.approve(99, DEED)

        [entry] = gateway.database.audit_log.latest(10)
        assert (entry.actor, entry.action) == ("officer", "enrolment approved")

    @pytest.mark.parametrize(
        "wrong",
        [
            ENROL.replace(NIK, "0000001204850002"),
            ENROL.replace(NAME, "Orang Lain"),
            ENROL.replace("12-04", "13-04"),
            ENROL.replace("61000000019", "61999999999"),
        ],
    )
    def test_whatever_does_not_match_has_the_same_answer_and_no_request(
        self, text: Text, gateway: Gateway, wrong: str
    ) -> None:
        assert text(wrong) == (
            "BPJAMSOSTEK: Pendaftaran belum berhasil. Samakan NIK, nama, tanggal lahir "
            "dan KPJ dengan KTP dan kartu, lalu kirim lagi, atau bawa KTP ke kantor "
            "cabang."
        )
        assert gateway.database.enrolments.waiting() == []

    def test_a_suspended_member_cannot_be_enrolled_for(
        self, text: Text, directory: FakeDirectory, member: Participant
    ) -> None:
        suspended = replace(member, status=MembershipStatus.SUSPENDED)
        directory.members[member.kpj] = suspended

        assert "belum berhasil" in text(ENROL)

    def test_guessing_is_limited_like_any_refusal(self, text: Text) -> None:
        heard = [text(ENROL.replace("12-04", f"{day:02}-05")) for day in range(1, 9)]

        assert [bool(sms) for sms in heard] == [True] * 4 + [False] * 4

    def test_a_binding_ends_after_a_year(
        self, text: Text, review: EnrolmentReview, gateway: Gateway, clock: FakeClock
    ) -> None:
        text(ENROL)
        review.approve(1, DEED)
        gateway.sweep()

        clock.now += timedelta(days=364)
        assert text(ASK) == BALANCE_TEXT
        clock.now += timedelta(days=1)
        assert "belum bisa kami kirim" in text(ASK)

    def test_asking_twice_is_one_request(self, text: Text, gateway: Gateway) -> None:
        text(ENROL)
        text(ENROL.replace("#Contoh Budi Santosa", ""))

        assert len(gateway.database.enrolments.waiting()) == 1

    def test_what_limits_hold_back_is_no_request(
        self, text: Text, gateway: Gateway
    ) -> None:
        for number in range(Limits().replies):
            text("BANTUAN " + "ya " * number)

        assert text(ENROL) == ""
        assert gateway.database.enrolments.waiting() == []

    def test_one_phone_learns_of_two_members_a_day_that_data_match(
        self, text: Text, directory: FakeDirectory, cipher: Cipher
    ) -> None:
        heard = []
        for number in range(4):
            kpj = KPJ(f"6170000000{number}")
            known = identify(cipher.index, kpj, NIK, date(1985, 4, 12), "")
            directory.members[kpj] = replace(MEMBER, kpj=kpj, identity=known)
            heard.append(text(f"DAFTAR SALDO#{NIK}#12-04-1985#{kpj.digits}"))

        assert ["diperiksa petugas" in sms for sms in heard] == [
            True,
            True,
            False,
            False,
        ]

    def test_an_officer_sees_the_numbers_and_that_is_on_record(
        self, text: Text, gateway: Gateway
    ) -> None:
        text(ENROL)

        seen = gateway.database.enrolments.read(1, DEED)

        assert seen
        assert (seen.kpj, seen.msisdn) == (MEMBER.kpj, NEW_PHONE)
        [entry] = gateway.database.audit_log.latest(10)
        assert (entry.action, entry.subject) == ("see enrolment", "1")

    def test_an_officer_closes_what_was_opened(
        self, text: Text, review: EnrolmentReview, gateway: Gateway
    ) -> None:
        text(ENROL)
        review.approve(1, DEED)
        gateway.sweep()

        assert review.revoke(MEMBER.kpj, NEW_PHONE, DEED)
        assert not review.revoke(MEMBER.kpj, NEW_PHONE, DEED)

        assert "belum bisa kami kirim" in text(ASK)

    def test_stop_closes_what_was_opened_to_a_wrong_phone(
        self, text: Text, review: EnrolmentReview, gateway: Gateway
    ) -> None:
        text(ENROL)
        review.approve(1, DEED)
        gateway.sweep()

        text("STOP")

        assert text(ASK) == ""

    def test_nothing_of_who_asks_is_kept_in_clear(
        self, text: Text, engine: Engine, review: EnrolmentReview
    ) -> None:
        text(ENROL)
        text("DAFTAR#0000001204850001#0000001204850002")

        content = stored(engine)

        for secret in (NIK, "Budi", "1985", "04-1985", "61000000019", NEW_PHONE[1:]):
            assert secret.encode() not in content
        with engine.connect() as connection:
            kept = set(connection.scalars(select(inbound.c.text_redacted)))
        assert kept == {"[enrolment]"}

    @pytest.mark.parametrize(
        "manner",
        [
            {"flaw": IgnoreReason.OTHER_NUMBER},
            {"sender": "+6591234567", "sender_kind": SenderKind.FOREIGN},
            {"sender": "+62215551234", "sender_kind": SenderKind.NOT_MOBILE},
            {"answered_by_carrier": True},
        ],
    )
    def test_nothing_is_kept_of_an_enrolment_that_is_not_answered(
        self,
        gateway: Gateway,
        channel: FakeChannel,
        engine: Engine,
        manner: dict[str, Any],
    ) -> None:
        gateway.database.inbox.add(replace(sms("SM1", ENROL), **manner))

        gateway.sweep()

        assert channel.taken == []
        with engine.connect() as connection:
            [kept] = connection.scalars(select(inbound.c.text_redacted))
        assert kept == "[enrolment]"


class TestAtOnce:
    @pytest.fixture
    def policy(self) -> Policy:
        limits = Limits(hints=0)
        return Policy(enrolment=EnrolmentMode.IMMEDIATE, limits=limits)

    def test_it_opens_after_the_cool_off_and_the_old_phone_is_told(
        self, text: Text, channel: FakeChannel, clock: FakeClock
    ) -> None:
        text(ENROL)

        reported = {message.recipient: message.text for _, message in channel.taken}
        assert "mulai 22-11-2026" in reported[NEW_PHONE]
        assert "HP lain didaftarkan untuk KPJ ***0019" in reported[PHONE]
        assert "belum bisa kami kirim" in text(ASK)
        clock.pass_time(hours=24)
        assert text(ASK) == BALANCE_TEXT

    def test_nothing_opens_that_nobody_hears_of(
        self, text: Text, clock: FakeClock
    ) -> None:
        for number in range(Limits().replies):
            text("BANTUAN " + "ya " * number)

        assert text(ENROL) == ""
        clock.pass_time(hours=24)
        assert "belum bisa kami kirim" in text(ASK)

    def test_the_old_phone_is_told_even_if_it_is_off_at_night(
        self, text: Text, channel: FakeChannel, clock: FakeClock, gateway: Gateway
    ) -> None:
        channel.faults = [ChannelError("20429", SendFault.RETRYABLE)] * 2
        text(ENROL)

        clock.pass_time(hours=8)
        gateway.sweep()

        assert [message.recipient for _, message in channel.taken] == [PHONE]

    @pytest.mark.parametrize("why", ["no phone on record", "opted out"])
    def test_without_an_owner_who_can_object_an_officer_decides(
        self,
        text: Text,
        gateway: Gateway,
        directory: FakeDirectory,
        member: Participant,
        why: str,
    ) -> None:
        if why == "opted out":
            text("STOP", sender=PHONE)
        else:
            directory.members[member.kpj] = replace(member, msisdns=frozenset())

        assert "diperiksa petugas" in text(ENROL)
        assert len(gateway.database.enrolments.waiting()) == 1

    def test_who_enrols_again_goes_on_hearing_the_balance(
        self, text: Text, clock: FakeClock
    ) -> None:
        text(ENROL)
        clock.pass_time(hours=24)

        assert "mulai" not in text(ENROL)

        assert text(ASK) == BALANCE_TEXT
        clock.pass_time(days=365)
        assert text(ASK) == BALANCE_TEXT

    def test_an_owner_is_not_flooded_with_notices(
        self, text: Text, channel: FakeChannel
    ) -> None:
        for number in range(5):
            text(ENROL, sender=f"+62811000880{number}")

        reported = [
            message for _, message in channel.taken if message.recipient == PHONE
        ]
        assert len(reported) == 3


class TestOff:
    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(enrolment=EnrolmentMode.OFF)

    def test_it_says_where_to_go_whether_it_matches_or_not(
        self, text: Text, gateway: Gateway
    ) -> None:
        assert "tidak bisa didaftarkan" in text(ENROL)
        assert "tidak bisa didaftarkan" in text(ENROL.replace(NIK, "0000001204850002"))
        assert gateway.database.enrolments.waiting() == []
