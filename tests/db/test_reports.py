"""The figures of the console, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from gateway.db.books import AlarmKind
from gateway.db.message_log import MessageLog
from gateway.db.models import alarms, channels, inbound, outbound
from gateway.db.reports import Arrivals, ChannelState, Sendings, Waits
from gateway.db.slices import Windows
from gateway.limits import day_of
from gateway.messages import InboundStatus, OutboundStatus
from tests.fakes import sms

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# The hour before noon, and the one after it.
HOURS = Windows(NOON - HOUR, HOUR, HOUR, 2)


def arrive(log: MessageLog, at: datetime, **values: object) -> int:
    """Store an SMS that has come to its end."""
    stored = log.inbox.add(sms(f"SM{at.timestamp()}{len(values)}", "SALDO", at=at))
    assert stored
    if values:
        write(log, update(inbound).where(inbound.c.id == stored).values(values))
    return stored


def reply(
    log: MessageLog, at: datetime, status: OutboundStatus, took: float | None = None
) -> None:
    """Store the reply to an SMS of this moment, sent so many seconds later."""
    sent_at = None if took is None else at + timedelta(seconds=took)
    row = {
        **{"in_reply_to": arrive(log, at, status=InboundStatus.ANSWERED)},
        **{"channel": "fake", "sender": "2757", "language": "id"},
        **{"recipient_sealed": b"", "recipient_index": b"x" * 16},
        **{"template": "balance", "segments": 2, "status": status},
        **{"attempts": 1, "questions": 0, "next_attempt_at": at + 24 * HOUR},
        **{"asked_at": at, "created_at": at, "expires_at": at + HOUR},
        "sent_at": sent_at,
    }
    write(log, insert(outbound).values(row))


def write(log: MessageLog, statement: object) -> None:
    with log._engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def counted(found: Sequence[Arrivals]) -> dict[tuple[int, str], int]:
    return {(it.window, it.status): it.count for it in found}


def test_an_sms_counts_to_the_window_in_which_it_came(message_log: MessageLog) -> None:
    for minutes in (-61, -60, -1, 0, 59, 60):
        arrive(message_log, NOON + timedelta(minutes=minutes))

    found = message_log.reports.arrivals(HOURS, NOON + HOUR)

    assert counted(found) == {(0, "received"): 2, (1, "received"): 2}


def test_a_window_may_end_before_the_next_begins(message_log: MessageLog) -> None:
    for minutes in (-60, -31, -30, 0, 29, 30):
        arrive(message_log, NOON + timedelta(minutes=minutes))
    half = Windows(NOON - HOUR, HOUR, HOUR / 2, 2)

    found = message_log.reports.arrivals(half, NOON + HOUR)

    assert counted(found) == {(0, "received"): 2, (1, "received"): 2}


def test_sms_are_told_apart_by_what_became_of_them(message_log: MessageLog) -> None:
    end = {"status": InboundStatus.ANSWERED, "keyword": "saldo", "decision": "allowed"}
    arrive(message_log, NOON, **end)
    arrive(message_log, NOON + timedelta(minutes=1), **end)
    arrive(message_log, NOON + timedelta(minutes=2), **end | {"decision": "closed"})

    found = message_log.reports.arrivals(HOURS, NOON + HOUR)

    answered = InboundStatus.ANSWERED
    assert sorted(found, key=lambda it: it.count) == [
        Arrivals(1, answered, None, "closed", "saldo", 1),
        Arrivals(1, answered, None, "allowed", "saldo", 2),
    ]


def test_a_reply_is_decided_when_it_is_final_or_its_receipt_is_overdue(
    message_log: MessageLog,
) -> None:
    reply(message_log, NOON, OutboundStatus.DELIVERED, took=1)
    reply(message_log, NOON + timedelta(minutes=1), OutboundStatus.EXPIRED)
    reply(message_log, NOON + timedelta(minutes=2), OutboundStatus.SENT, took=1)

    at_once = message_log.reports.sendings(HOURS, NOON + HOUR)
    days_later = message_log.reports.sendings(HOURS, NOON + 48 * HOUR)

    waits = Waits(1.0, 1.0)
    assert at_once == {1: Sendings(2, delivered=1, segments=4, waits=waits)}
    assert days_later == {1: Sendings(3, delivered=1, segments=4, waits=waits)}


def test_a_wait_is_the_time_from_the_sms_to_its_reply(message_log: MessageLog) -> None:
    for number in range(1, 21):
        at = NOON + timedelta(minutes=number)
        reply(message_log, at, OutboundStatus.SENT, took=number / 2)
    reply(message_log, NOON - HOUR, OutboundStatus.DELIVERED, took=60)
    reply(message_log, NOON, OutboundStatus.QUEUED)

    found = message_log.reports.sendings(HOURS, NOON)

    waits = {number: it.waits for number, it in found.items()}
    assert waits == {0: Waits(60.0, 60.0), 1: Waits(5.0, 9.5)}


def test_what_was_never_sent_took_no_time(message_log: MessageLog) -> None:
    reply(message_log, NOON, OutboundStatus.EXPIRED)

    found = message_log.reports.sendings(HOURS, NOON)

    assert found == {1: Sendings(1, delivered=0, segments=0, waits=None)}


def test_where_nothing_came_nothing_is_told(message_log: MessageLog) -> None:
    reports = message_log.reports

    assert reports.began() is None
    assert reports.arrivals(HOURS, NOON + HOUR) == []
    assert reports.sendings(HOURS, NOON) == {}
    assert reports.channels(NOON) == {}


def test_the_record_begins_with_its_oldest_sms(message_log: MessageLog) -> None:
    arrive(message_log, NOON)
    arrive(message_log, NOON - HOUR)

    assert message_log.reports.began() == NOON - HOUR


def test_alarms_of_a_day_are_counted_by_kind(message_log: MessageLog) -> None:
    kinds = [AlarmKind.PHONE_REFUSED_OFTEN] * 2 + [AlarmKind.MANY_REFUSALS]
    for number, kind in enumerate(kinds):
        at = NOON + number * HOUR
        row = {"kind": kind, "subject": bytes([number]) * 16, "raised_at": at}
        write(message_log, insert(alarms).values(row | {"day": day_of(at)}))

    found = message_log.reports.alarms(day_of(NOON))

    assert [(it.kind, it.count, it.since) for it in found] == [
        (AlarmKind.PHONE_REFUSED_OFTEN, 2, NOON),
        (AlarmKind.MANY_REFUSALS, 1, NOON + 2 * HOUR),
    ]
    assert message_log.reports.alarms(day_of(NOON + 24 * HOUR)) == []


def test_a_pause_is_told_until_it_is_over(message_log: MessageLog) -> None:
    until = NOON + HOUR
    state = {"used_until": NOON, "paused_until": until, "pause_code": "20003"}
    write(message_log, insert(channels).values(name="fake", **state))
    reply(message_log, NOON, OutboundStatus.QUEUED)

    during = message_log.reports.channels(NOON)
    afterwards = message_log.reports.channels(until)

    assert during == {"fake": ChannelState(1, until, "20003")}
    assert afterwards == {"fake": ChannelState(unsent=1)}
