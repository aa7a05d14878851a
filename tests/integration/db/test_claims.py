"""Claims read only the rows that they take, however long the queue is."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, select

from gateway.bootstrap import assemble
from gateway.db.core.claims import read_in_order
from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.db.messages.backlog import MOST_COUNTED
from gateway.db.models.messages import IS_RECEIVED, inbound
from gateway.db.models.subscribers import opt_outs
from gateway.domain.messages import Consent, DeliveryReceipt, SendOutcome
from gateway.domain.policy import Policy
from gateway.domain.resolution import Resolution
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.inbound.spool import Spool
from gateway.parsers.search_query import Search
from gateway.runtime import Gateway
from gateway.security.cipher import INDEX_BYTES, Cipher
from tests.support.fakes import (
    FakeChannel,
    FakeClock,
    FakeDirectory,
    FakeQueue,
    sms,
    worded,
)
from tests.support.processes import Postgres

WAITING = 300
LEASE = timedelta(seconds=20)
PATIENCE = timedelta(days=3)
AGES = datetime(2026, 1, 1, tzinfo=UTC)
_LOOKED_AT = "SELECT inbound.id, inbound.received_at"


@pytest.fixture(scope="module")
def busy_sqlite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, cipher: Cipher
) -> Path:
    """A busy database to copy, as filling one takes far longer."""
    folder = tmp_path_factory.mktemp("busy")
    file = Path(shutil.copy(sqlite_template, folder / "busy.db"))
    fill(f"sqlite:///{file}", folder / "spool", cipher)
    return file


@pytest.fixture(scope="module")
def busy_postgresql(
    postgres: Postgres,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
    cipher: Cipher,
) -> str:
    """A busy database on the server, to copy."""
    url = postgres.new_database(like=postgres_template)
    fill(url, tmp_path_factory.mktemp("spool"), cipher)
    return url


def fill(url: str, spool: Path, cipher: Cipher) -> None:
    """Let some hundred SMS wait, and the replies to as many."""
    clock, engine = FakeClock(), open_engine(url)
    database, channel = Database(engine, cipher), FakeChannel(clock)
    gateway = assemble(
        *(database, FakeDirectory(), {channel.name: channel}, FakeQueue()),
        *(Spool(spool, cipher, most=5), cipher, worded(clock=clock), Policy(), clock),
    )
    for number in range(2 * WAITING):
        phone = f"+62811{number:07}"
        database.inbox.add(sms(f"SM{number}", "bantuan", sender=phone))
    while database.backlog.count().unanswered > WAITING:
        gateway.processor.answer_waiting()
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A copy of a busy database for tests that want a busy gateway."""
    if "busy" not in request.fixturenames:
        url: str = request.getfixturevalue(f"{request.param}_url")
        return url
    busy = request.getfixturevalue(f"busy_{request.param}")
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(busy, tmp_path / 'test.db')}"
    running: Postgres = request.getfixturevalue("postgres")
    return running.new_database(like=busy)


@pytest.fixture
def busy(gateway: Gateway) -> Gateway:
    """Some hundred SMS wait; half of them are answered, their replies wait too."""
    return gateway


@pytest.fixture(params=["nothing", "inbound", "outbound", "opt_outs", "long ago"])
def knowing(request: pytest.FixtureRequest, busy: Gateway, engine: Engine) -> Gateway:
    """Many have opted out; which rows the database has counted is its own affair."""
    opt_out = {"since": AGES, "by_carrier": False}
    with engine.begin() as connection:
        rows = [
            opt_out | {"msisdn_index": token_bytes(INDEX_BYTES)} for _ in range(999)
        ]
        connection.execute(insert(opt_outs), rows)
        if request.param == "long ago":
            count_as_if_few_waited(connection)
        elif request.param != "nothing":
            connection.exec_driver_sql(f"ANALYZE {request.param}")
    return busy


