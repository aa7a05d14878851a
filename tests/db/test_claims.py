"""What is looked at all the time reads what it takes, however much else there is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from secrets import token_bytes
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert

from gateway.db.message_log import MessageLog
from gateway.db.models import opt_outs
from gateway.messages import DeliveryReceipt, OutboundStatus, SendOutcome
from gateway.privacy import INDEX_BYTES
from gateway.search import Search
from gateway.service import Gateway
from tests.fakes import FakeClock, sms

WAITING = 300
LEASE = timedelta(seconds=20)
PATIENCE = timedelta(days=3)
AGES = datetime(2026, 1, 1, tzinfo=UTC)
_LOOKED_AT = "SELECT inbound.id, inbound.received_at"


@pytest.fixture
def busy(gateway: Gateway, message_log: MessageLog) -> Gateway:
    """Some hundred SMS wait; half of them are answered, their replies wait too."""
    for number in range(2 * WAITING):
        phone = f"+62811{number:07}"
        message_log.inbox.add(sms(f"SM{number}", "bantuan", sender=phone))
    while message_log.backlog().unanswered > WAITING:
        gateway.answering.answer_waiting()
    return gateway


@pytest.fixture(params=["nothing", "inbound", "outbound", "opt_outs", "long ago"])
def knowing(request: pytest.FixtureRequest, busy: Gateway, engine: Engine) -> Gateway:
    """Many have opted out; which rows the database has counted is its own affair."""
    gone = [token_bytes(INDEX_BYTES) for _ in range(999)]
    with engine.begin() as connection:
        rows = [{"msisdn_index": it, "since": AGES} for it in gone]
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
    inbox = knowing.log.inbox

    plan = plan_of(engine, lambda: inbox.claim(5, clock(), LEASE, 5), "UPDATE inbound")

    assert not reads_or_sorts_all(plan)


def test_claiming_replies_neither_reads_nor_sorts_all_that_wait(
    knowing: Gateway, engine: Engine, clock: FakeClock
) -> None:
    outbox = knowing.log.outbox

    def claim() -> object:
        return outbox.claim("fake", 5, clock(), LEASE, 1000)

    plan = plan_of(engine, claim, "UPDATE outbound")

    assert not reads_or_sorts_all(plan)


@pytest.mark.parametrize("counted", [0, 2, WAITING])
def test_applying_receipts_neither_reads_nor_sorts_all_that_wait(
    counted: int, message_log: MessageLog, engine: Engine, clock: FakeClock
) -> None:
    receipts = message_log.receipts
    for number in range(WAITING):
        told = f"F{number}", OutboundStatus.DELIVERED, clock()
        receipts.add(DeliveryReceipt("fake", *told, message_id=number))
        if number + 1 == counted:
            with engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE receipts")

    def apply() -> object:
        return receipts.apply(5, clock(), PATIENCE)

    plan = plan_of(engine, apply, "SELECT receipts")

    assert "ix_receipts_due" in plan
    assert not reads_or_sorts_all(plan)


def test_asking_about_doubts_compiles_no_statement(
    busy: Gateway, engine: Engine, clock: FakeClock
) -> None:
    outbox = busy.log.outbox

    def claim() -> object:
        return outbox.claim_in_doubt(5, clock(), LEASE, 5)

    # Before version 18 PostgreSQL did, for 200 ms: it has to sort these.
    assert "JIT" not in plan_of(engine, claim, "UPDATE outbound")


def test_writing_down_how_replies_ended_reads_no_others(
    busy: Gateway, engine: Engine, clock: FakeClock
) -> None:
    outbox = busy.log.outbox
    turn = outbox.claim("fake", 5, clock(), LEASE, 1000)
    ended = [SendOutcome(it.id, 1, OutboundStatus.SENT) for it in turn.messages]

    plan = plan_of(engine, lambda: outbox.record(ended, clock()), "UPDATE outbound")

    assert len(ended) == 5
    assert "ix_outbound_status" not in plan


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_dead_letters_are_listed_without_reading_other_sms(
    busy: Gateway, engine: Engine
) -> None:
    plan = plan_of(engine, lambda: busy.log.stuck.dead_letters(5), _LOOKED_AT)

    assert "ix_inbound_failed" in plan


def test_a_day_is_read_in_the_order_of_time(busy: Gateway, engine: Engine) -> None:
    search = Search(since=date(2026, 11, 21), until=date(2026, 11, 21))

    plan = plan_of(engine, lambda: busy.log.finder.page(search), _LOOKED_AT)

    assert "ix_inbound_received_at" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def plan_of(engine: Engine, work: Callable[[], object], beginning: str) -> str:
    """How the database goes about the statement that begins so."""
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
    return plans[0]


def reads_or_sorts_all(plan: str) -> bool:
    """The words of either database for it."""
    return any(it in plan for it in ("Sort", "Bitmap", "Seq Scan", "TEMP B-TREE"))
