"""The figures of the console, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from gateway.db.database import Database
from gateway.db.models.limits import alarms
from gateway.db.models.messages import inbound, outbound
from gateway.db.models.operations import channels
from gateway.db.statistics.reports import Arrivals, ChannelState, Sendings, Waits
from gateway.db.statistics.slices import Windows
from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.messages import InboundStatus, OutboundStatus
from tests.support.fakes import sms

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# The hour before noon, and the one after it.
HOURS = Windows(NOON - HOUR, HOUR, HOUR, 2)


def arrive(log: Database, at: datetime, **values: object) -> int:
    """Store an SMS that has come to its end."""
    stored = log.inbox.add(sms(f"SM{at.timestamp()}{len(values)}", "SALDO", at=at))
    assert stored
    if values:
        write(log, update(inbound).where(inbound.c.id == stored).values(values))
    return stored


def reply(
    log: Database, at: datetime, status: OutboundStatus, took: float | None = None
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


def write(log: Database, statement: object) -> None:
    with log._engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def counted(found: Sequence[Arrivals]) -> dict[tuple[int, str], int]:
    return {(it.window, it.status): it.count for it in found}


def test_an_sms_counts_to_the_window_in_which_it_came(database: Database) -> None:
    for minutes in (-61, -60, -1, 0, 59, 60):
        arrive(database, NOON + timedelta(minutes=minutes))

    found = database.reports.arrivals(HOURS, NOON + HOUR)

    assert counted(found) == {(0, "received"): 2, (1, "received"): 2}


def test_a_window_may_end_before_the_next_begins(database: Database) -> None:
    for minutes in (-60, -31, -30, 0, 29, 30):
        arrive(database, NOON + timedelta(minutes=minutes))
    half = Windows(NOON - HOUR, HOUR, HOUR / 2, 2)

    found = database.reports.arrivals(half, NOON + HOUR)

    assert counted(found) == {(0, "received"): 2, (1, "received"): 2}


def test_sms_are_told_apart_by_what_became_of_them(database: Database) -> None:
    end = {"status": InboundStatus.ANSWERED, "keyword": "saldo", "decision": "allowed"}
    arrive(database, NOON, **end)
    arrive(database, NOON + timedelta(minutes=1), **end)
    arrive(database, NOON + timedelta(minutes=2), **end | {"decision": "closed"})

    found = database.reports.arrivals(HOURS, NOON + HOUR)

    answered = InboundStatus.ANSWERED
    assert sorted(found, key=lambda it: it.count) == [
        Arrivals(1, answered, None, "closed", "saldo", 1),
        Arrivals(1, answered, None, "allowed", "saldo", 2),
    ]


def test_a_reply_is_decided_when_it_is_final_or_its_receipt_is_overdue(
    database: Database,
) -> None:
    reply(database, NOON, OutboundStatus.DELIVERED, took=1)
    reply(database, NOON + timedelta(minutes=1), OutboundStatus.EXPIRED)
    reply(database, NOON + timedelta(minutes=2), OutboundStatus.SENT, took=1)

    at_once = database.reports.sendings(HOURS, NOON + HOUR)
    days_later = database.reports.sendings(HOURS, NOON + 48 * HOUR)

    waits = Waits(1.0, 1.0)
    assert at_once == {1: Sendings(2, delivered=1, segments=4, waits=waits)}
    assert days_later == {1: Sendings(3, delivered=1, segments=4, waits=waits)}


def test_a_wait_is_the_time_from_the_sms_to_its_reply(database: Database) -> None:
    for number in range(1, 21):
        at = NOON + timedelta(minutes=number)
        reply(database, at, OutboundStatus.SENT, took=number / 2)
    reply(database, NOON - HOUR, OutboundStatus.DELIVERED, took=60)
    reply(database, NOON, OutboundStatus.QUEUED)

    found = database.reports.sendings(HOURS, NOON)

    waits = {number: it.waits for number, it in found.items()}
    assert waits == {0: Waits(60.0, 60.0), 1: Waits(5.0, 9.5)}


def test_what_was_never_sent_took_no_time(database: Database) -> None:
    reply(database, NOON, OutboundStatus.EXPIRED)

    found = database.reports.sendings(HOURS, NOON)

    assert found == {1: Sendings(1, delivered=0, segments=0, waits=None)}


def test_where_nothing_came_nothing_is_told(database: Database) -> None:
    reports = database.reports

    assert reports.began() is None
    assert reports.arrivals(HOURS, NOON + HOUR) == []
    assert reports.sendings(HOURS, NOON) == {}
    assert reports.channels(NOON) == {}


def test_the_record_begins_with_its_oldest_sms(database: Database) -> None:
    arrive(database, NOON)
    arrive(database, NOON - HOUR)

    assert database.reports.began() == NOON - HOUR


def test_alarms_of_a_day_are_counted_by_kind(database: Database) -> None:
    kinds = [AlarmKind.PHONE_REFUSED_OFTEN] * 2 + [AlarmKind.MANY_REFUSALS]
    for number, kind in enumerate(kinds):
        at = NOON + number * HOUR
        row = {"kind": kind, "subject": bytes([number]) * 16, "raised_at": at}
        write(database, insert(alarms).values(row | {"day": day_of(at)}))

    found = database.reports.alarms(day_of(NOON))

    assert [(it.kind, it.count, it.since) for it in found] == [
        (AlarmKind.PHONE_REFUSED_OFTEN, 2, NOON),
        (AlarmKind.MANY_REFUSALS, 1, NOON + 2 * HOUR),
    ]
    assert database.reports.alarms(day_of(NOON + 24 * HOUR)) == []


def test_a_pause_is_told_until_it_is_over(database: Database) -> None:
    until = NOON + HOUR
    state = {"used_until": NOON, "paused_until": until, "pause_code": "20003"}
    write(database, insert(channels).values(name="fake", **state))
    reply(database, NOON, OutboundStatus.QUEUED)

    during = database.reports.channels(NOON)
    afterwards = database.reports.channels(until)

    assert during == {"fake": ChannelState(1, until, "20003")}
    assert afterwards == {"fake": ChannelState(unsent=1)}
