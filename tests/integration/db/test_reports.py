"""The figures of the console, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from gateway.db.database import Database
from gateway.db.models.limits import alarms
from gateway.db.models.messages import outbound
from gateway.db.models.operations import channels
from gateway.db.models.statistics import quarter_counts
from gateway.db.statistics.reports import (
    AnswerTimes,
    Arrivals,
    ChannelBacklog,
    ReplyFigures,
    Windows,
)
from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.outcomes import Outcome
from tests.support.fakes import sms
from tests.support.recount import quarter

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# The hour before noon, and the one after it.
HOURS = Windows(NOON - HOUR, HOUR, 2)


def arrive(log: Database, at: datetime) -> int:
    """Store an SMS that times."""
    stored = log.inbox.add(sms(f"SM{at.timestamp()}", "SALDO", at=at))
    assert stored
    return stored


def count(log: Database, at: datetime, **facts: int) -> None:
    """Write counts; a label stands behind two underscores."""
    names = (name.partition("__") for name in facts)
    rows = [
        {"quarter": quarter(at), "fact": fact, "label": label, "number": number}
        for (fact, _, label), number in zip(names, facts.values(), strict=True)
    ]
    write(log, insert(quarter_counts).values(rows))


def write(log: Database, statement: object) -> None:
    with log._engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def found(arrivals: Sequence[Arrivals]) -> dict[tuple[int, str], float]:
    return {(arrival.window, arrival.outcome): arrival.count for arrival in arrivals}


def test_an_sms_that_waits_counts_to_the_window_in_which_it_came(
    database: Database,
) -> None:
    for minutes in (-61, -60, -1, 0, 59, 60):
        arrive(database, NOON + minutes * MINUTE)

    arrivals = database.reports.arrivals(HOURS)

    assert found(arrivals) == {(0, "waiting"): 2, (1, "waiting"): 2}


def test_a_quarter_counts_to_the_window_in_which_it_lies(database: Database) -> None:
    for minutes in (-61, -60, -1, 0, 59, 60):
        count(database, NOON + minutes * MINUTE, answered=1)

    arrivals = database.reports.arrivals(HOURS)

    assert found(arrivals) == {(0, "answered"): 2, (1, "answered"): 2}


def test_a_window_may_end_before_the_next_begins(database: Database) -> None:
    for minutes in (-60, -31, -30, 0, 29, 30):
        arrive(database, NOON + minutes * MINUTE)
        count(database, NOON + minutes * MINUTE, answered=1)
    half = Windows(NOON - HOUR, HOUR, 2, HOUR / 2)

    arrivals = database.reports.arrivals(half)

    waiting = {(0, "waiting"): 2, (1, "waiting"): 2}
    assert found(arrivals) == waiting | {(0, "answered"): 2, (1, "answered"): 2}


def test_a_quarter_that_is_cut_off_counts_in_proportion(database: Database) -> None:
    for minutes in (0, 15, 30, 45):
        count(database, NOON + minutes * MINUTE, answered=30)
    twenty_minutes = Windows(NOON, HOUR, 1, 20 * MINUTE)

    assert found(database.reports.arrivals(twenty_minutes)) == {(0, "answered"): 40}


def test_nothing_counts_of_a_window_that_has_just_begun(database: Database) -> None:
    count(database, NOON, answered=30)
    arrive(database, NOON)

    assert database.reports.arrivals(Windows(NOON, HOUR, 1, timedelta())) == []


def test_sms_are_told_apart_by_outcome_and_keyword(database: Database) -> None:
    count(database, NOON, answered__saldo=2, answered__status=1, refused__saldo=3)
    count(database, NOON + 15 * MINUTE, answered__saldo=1, unrecognised=4)

    arrivals = database.reports.arrivals(HOURS)

    assert sorted(arrivals, key=lambda item: item.count) == [
        Arrivals(1, Outcome.ANSWERED, "status", 1),
        Arrivals(1, Outcome.ANSWERED, "saldo", 3),
        Arrivals(1, Outcome.REFUSED, "saldo", 3),
        Arrivals(1, Outcome.UNRECOGNISED, None, 4),
    ]


def test_replies_are_added_up(database: Database) -> None:
    count(database, NOON, decided=2, delivered=1, segments=4, answer_time__100=2)
    count(database, NOON + 15 * MINUTE, segments=1, answer_time__100=1)

    figures = database.reports.replies(HOURS)

    assert figures == {
        1: ReplyFigures(2, delivered=1, segments=5, answer_times=AnswerTimes(1.0, 1.0)),
    }


def test_an_answer_time_is_one_that_so_many_do_not_exceed(database: Database) -> None:
    times = {f"answer_time__{50 * number}": 1 for number in range(1, 21)}
    count(database, NOON, **times)
    count(database, NOON - HOUR, answer_time__6000=3)

    figures = database.reports.replies(HOURS)

    times = {number: value.answer_times for number, value in figures.items()}
    assert times == {0: AnswerTimes(60.0, 60.0), 1: AnswerTimes(5.0, 9.5)}


def test_what_was_never_sent_took_no_time(database: Database) -> None:
    count(database, NOON, decided=1, segments=0, answer_time__100=0)

    figures = database.reports.replies(HOURS)

    assert figures == {1: ReplyFigures(1, delivered=0, segments=0, answer_times=None)}


def test_where_nothing_came_nothing_is_told(database: Database) -> None:
    reports = database.reports

    assert reports.first_arrival() is None
    assert reports.arrivals(HOURS) == []
    assert reports.replies(HOURS) == {}
    assert reports.channels(NOON) == {}


def test_the_record_begins_with_its_oldest_sms(database: Database) -> None:
    arrive(database, NOON)
    arrive(database, NOON - HOUR)

    assert database.reports.first_arrival() == NOON - HOUR


def test_alarms_of_a_day_are_counted_by_kind(database: Database) -> None:
    kinds = [AlarmKind.PHONE_REFUSED_OFTEN] * 2 + [AlarmKind.MANY_REFUSALS]
    for number, kind in enumerate(kinds):
        at = NOON + number * HOUR
        row = {"kind": kind, "subject": bytes([number]) * 16, "raised_at": at}
        write(database, insert(alarms).values(row | {"day": day_of(at)}))

    found = database.reports.alarms(day_of(NOON))

    assert [(item.kind, item.count, item.since) for item in found] == [
        (AlarmKind.PHONE_REFUSED_OFTEN, 2, NOON),
        (AlarmKind.MANY_REFUSALS, 1, NOON + 2 * HOUR),
    ]
    assert database.reports.alarms(day_of(NOON + 24 * HOUR)) == []


def queued(in_reply_to: int) -> dict[str, object]:
    """A reply that times to be sent."""
    return {
        **{"in_reply_to": in_reply_to, "channel": "fake", "sender": "2757"},
        **{"recipient_sealed": b"", "recipient_index": b"x" * 16, "language": "id"},
        **{"template": "balance", "segments": 1, "next_attempt_at": NOON},
        **{"asked_at": NOON, "created_at": NOON, "expires_at": NOON + HOUR},
    }


def test_a_pause_is_told_until_it_is_over(database: Database) -> None:
    until = NOON + HOUR
    state = {"used_until": NOON, "paused_until": until, "pause_code": "20003"}
    write(database, insert(channels).values(name="fake", **state))
    row = queued(arrive(database, NOON))
    write(database, insert(outbound).values(row))

    during = database.reports.channels(NOON)
    afterwards = database.reports.channels(until)

    assert during == {"fake": ChannelBacklog(1, until, "20003")}
    assert afterwards == {"fake": ChannelBacklog(unsent=1)}
