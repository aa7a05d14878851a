"""Counts of minutes and quarters tell what the messages tell, whatever comes late."""

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    Engine,
    Row,
    delete,
    event,
    func,
    insert,
    select,
    update,
)

from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.db.models.messages import inbound, outbound
from gateway.db.statistics.grains import GRAINS, MINUTES, QUARTERS, Grain
from gateway.db.statistics.reports import Arrivals, Sendings
from gateway.db.statistics.rollups import BATCH, MARGIN, Rollups
from gateway.db.statistics.slices import Windows, slice_of
from gateway.domain.access import Decision
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import InboundStatus, OutboundStatus, is_final
from gateway.security.cipher import Cipher
from tests.support.fakes import PHONE

# Four in the afternoon in Jakarta, and some minutes into a quarter.
NOW = datetime(2026, 11, 21, 9, 7, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
DAYS = Windows(MIDNIGHT - 7 * DAY, DAY, NOW - MIDNIGHT, 8)
HOURS = Windows(NOW.replace(minute=0, second=0) - 23 * HOUR, HOUR, HOUR, 24)
# The last quarters, of which none is counted yet.
MINUTES_SHOWN = Windows(
    NOW - NOW.second * MINUTE / 60 - 22 * MINUTE, MINUTE, MINUTE, 23
)
MESSAGES = 150
# However few there are.
ALWAYS = [replace(it, worth_it=0) for it in GRAINS]
# Seconds that a reply took, and the hundredths that are counted.
WAITS = {0.07: 5, 0.99: 100, 1.04: 100, 9.96: 1000, 1.6: 150, 31.2: 3000, 253.0: 25_500}
ENDS = (
    (InboundStatus.ANSWERED, None, Decision.ALLOWED, "saldo"),
    (InboundStatus.ANSWERED, None, Decision.ALLOWED, "status"),
    (InboundStatus.ANSWERED, "unknown_keyword", None, None),
    (InboundStatus.ANSWERED, "limit", Decision.ALLOWED, "saldo"),
    (InboundStatus.IGNORED, "automatic", None, None),
    (InboundStatus.FAILED, "RuntimeError", None, None),
    (InboundStatus.RECEIVED, None, None, None),
)


class Killed(BaseException):
    """What ends a worker in the middle."""


@pytest.fixture
def dice() -> random.Random:
    return random.Random(1)


@pytest.fixture
def log(database: Database, dice: random.Random) -> Database:
    """Eight days of SMS, most of them of today, with replies of every kind."""
    spans = (HOUR / 3, 2 * HOUR, DAY, 8 * DAY)
    fill(
        database,
        dice,
        *(NOW - dice.choice(spans) * dice.random() for _ in range(MESSAGES)),
        # A database that rounds would put them into the next quarter.
        *(NOW.replace(minute=0, second=0) - it * MINUTE / 6e7 for it in range(1, 9)),
    )
    return database


def fill(log: Database, dice: random.Random, *times: datetime) -> None:
    """SMS of these moments, with replies."""
    with log._engine.begin() as connection:
        first = (connection.scalar(select(func.max(inbound.c.id))) or 0) + 1
        numbered = list(enumerate(times, start=first))
        theirs = log._cipher.index(PHONE)
        rows = [sms_row(*it, dice.choice(ENDS), theirs) for it in numbered]
        connection.execute(insert(inbound), rows)
        connection.execute(insert(outbound), [reply_row(*it, dice) for it in numbered])


def sms_row(number: int, at: datetime, end: Sequence[Any], phone: bytes) -> Any:
    status, reason, decision, keyword = end
    row = {"id": number, "channel": "fake", "provider_id": f"SM{number}"}
    row |= {"sender_sealed": b"", "sender_index": phone}
    row |= {"sender_kind": "mobile", "recipient": "2757", "media_count": 0}
    row |= {"answered_by_carrier": False, "next_attempt_at": at, "status": status}
    row |= {"reason": reason, "decision": decision, "keyword": keyword}
    return row | {"received_at": at}


def reply_row(number: int, at: datetime, dice: random.Random) -> Any:
    status = dice.choice(list(OutboundStatus))
    sent_at = at + timedelta(seconds=dice.choice(list(WAITS)))
    is_sent = status in (OutboundStatus.SENT, OutboundStatus.DELIVERED)
    row = {"in_reply_to": number, "channel": "fake", "sender": "2757"}
    row |= {"recipient_sealed": b"", "recipient_index": b"x" * 16, "segments": 2}
    row |= {"template": "balance", "language": "id", "status": status}
    row |= {"next_attempt_at": at + 3 * DAY, "asked_at": at, "expires_at": at}
    return row | {"created_at": at, "sent_at": sent_at if is_sent else None}


def counted(log: Database, now: datetime = NOW) -> int:
    """Count whatever is due; how many slices."""
    rollups = Rollups(log._engine, log._cipher, 800, ALWAYS)
    return sum(iter(lambda: rollups.count(now), 0))


def assert_is_true(log: Database, now: datetime = NOW) -> None:
    """The figures are those of the messages, added up one by one."""
    for windows in (DAYS, HOURS, MINUTES_SHOWN):
        assert_is_true_in(log, windows, now)


def assert_is_true_in(log: Database, windows: Windows, now: datetime) -> None:
    found = log.reports.arrivals(windows, now)
    assert sorted(found, key=str) == sorted(arrivals(log, windows), key=str)
    sent = {it: told(facts) for it, facts in log.reports.sendings(windows, now).items()}
    assert sent == sendings(log, windows, now)


def told(facts: Sendings) -> tuple[int, int, int, float | None, float | None]:
    waits = facts.waits
    p50, p95 = (waits.p50, waits.p95) if waits else (None, None)
    return facts.decided, facts.delivered, facts.segments, p50, p95


def rows_in(
    log: Database, column: Any, windows: Windows
) -> Iterator[tuple[int, Row[Any]]]:
    with log._engine.connect() as connection:
        for row in connection.execute(select(column.table)):
            number, into = divmod(row._mapping[column] - windows.start, windows.step)
            if 0 <= number < windows.count and into < windows.length:
                yield number, row


def arrivals(log: Database, windows: Windows) -> list[Arrivals]:
    counts = Counter(
        (window, it.status, it.reason, it.decision, it.keyword)
        for window, it in rows_in(log, inbound.c.received_at, windows)
    )
    return [
        Arrivals(window, InboundStatus(status), *why, number)
        for (window, status, *why), number in counts.items()
    ]


def sendings(log: Database, windows: Windows, now: datetime) -> dict[int, Any]:
    replies = defaultdict[int, list[Row[Any]]](list)
    for window, it in rows_in(log, outbound.c.created_at, windows):
        replies[window].append(it)
    return {window: added_up(rows, now) for window, rows in replies.items()}


def added_up(
    rows: Sequence[Row[Any]], now: datetime
) -> tuple[int, int, int, float | None, float | None]:
    sent = [it for it in rows if it.sent_at]
    waits = sorted(WAITS[(it.sent_at - it.asked_at).total_seconds()] for it in sent)
    return (
        sum(
            is_final(OutboundStatus(it.status))
            or (it.status == OutboundStatus.SENT and it.next_attempt_at <= now)
            for it in rows
        ),
        sum(it.status == OutboundStatus.DELIVERED for it in rows),
        sum(it.segments for it in sent),
        rank(waits, 50),
        rank(waits, 95),
    )


def rank(waits: Sequence[int], percent: int) -> float | None:
    """The smallest wait that so many of 100 do not exceed."""
    enough = (it for n, it in enumerate(waits, 1) if n * 100 >= len(waits) * percent)
    wait = next(enough, None)
    return None if wait is None else wait / 100


def change(log: Database, statement: Any) -> None:
    with log._engine.begin() as connection:
        connection.execute(statement)


def test_figures_are_true_whether_quarters_are_counted_or_not(log: Database) -> None:
    assert_is_true(log)

    assert counted(log) > 7 * 96

    assert_is_true(log)


@pytest.mark.parametrize("steps", [1, 2, 30])
def test_figures_are_true_while_not_all_is_counted(log: Database, steps: int) -> None:
    rollups = Rollups(log._engine, log._cipher, grains=ALWAYS)

    for _ in range(steps):
        assert BATCH <= rollups.count(NOW) <= len(GRAINS) * BATCH

    assert_is_true(log)
    assert all(rollups.believed(it, NOW - HOUR, NOW) for it in GRAINS)


@pytest.mark.parametrize("grain", GRAINS)
def test_holes_among_what_is_counted_are_read_from_the_messages(
    log: Database, grain: Grain
) -> None:
    counted(log)
    is_third = grain.counted.c[grain.name] % 3 == 0

    change(log, delete(grain.counted).where(is_third))

    assert_is_true(log)


def test_windows_may_begin_and_end_at_any_second(
    log: Database, dice: random.Random
) -> None:
    counted(log)

    for _ in range(20):
        step = timedelta(seconds=dice.randrange(1, dice.choice([200, 9000])))
        part = dice.choice([dice.random(), 1])
        length = step * part // timedelta(seconds=1) * timedelta(seconds=1)
        ago = dice.choice([1_800, 200_000])
        start = NOW.replace(second=0) - timedelta(seconds=dice.randrange(ago))
        assert_is_true_in(log, Windows(start, step, length, dice.randrange(1, 9)), NOW)


@pytest.mark.parametrize(
    "old",
    [
        Windows(NOW.replace(minute=0, second=0) - 9 * HOUR, HOUR, HOUR, 8),
        Windows(MINUTES_SHOWN.start, MINUTE, MINUTE, 20),
    ],
    ids=["quarters", "minutes"],
)
def test_what_is_counted_is_not_read_from_the_messages(
    log: Database, old: Windows
) -> None:
    counted(log)
    arrived = log.reports.arrivals(old, NOW)
    sent = log.reports.sendings(old, NOW)

    change(log, delete(outbound))
    change(log, delete(inbound))

    assert arrived
    assert sorted(log.reports.arrivals(old, NOW), key=str) == sorted(arrived, key=str)
    assert log.reports.sendings(old, NOW) == sent


def test_there_is_nothing_to_count_where_nothing_came(database: Database) -> None:
    assert database.rollups.count(NOW) == 0


@pytest.mark.parametrize("grain", GRAINS)
def test_a_slice_is_counted_when_it_has_been_over_for_another(
    database: Database, dice: random.Random, grain: Grain
) -> None:
    start = NOW.replace(minute=0, second=0)
    fill(database, dice, start)
    due = start + timedelta(seconds=2 * grain.seconds)

    just_before = due - timedelta(seconds=1)
    assert counted_at(database, grain, just_before, start) is None
    assert counted_at(database, grain, due, start) == grain.seconds
    assert counted(database, due) == 0


@pytest.mark.parametrize(("grain", "times"), [(QUARTERS, 2), (MINUTES, 1.25)])
def test_a_slice_is_counted_again_when_it_is_so_much_older(
    database: Database, dice: random.Random, grain: Grain, times: float
) -> None:
    start = NOW.replace(minute=0, second=0)
    fill(database, dice, start)
    end = start + timedelta(seconds=grain.seconds)
    age = 4 * grain.seconds
    counted(database, end + timedelta(seconds=age))

    just_before = end + timedelta(seconds=times * age - 1)
    assert counted_at(database, grain, just_before, start) == age
    due = end + timedelta(seconds=times * age)
    assert counted_at(database, grain, due, start) == times * age


def counted_at(
    log: Database, grain: Grain, now: datetime, start: datetime
) -> int | None:
    """After counting what is due then: how old this slice was when counted."""
    counted(log, now)
    its_number = grain.counted.c[grain.name] == slice_of(start, grain.seconds)
    with log._engine.connect() as connection:
        return connection.scalar(select(grain.counted.c.age).where(its_number))


def test_few_sms_are_not_counted_by_the_minute(
    database: Database, dice: random.Random
) -> None:
    start = NOW.replace(minute=0, second=0) - HOUR
    grains = [replace(it, worth_it=0 if it is QUARTERS else 5) for it in GRAINS]
    rollups = Rollups(database._engine, database._cipher, 800, grains)
    fill(database, dice, *[start] * 100, *[NOW - 20 * MINUTE] * 5)

    rollups.count(NOW)
    assert not rollups.believed(MINUTES, start, NOW)
    assert rollups.believed(QUARTERS, start, NOW)

    fill(database, dice, NOW - 20 * MINUTE)
    rollups.count(NOW)
    assert rollups.believed(MINUTES, start, NOW)
    assert_is_true(database)


def test_a_count_is_not_believed_when_it_may_soon_be_dropped(log: Database) -> None:
    counted(log)
    later = NOW + 10 * MINUTE

    minutes = log.rollups.believed(MINUTES, NOW - DAY, later)

    assert minutes
    assert min(minutes) >= slice_of(later - 45 * MINUTE, 60)
    assert log.rollups.believed(MINUTES, NOW - DAY, NOW) > minutes


def test_of_a_minute_and_its_quarter_only_one_counts(
    database: Database, dice: random.Random
) -> None:
    start = NOW.replace(minute=0, second=0)
    fill(database, dice, *(start + number * MINUTE for number in range(60)))
    now, twice = start + HOUR, start + 20 * MINUTE

    ages = [counted_at(database, grain, now, twice) for grain in GRAINS]

    assert ages == [1800, 2340]
    assert_is_true_in(database, Windows(start, HOUR, HOUR, 1), now)


def test_what_comes_late_is_seen_when_its_quarter_is_counted_again(
    log: Database, dice: random.Random
) -> None:
    start = NOW.replace(minute=0, second=0) - 6 * HOUR
    hours = Windows(start, HOUR, HOUR, 5)
    counted(log)
    change(log, update(outbound).values(status=OutboundStatus.DELIVERED))
    change(log, update(inbound).values(status=InboundStatus.IGNORED))
    fill(log, dice, *(start + number * HOUR for number in range(5)))
    later = start + HOURS.count * HOUR

    counted(log, later)

    assert_is_true_in(log, hours, later)


@pytest.mark.parametrize(
    ("grain", "age", "still", "until"),
    [(QUARTERS, HOUR, 2, 2.5), (MINUTES, 4 * MINUTE, 1.25, 1.75)],
)
def test_a_count_that_nobody_makes_again_is_not_believed_for_long(
    log: Database,
    dice: random.Random,
    grain: Grain,
    age: timedelta,
    still: float,
    until: float,
) -> None:
    start = NOW.replace(minute=0, second=0) - HOUR
    length = timedelta(seconds=grain.seconds)
    counted(log, start + length + age)
    fill(log, dice, start)
    window = Windows(start, length, length, 1)
    before = log.reports.arrivals(window, start + length + still * age)

    assert sum(it.count for it in before) + 1 == len(
        list(rows_in(log, inbound.c.received_at, window))
    )
    assert_is_true_in(log, window, start + length + until * age)


@pytest.mark.parametrize("ago", [5 * HOUR, 20 * MINUTE])
def test_a_slice_that_is_to_be_counted_again_is_read_from_the_messages(
    log: Database, dice: random.Random, ago: timedelta
) -> None:
    counted(log)
    fill(log, dice, NOW - ago)

    log.rollups.forget(NOW - ago)

    assert_is_true(log)
    assert counted(log) == 1
    assert_is_true(log)


def test_what_comes_late_while_its_slice_is_counted_is_counted_soon(
    log: Database, database_url: str, cipher: Cipher, dice: random.Random
) -> None:
    counting, ago = open_engine(database_url), 20 * MINUTE

    def come_late() -> None:
        fill(log, dice, NOW - ago)
        log.rollups.forget(NOW - ago)

    late = threading.Thread(target=come_late)

    def begin(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO minute_sending_tallies"):
            late.start()
            # SQLite lets it in afterwards, PostgreSQL at once.
            late.join(0.3)

    event.listen(counting, "before_cursor_execute", begin)
    Rollups(counting, cipher, 800, ALWAYS).count(NOW)
    late.join()
    counting.dispose()

    assert late.ident is not None
    minute = slice_of(NOW - ago, 60)
    assert minute not in log.rollups.believed(MINUTES, NOW - HOUR, NOW)
    assert minute - 1 in log.rollups.believed(MINUTES, NOW - HOUR, NOW)
    assert_is_true(log)


def test_after_a_rush_its_minutes_are_dropped_and_nothing_is_written(
    log: Database,
) -> None:
    counted(log)
    log.rollups.count(NOW + HOUR)

    with log._engine.connect() as connection:
        for table in (MINUTES.counted, *MINUTES.rollups.values()):
            assert not connection.execute(select(table)).all()


def test_a_day_without_workers_heals_in_small_steps(
    log: Database, dice: random.Random
) -> None:
    counted(log)
    fill(log, dice, *(NOW + number * MINUTE for number in range(0, 1440, 20)))
    tomorrow = NOW + DAY
    days = Windows(DAYS.start + DAY, DAY, DAYS.length, 8)

    assert_is_true_in(log, days, tomorrow)
    rollups = Rollups(log._engine, log._cipher, 200, ALWAYS)
    while steps := rollups.count(tomorrow):
        assert steps <= 200 * len(GRAINS)
        assert_is_true_in(log, days, tomorrow)


@pytest.mark.parametrize(
    "table", [it for grain in GRAINS for it in grain.rollups.values()], ids=str
)
def test_a_worker_that_is_killed_leaves_nothing_half_counted(
    log: Database, engine: Engine, table: Any
) -> None:
    def kill(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(f"INSERT INTO {table.name}"):
            raise Killed

    event.listen(engine, "before_cursor_execute", kill)
    with pytest.raises(Killed):
        Rollups(engine, log._cipher, grains=ALWAYS).count(NOW)
    event.remove(engine, "before_cursor_execute", kill)

    assert_is_true(log)
    assert counted(log)
    assert_is_true(log)


def test_several_workers_count_each_slice_once(
    log: Database, database_url: str, cipher: Cipher
) -> None:
    engines = [open_engine(database_url) for _ in range(3)]
    together = threading.Barrier(len(engines))
    done: list[int] = []

    def work(engine: Engine) -> None:
        together.wait()
        rollups = Rollups(engine, cipher, 100, ALWAYS)
        done.append(sum(iter(lambda: rollups.count(NOW), 0)))

    threads = [threading.Thread(target=work, args=[it]) for it in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for engine in engines:
        engine.dispose()

    with log._engine.connect() as connection:
        rows = [select(func.count()).select_from(it.counted) for it in GRAINS]
        assert sum(done) == sum(map(connection.scalar, rows))
    assert len(done) == 3
    assert counted(log) == 0
    assert_is_true(log)


def test_of_what_a_purge_drops_no_count_is_left(log: Database) -> None:
    counted(log)
    before = NOW.replace(minute=0, second=0) - 3 * DAY

    log.purging.purge(before, before)

    assert_is_true(log)
    assert_none_is_older(log, QUARTERS, before)


def assert_none_is_older(log: Database, grain: Grain, before: datetime) -> None:
    """There are counts, and none of a slice that was over then."""
    with log._engine.connect() as connection:
        for table in (grain.counted, *grain.rollups.values()):
            oldest = connection.scalar(select(func.min(table.c[grain.name])))
            assert oldest is not None
            assert oldest >= slice_of(before, grain.seconds)


def test_who_is_forgotten_still_counts(log: Database) -> None:
    change(log, update(inbound).values(status=InboundStatus.ANSWERED))
    counted(log)

    log.erasure.forget_phone(PHONE, AuditEntry(NOW, "siti", "letter 12"))

    assert_is_true(log)


@pytest.mark.parametrize(
    ("grain", "passed", "kept"),
    [(QUARTERS, 5 * DAY, 8 * DAY), (MINUTES, 25 * MINUTE, 45 * MINUTE)],
)
def test_counts_that_nobody_looks_at_any_more_are_dropped(
    log: Database, grain: Grain, passed: timedelta, kept: timedelta
) -> None:
    counted(log)
    later = NOW + passed
    counted(log, later)

    assert_none_is_older(log, grain, later - kept - MARGIN)
