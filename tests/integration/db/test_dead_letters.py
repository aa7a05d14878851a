"""Dead letters and doubts wait for an operator, and nothing is lost or guessed."""

from datetime import timedelta

from sqlalchemy import Engine, select

from gateway.db.messages.dead_letters import DeadLetterStore
from gateway.db.models.messages import inbound, outbound
from gateway.domain.audit import AuditEntry, RecordedEntry
from gateway.domain.policy import Policy
from gateway.domain.statuses import OutboundStatus
from gateway.runtime import Gateway
from tests.integration.test_runtime import AMBIGUOUS
from tests.support.fakes import (
    BALANCE_TEXT,
    MEMBER,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
)

POLICY = Policy()
ENQUIRY = f"saldo {MEMBER.kpj.digits}"


def set_aside(
    gateway: Gateway, directory: FakeDirectory, clock: FakeClock
) -> DeadLetterStore:
    """Let answering break until nobody tries any more."""
    directory.broken.add(MEMBER.kpj)
    gateway.database.inbox.add(sms("SM1", ENQUIRY))
    for _ in range(POLICY.answer_attempts + 1):
        gateway.sweep()
        clock.pass_time(minutes=3)
    directory.broken.clear()
    return gateway.database.dead_letters


def doubtful(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> DeadLetterStore:
    """Let the carrier neither take a reply clearly nor be asked."""
    channel.faults = [AMBIGUOUS]
    channel.list_faults = [AMBIGUOUS] * POLICY.carrier_questions
    gateway.database.inbox.add(sms("SM1", ENQUIRY))
    for _ in range(POLICY.carrier_questions + 1):
        gateway.sweep()
        clock.pass_time(minutes=3)
    return gateway.database.dead_letters


def entry(clock: FakeClock) -> AuditEntry:
    return AuditEntry(clock(), "officer A", "a complaint of +628110000001")


def statuses(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        query = select(outbound.c.status).order_by(outbound.c.id)
        return list(connection.scalars(query))


def test_a_dead_letter_tells_its_traceback(
    gateway: Gateway, directory: FakeDirectory, clock: FakeClock
) -> None:
    stuck = set_aside(gateway, directory, clock)

    [letter] = stuck.waiting()

    assert (letter.attempts, letter.reason) == (POLICY.answer_attempts, "RuntimeError")
    fault = stuck.faults(entry(clock))[letter.id]
    assert fault.startswith("Traceback")
    assert "a record that cannot be read" in fault


def test_a_dead_letter_that_is_tried_again_is_answered_and_forgets_its_fault(
    gateway: Gateway,
    directory: FakeDirectory,
    channel: FakeChannel,
    clock: FakeClock,
    engine: Engine,
) -> None:
    stuck = set_aside(gateway, directory, clock)
    [letter] = stuck.waiting()

    assert stuck.retry(letter.id, entry(clock))
    gateway.sweep()

    assert channel.texts == [BALANCE_TEXT]
    assert stuck.waiting() == []
    with engine.connect() as connection:
        assert connection.scalars(select(inbound.c.fault_sealed)).all() == [None]


def test_a_dead_letter_that_is_dismissed_stays_unanswered_and_keeps_no_text(
    gateway: Gateway,
    directory: FakeDirectory,
    channel: FakeChannel,
    clock: FakeClock,
    engine: Engine,
) -> None:
    stuck = set_aside(gateway, directory, clock)
    [letter] = stuck.waiting()

    assert stuck.dismiss(letter.id, entry(clock))
    gateway.sweep()

    assert channel.texts == []
    assert stuck.waiting() == []
    assert not stuck.retry(letter.id, entry(clock))
    with engine.connect() as connection:
        row = connection.execute(select(inbound)).one()
    assert (row.status, row.text_sealed, row.fault_sealed) == ("failed", None, None)


def test_only_a_dead_letter_can_be_tried_again_or_dismissed(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    gateway.database.inbox.add(sms("SM1", ENQUIRY))
    gateway.sweep()

    assert not gateway.database.dead_letters.retry(1, entry(clock))
    assert not gateway.database.dead_letters.dismiss(1, entry(clock))
    gateway.sweep()
    assert channel.texts == [BALANCE_TEXT]


def test_a_reply_that_the_operator_says_was_sent_is_not_sent_again(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
) -> None:
    stuck = doubtful(gateway, channel, clock)
    [doubt] = stuck.doubts(POLICY.carrier_questions)

    assert stuck.mark_sent([doubt.id], clock() + timedelta(days=3), entry(clock))
    gateway.sweep()

    assert channel.texts == []
    assert statuses(engine) == [OutboundStatus.SENT]


def test_a_reply_that_was_not_sent_goes_out_while_it_is_of_use(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    stuck = doubtful(gateway, channel, clock)
    [doubt] = stuck.doubts(POLICY.carrier_questions)
    clock.now = doubt.expires_at - timedelta(seconds=1)

    assert stuck.mark_unsent([doubt.id], entry(clock))
    gateway.sweep()

    assert channel.texts == [BALANCE_TEXT]


def test_a_reply_that_was_not_sent_expires_when_it_is_too_late(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
) -> None:
    stuck = doubtful(gateway, channel, clock)
    [doubt] = stuck.doubts(POLICY.carrier_questions)

    assert stuck.mark_unsent([doubt.id], entry(clock))
    gateway.sweep()

    assert channel.texts == []
    assert statuses(engine) == [OutboundStatus.EXPIRED]


def test_a_reply_in_no_doubt_cannot_be_settled_by_hand(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
) -> None:
    gateway.database.inbox.add(sms("SM1", ENQUIRY))
    gateway.sweep()

    assert not gateway.database.dead_letters.mark_unsent([1], entry(clock))
    assert not gateway.database.dead_letters.mark_sent([1], clock(), entry(clock))
    gateway.sweep()
    assert len(channel.texts) == 1


def doubt_many(gateway: Gateway, channel: FakeChannel, clock: FakeClock) -> list[int]:
    """Replies to three phones of which nobody can tell; their ids."""
    channel.faults = [AMBIGUOUS] * 3
    channel.list_faults = [AMBIGUOUS] * POLICY.carrier_questions * 3
    for number in range(3):
        gateway.database.inbox.add(
            sms(f"SM{number}", "BANTUAN", sender=f"{PHONE}{number}")
        )
    for _ in range(POLICY.carrier_questions + 1):
        gateway.sweep()
        clock.pass_time(minutes=3)
    return [
        doubt.id
        for doubt in gateway.database.dead_letters.doubts(POLICY.carrier_questions)
    ]


def test_many_doubts_are_decided_at_once_and_each_is_on_record(
    gateway: Gateway, channel: FakeChannel, clock: FakeClock, engine: Engine
) -> None:
    """Field report 19: a decision for all that an operator has seen, no later one."""
    ids = doubt_many(gateway, channel, clock)

    assert gateway.dead_letters.mark_all_sent(ids[1], entry(clock)) == 2
    assert statuses(engine) == ["sent", "sent", "unknown"]
    assert gateway.dead_letters.mark_all_unsent(ids[2], entry(clock)) == 1
    assert statuses(engine) == ["sent", "sent", "queued"]

    assert [
        (item.action, item.subject) for item in gateway.database.audit_log.latest(10)
    ] == [
        ("reply was not sent", f"reply {ids[2]}"),
        ("reply was sent", f"reply {ids[1]}"),
        ("reply was sent", f"reply {ids[0]}"),
    ]


def test_whoever_reads_a_traceback_is_on_record_and_so_is_every_decision(
    gateway: Gateway, directory: FakeDirectory, clock: FakeClock
) -> None:
    stuck = set_aside(gateway, directory, clock)
    [letter] = stuck.waiting()
    assert gateway.database.audit_log.latest(10) == []

    stuck.faults(entry(clock))
    stuck.retry(letter.id, entry(clock))
    # Nothing is set aside any more, so nothing is done.
    stuck.faults(entry(clock))
    stuck.dismiss(letter.id, entry(clock))

    why = "a complaint of ***"
    assert gateway.database.audit_log.latest(10) == [
        RecordedEntry(clock(), "officer A", action, f"SMS {letter.id}", why)
        for action in ("retry SMS", "read traceback")
    ]


def test_deeds_are_listed_from_a_moment_on(gateway: Gateway, clock: FakeClock) -> None:
    for action in ("first", "second", "third"):
        gateway.database.audit_log.add(entry(clock), action, "nobody")
        clock.pass_time(hours=1)

    entries = gateway.database.audit_log.latest(10, clock() - timedelta(hours=2))

    assert [item.action for item in entries] == ["third", "second"]