def count_as_if_few_waited(connection: Connection) -> None:
    """It counts again when a tenth of a table has changed, months later."""
    waits = {"inbound": "received", "outbound": "queued"}
    for table, status in waits.items():
        changed = f"UPDATE {table} SET status = ? WHERE status = ? AND id % 150 > 0"
        if connection.dialect.name == "postgresql":
            changed = changed.replace("%", "%%").replace("?", "%s")
        connection.exec_driver_sql(changed, ("over", status))
        connection.exec_driver_sql(f"ANALYZE {table}")
        connection.exec_driver_sql(changed, (status, "over"))
    connection.exec_driver_sql("ANALYZE opt_outs")


def test_claiming_sms_neither_reads_nor_sorts_all_that_wait(
    knowing: Gateway, engine: Engine, clock: FakeClock
) -> None:
    inbox = knowing.database.inbox

    plan = plan_of(engine, lambda: inbox.claim(5, clock(), LEASE, 5), "UPDATE inbound")

    assert not reads_or_sorts_all(plan)


def test_claiming_replies_neither_reads_nor_sorts_all_that_wait(
    knowing: Gateway, engine: Engine, clock: FakeClock
) -> None:
    outbox = knowing.database.outbox

    def claim() -> object:
        return outbox.claim("fake", 5, clock(), LEASE, 1000)

    plan = plan_of(engine, claim, "UPDATE outbound")

    assert not reads_or_sorts_all(plan)


# SQLite prefers an index of more columns, until it has counted.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_closing_late_replies_neither_reads_nor_sorts_all_that_are_queued(
    knowing: Gateway, engine: Engine, clock: FakeClock
) -> None:
    outbox = knowing.database.outbox

    plan = plan_of(engine, lambda: outbox.close_late(5, clock()), "SELECT outbound.id")

    assert "ix_outbound_expiring" in plan
    assert not reads_or_sorts_all(plan)


def test_a_stop_looks_at_replies_to_its_phone_alone(
    knowing: Gateway, engine: Engine, clock: FakeClock
) -> None:
    log = knowing.database
    [waiting] = log.inbox.claim(1, clock(), LEASE, 5)
    stop = Resolution(waiting, InboundStatus.ANSWERED, consent=Consent.WITHDRAWN)

    def settle() -> None:
        with log.units_of_work.begin([waiting], clock(), clock() + LEASE) as unit:
            unit.settle(stop)

    plan = plan_of(engine, settle, "SELECT outbound.id")

    assert "ix_outbound_recipient_index" in plan
    assert "ix_outbound_queued" not in plan
    assert "ix_outbound_status" not in plan


# SQLite sorts what is counted, by channel.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", ["count(*)", "anon_1.channel"])
def test_counting_what_waits_neither_reads_nor_sorts_the_rest(
    knowing: Gateway, engine: Engine, what: str
) -> None:
    plan = plan_of(engine, knowing.database.backlog.count, f"SELECT {what}")

    assert not reads_or_sorts_all(plan)


def test_counting_what_waits_ends_at_a_number(busy: Gateway, engine: Engine) -> None:
    before = busy.database.backlog.count()
    let_wait(engine, MOST_COUNTED)

    assert 0 < before.unanswered < MOST_COUNTED
    assert busy.database.backlog.count() == replace(before, unanswered=MOST_COUNTED)


@pytest.mark.parametrize("counted", [0, 2, WAITING])
def test_applying_receipts_neither_reads_nor_sorts_all_that_wait(
    counted: int, database: Database, engine: Engine, clock: FakeClock
) -> None:
    receipts = database.receipts
    for number in range(WAITING):
        reported = f"F{number}", OutboundStatus.DELIVERED, clock()
        receipts.add(DeliveryReceipt("fake", *reported, message_id=number))
        if number + 1 == counted:
            with engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE receipts")

    def apply() -> object:
        return receipts.apply(5, clock(), PATIENCE)

    plan = plan_of(engine, apply, "SELECT receipts")

    assert "ix_receipts_due" in plan
    assert not reads_or_sorts_all(plan)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_read_in_order_is_not_compiled(busy: Gateway, engine: Engine) -> None:
    settings = []
    with engine.begin() as connection:
        for look in (lambda _: None, read_in_order):
            look(connection)
            settings.append(connection.exec_driver_sql("SHOW jit").scalar())

    with engine.connect() as connection:
        settings.append(connection.exec_driver_sql("SHOW jit").scalar())
    assert settings == ["on", "off", "on"]


