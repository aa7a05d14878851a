"""The timeline of one SMS and the conversation of a phone, on both databases."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from gateway.db.audit_log import AuditLog
from gateway.db.models.console import access_log
from gateway.db.models.messages import attempts, inbound
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import DeliveryReceipt
from gateway.domain.outcomes import Outcome
from gateway.domain.participants import Claim, ClaimStage, Program
from gateway.domain.policy import Policy
from gateway.domain.statuses import OutboundStatus
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.integration.test_runtime import AMBIGUOUS
from tests.support.fakes import (
    MEMBER,
    OTHER_PHONE,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
)

KPJ = MEMBER.kpj.digits


def say(gateway: Gateway, clock: FakeClock, phone: str, *texts: str) -> None:
    for text in texts:
        clock.pass_time(minutes=1)
        message = sms(f"SM{clock().timestamp()}", text, sender=phone, at=clock())
        gateway.database.inbox.add(message)
        gateway.sweep()


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (f"SALDO {KPJ}", {"form": "saldo", "typo": False, "numbers": ["kpj"]}),
        (f"SADLO {KPJ}", {"form": "saldo", "typo": True, "numbers": ["kpj"]}),
        (KPJ, {"form": None, "typo": False, "numbers": ["kpj"]}),
        ("saldo 123456", {"form": "saldo", "numbers": ["wrong_length"]}),
        ("balance please", {"form": "balance", "language": "en", "numbers": []}),
    ],
)
def test_how_a_text_was_read_is_kept(
    gateway: Gateway, clock: FakeClock, text: str, reading: dict[str, object]
) -> None:
    say(gateway, clock, PHONE, text)

    story = gateway.database.timelines.timeline(1)

    assert story
    assert {name: story.reading[name] for name in reading} == reading


def test_what_is_never_read_has_no_reading(gateway: Gateway, clock: FakeClock) -> None:
    say(gateway, clock, PHONE, "DAFTAR SALDO#0000001010840019#Name#10-10-1984#1")

    story = gateway.database.timelines.timeline(1)

    assert story
    assert story.reading == {}


def test_each_attempt_and_each_receipt_is_told(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.faults = [AMBIGUOUS]
    say(gateway, clock, PHONE, f"SALDO {KPJ}")
    for _ in range(3):
        clock.pass_time(minutes=1)
        gateway.sweep()
    receipt = DeliveryReceipt("fake", "F1", OutboundStatus.DELIVERED, clock())
    gateway.database.receipts.add(receipt)
    gateway.sweep()

    story = gateway.database.timelines.timeline(1)

    assert story
    assert (story.outcome, story.phone) == (Outcome.ANSWERED, "***0001")
    [reply] = story.replies
    steps = [
        (attempt.attempt, attempt.status, attempt.error_code)
        for attempt in reply.attempts
    ]
    assert steps == [
        (1, "unknown", AMBIGUOUS.code),
        (1, "unknown", "not_found"),
        (1, "queued", None),
        (2, "sent", None),
    ]
    assert [item.status for item in reply.receipts] == ["delivered"]


def test_a_conversation_goes_by_pages_and_keeps_to_one_phone(
    gateway: Gateway, clock: FakeClock
) -> None:
    say(gateway, clock, PHONE, f"SALDO {KPJ}", "BANTUAN", "selamat pagi")
    say(gateway, clock, OTHER_PHONE, f"SALDO {KPJ}")

    newest = gateway.database.timelines.conversation(1, size=2)
    assert newest
    oldest = gateway.database.timelines.conversation(1, before=newest.older, size=2)

    assert oldest
    assert [line.message_id for line in newest.lines] == [2, 2, 3, 3]
    assert [line.is_theirs for line in newest.lines] == [True, False] * 2
    assert oldest.lines[0].text == "SALDO ***0019"
    assert (oldest.older, oldest.phone) == (None, "***0001")


def test_forgotten_phones_are_not_taken_for_one(
    gateway: Gateway, clock: FakeClock
) -> None:
    for phone in (PHONE, OTHER_PHONE):
        say(gateway, clock, phone, "BANTUAN")
        gateway.database.erasure.forget_phone(phone, AuditEntry(clock(), "officer"))

    conversation = gateway.database.timelines.conversation(1)

    assert conversation
    assert {line.message_id for line in conversation.lines} == {1}
    assert gateway.database.timelines.recent(1, 9) == []


def test_numbers_are_revealed_on_record(
    gateway: Gateway, engine: Engine, cipher: Cipher, clock: FakeClock
) -> None:
    say(gateway, clock, PHONE, f"SALDO {KPJ}", "SALDO 99999999999")
    timelines, because = (
        gateway.database.timelines,
        AuditEntry(clock(), "anna", "she called us"),
    )

    phone = timelines.reveal_phone(1, because)
    kpj = timelines.reveal_kpj(1, because)
    unknown = timelines.reveal_kpj(2, because)

    assert phone
    assert kpj
    assert unknown
    assert (phone.number, kpj.number, unknown.number) == (PHONE, KPJ, "99999999999")
    entries = AuditLog(engine, cipher).latest(3)
    assert [(entry.action, entry.subject) for entry in entries] == [
        ("reveal KPJ", "2"),
        ("reveal KPJ", "1"),
        ("reveal phone", "1"),
    ]
    assert PHONE not in repr(phone)
    assert KPJ not in repr(kpj)


def test_what_is_not_there_is_not_revealed_and_not_on_record(
    gateway: Gateway, engine: Engine, clock: FakeClock
) -> None:
    revealed = gateway.database.timelines.reveal_phone(
        9, AuditEntry(clock(), "anna", "she called")
    )

    assert revealed is None
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(access_log)) == 0


def test_attempts_and_readings_go_with_their_message(
    gateway: Gateway, engine: Engine, clock: FakeClock
) -> None:
    say(gateway, clock, PHONE, f"SALDO {KPJ}")
    clock.pass_time(days=Policy().keep_texts.days + 1)
    gateway.retention.purge()
    with engine.connect() as connection:
        assert list(connection.scalars(select(inbound.c.reading))) == [None]

    clock.pass_time(days=Policy().keep_messages.days)
    gateway.retention.purge()

    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(attempts)) == 0


def test_a_member_who_is_forgotten_leaves_no_kpj_to_reveal(
    gateway: Gateway, clock: FakeClock
) -> None:
    say(gateway, clock, PHONE, f"SALDO {KPJ}")
    gateway.database.erasure.forget_member(
        MEMBER.kpj, AuditEntry(clock(), "anna", "his letter")
    )

    revealed = gateway.database.timelines.reveal_kpj(
        1, AuditEntry(clock(), "anna", "she called")
    )

    assert revealed
    assert revealed.number is None


def test_operators_see_why_a_notice_was_sent(
    gateway: Gateway, directory: FakeDirectory, clock: FakeClock
) -> None:
    say(gateway, clock, PHONE, f"INGAT KLAIM {KPJ}")
    claim = Claim(Program.JHT, ClaimStage.APPROVED, date(2026, 11, 22))
    directory.members[MEMBER.kpj] = replace(MEMBER, claim=claim)
    clock.pass_time(hours=19)  # 11:00 in Jakarta
    gateway.reminders.remind_due()
    gateway.sweep()

    story = gateway.database.timelines.timeline(1)

    assert story
    confirmation, notice = story.replies
    assert (confirmation.reason, notice.reason) == (None, "JHT approved")
