"""A phone that cannot be reached: its rights end slowly, for a recorded reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from gateway.db.models.subscribers import bindings, subscriptions, unreachable_phones
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import DeliveryReceipt, ReceiptMeaning
from gateway.domain.participants import identify
from gateway.domain.statuses import OutboundStatus
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.support.fakes import (
    BALANCE_TEXT,
    MEMBER,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
)

PHONE = "+628110007777"
NIK = "0000001204850001"
ASK = "SALDO 61000000019"
DAY = timedelta(days=1)
Text = Callable[[str], str]
ReportGone = Callable[..., None]


@pytest.fixture
def member(cipher: Cipher, directory: FakeDirectory) -> None:
    identity = identify(cipher.index, MEMBER.kpj, NIK, date(1985, 4, 12), "")
    directory.members[MEMBER.kpj] = replace(MEMBER, identity=identity)


@pytest.fixture
def text(gateway: Gateway, channel: FakeChannel, clock: FakeClock) -> Text:
    """Text from the enrolled phone; what it hears."""
    count = [0]

    def text(body: str) -> str:
        count[0] += 1
        message = sms(f"SM{count[0]}", body, sender=PHONE, at=clock())
        gateway.database.inbox.add(message)
        before = len(channel.taken)
        gateway.sweep()
        return channel.texts[-1] if len(channel.taken) > before else ""

    return text


@pytest.fixture(autouse=True)
def enrolled(member: None, text: Text, gateway: Gateway, clock: FakeClock) -> None:
    """The phone has been approved, has heard the balance and wants reminders."""
    text(f"DAFTAR SALDO#{NIK}##12-04-1985#61000000019")
    assert gateway.enrolment_review.approve(1, AuditEntry(clock(), "officer"))
    gateway.sweep()
    assert text(ASK) == BALANCE_TEXT
    text("INGAT 61000000019")


@pytest.fixture
def report_gone(gateway: Gateway, channel: FakeChannel, clock: FakeClock) -> ReportGone:
    """The carrier tells, of the last SMS to the phone, that it is gone."""

    def report_gone(times: int = 1, days_ago: int = 0) -> None:
        provider_id = next(
            its_id
            for its_id, message in reversed(channel.taken)
            if message.recipient == PHONE
        )
        undelivered, code = OutboundStatus.UNDELIVERED, "30005"
        receipt = DeliveryReceipt(
            *("fake", provider_id, undelivered, clock() - days_ago * DAY, code),
            meaning=ReceiptMeaning.PHONE_GONE,
        )
        for _ in range(times):
            gateway.database.receipts.add(receipt)
        gateway.sweep()

    return report_gone


def ended(engine: Engine) -> set[str | None]:
    """Why the enrolment and the reminders have ended."""
    with engine.connect() as connection:
        return {
            connection.scalars(select(table.c.end_reason)).one()
            for table in (bindings, subscriptions)
        }


def test_one_sign_ends_nothing(
    text: Text, report_gone: ReportGone, engine: Engine, gateway: Gateway
) -> None:
    """Field report F7: a phone that is off or has no signal keeps its rights."""
    report_gone()

    assert ended(engine) == {None}
    assert text(ASK) == BALANCE_TEXT


def test_many_signs_on_one_day_are_one(report_gone: ReportGone, engine: Engine) -> None:
    """Field report F7: nine in an evening end nothing."""
    report_gone(times=9)

    assert ended(engine) == {None}


def test_a_sign_that_comes_late_is_of_no_new_day(
    report_gone: ReportGone, engine: Engine, clock: FakeClock
) -> None:
    """Field report F7: receipts of two days in any order are of two days."""
    report_gone()
    clock.pass_time(days=1)
    report_gone()
    report_gone(days_ago=1)

    assert ended(engine) == {None}


def test_signs_on_three_days_end_enrolment_and_reminders(
    text: Text,
    report_gone: ReportGone,
    engine: Engine,
    clock: FakeClock,
    gateway: Gateway,
) -> None:
    """Field report F7: then the number may be nobody's, or another person's."""
    for _ in range(3):
        clock.pass_time(days=1)
        report_gone()

    assert ended(engine) == {"phone_gone"}
    assert "belum bisa kami kirim" in text(ASK)
    [entry, *_] = gateway.database.audit_log.latest(10)
    assert (entry.actor, entry.action) == ("gateway", "end rights of phone")
    assert entry.reason == "not reachable on 3 days"


def test_an_sms_from_the_phone_shows_that_it_lives(
    text: Text, report_gone: ReportGone, engine: Engine, clock: FakeClock
) -> None:
    """Field report F7: an SMS in between lets the counting begin anew."""
    for day in range(5):
        clock.pass_time(days=1)
        if day == 2:
            text("BANTUAN")
            clock.pass_time(minutes=1)
        report_gone()
        assert (ended(engine) == {"phone_gone"}) == (day == 4)


def test_nothing_is_kept_of_phones_that_have_no_rights(
    report_gone: ReportGone, engine: Engine, gateway: Gateway, clock: FakeClock
) -> None:
    """Field report F7: who has nothing to lose is not counted."""
    gateway.database.erasure.forget_phone(PHONE, AuditEntry(clock(), "officer"))

    report_gone()

    with engine.connect() as connection:
        assert connection.execute(select(unreachable_phones)).all() == []