# Before version 18 a sort that is off has a price at which PostgreSQL compiles.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_asking_about_doubts_compiles_no_statement(
    busy: Gateway, engine: Engine, clock: FakeClock
) -> None:
    def claim() -> object:
        return busy.database.doubtful_replies.claim(5, clock(), LEASE, 5)

    assert "JIT" not in plan_of(engine, claim, "UPDATE outbound")


def test_writing_down_how_replies_ended_reads_no_others(
    busy: Gateway, engine: Engine, clock: FakeClock
) -> None:
    outbox = busy.database.outbox
    turn = outbox.claim("fake", 5, clock(), LEASE, 1000)
    ended = [
        SendOutcome(message.id, 1, OutboundStatus.SENT) for message in turn.messages
    ]

    plan = plan_of(engine, lambda: outbox.record(ended, clock()), "UPDATE outbound")

    assert len(ended) == 5
    assert "ix_outbound_status" not in plan


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_dead_letters_are_listed_without_reading_other_sms(
    busy: Gateway, engine: Engine
) -> None:
    plan = plan_of(engine, lambda: busy.database.dead_letters.waiting(5), _LOOKED_AT)

    assert "ix_inbound_failed" in plan


def test_a_day_is_read_in_the_order_of_time(busy: Gateway, engine: Engine) -> None:
    let_wait(engine, MOST_COUNTED)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE inbound")
    search = Search(since=date(2026, 11, 21), until=date(2026, 11, 21))

    plan = plan_of(engine, lambda: busy.database.finder.page(search), _LOOKED_AT)

    assert "ix_inbound_received_at" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def test_what_is_answered_while_it_is_counted_is_not_overlooked(
    gateway: Gateway, engine: Engine
) -> None:
    gateway.database.inbox.add(sms("SM1", "bantuan"))
    counts = 0

    def answer(_: object, __: object, statement: str, *___: object) -> None:
        nonlocal counts
        if statement.startswith("SELECT") and "count(*)" in statement:
            counts += 1
            if counts == 2:
                gateway.processor.answer_waiting()

    event.listen(engine, "before_cursor_execute", answer)
    try:
        backlog = gateway.database.backlog.count()
    finally:
        event.remove(engine, "before_cursor_execute", answer)

    assert counts >= 2
    assert backlog.unanswered + backlog.unsent >= 1


def let_wait(engine: Engine, count: int) -> None:
    """So many more SMS, all alike, one after the other."""
    columns = [column.name for column in inbound.columns if column.name != "id"]
    with engine.begin() as connection:
        one = connection.execute(select(inbound).where(IS_RECEIVED).limit(1)).one()
        waits = {name: getattr(one, name) for name in columns}
        rows = [
            waits
            | {
                "provider_id": f"X{number}",
                "received_at": one.received_at + timedelta(milliseconds=number),
            }
            for number in range(count)
        ]
        connection.execute(insert(inbound), rows)


def plan_of(engine: Engine, work: Callable[[], object], beginning: str) -> str:
    """How the database goes about the statements that begin so."""
    plans = []

    def explain(
        connection: object,
        cursor: Any,
        statement: str,
        parameters: Any,
        *_: object,
    ) -> None:
        if statement.startswith(beginning):
            asking = cursor.connection.cursor()
            word = "EXPLAIN QUERY PLAN" if engine.name == "sqlite" else "EXPLAIN"
            given = parameters[0] if isinstance(parameters, list) else parameters
            asking.execute(f"{word} {statement}", given)
            plans.append("\n".join(str(row) for row in asking.fetchall()))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    assert plans, f"nothing begins with {beginning}"
    return "\n".join(plans)


def reads_or_sorts_all(plan: str) -> bool:
    """The words of either database for it."""
    return any(text in plan for text in ("Sort", "Bitmap", "Seq Scan", "TEMP B-TREE"))
