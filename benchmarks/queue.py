"""The command `python -m benchmarks.queue`: does a long queue slow down its own end?

So many SMS wait, so many replies, and as many receipts of replies that were sent. Many
phones have opted out. PostgreSQL has counted its rows while nothing waited, as in a
large log, where it counts anew when a tenth of a table has changed.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import Connection, Engine, Table, text

from benchmarks import console
from benchmarks.installation import environment
from benchmarks.members import made_up
from benchmarks.national.report import MOST
from gateway.bootstrap import build_gateway, utc_now
from gateway.config.settings import Settings
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.db.models.messages import inbound, outbound
from gateway.domain.messages import InboundMessage, SenderKind, SendOutcome
from gateway.domain.policy import Policy
from gateway.domain.statuses import OutboundStatus
from gateway.runtime import Gateway
from gateway.worker.loops import WorkLoops
from tests.support.processes import Postgres

BATCH = 64
TURNS = 15
# What waits are copies of so many; a multiple of it does.
REAL = 500
OPTED_OUT = 100_000
POLICY = Policy()
_CHANNEL = "twilio"
# A channel that is as fast as we are.
_RATE = 1e6
_LEASE = timedelta(hours=1)
_NOWHERE = {
    "GATEWAY_REDIS_URL": "unix:///nowhere",
    "GATEWAY_PUBLIC_URL": "http://127.0.0.1:9",
}


@click.command(context_settings={"show_default": True})
@click.option("--longest", type=click.IntRange(1_000), default=1_000_000)
def main(longest: int) -> None:
    """Measure what is done all the time, with ever more that waits."""
    powers_of_ten = (10**power for power in range(3, 8))
    lengths = [length for length in powers_of_ten if length <= longest]
    found = [_measured(length) for length in lengths]
    heads = " | ".join(f"{length:,}" for length in lengths)
    click.echo(f"| waiting | {heads} | last / first |")
    click.echo("|---" * (len(lengths) + 2) + "|")
    for name in found[0]:
        click.echo(_line(name, [item[name] for item in found]))


def _line(name: str, took: Sequence[float]) -> str:
    growth = took[-1] / took[0]
    mark = "" if growth <= MOST else " **not flat**"
    times = " | ".join(f"{milliseconds:.1f}" for milliseconds in took)
    return f"| {name} | {times} | {growth:.2f}{mark} |"


def _measured(length: int) -> Mapping[str, float]:
    """The median of each kind of work, in milliseconds."""
    click.echo(f"filling: {length:,}", err=True)
    with tempfile.TemporaryDirectory(prefix="queue-") as folder, Postgres() as postgres:
        postgres.tune(autovacuum="off", shared_buffers="1GB", max_wal_size="4GB")
        database = {"GATEWAY_DATABASE_URL": postgres.new_database()}
        settings = Settings.from_env(environment(Path(folder)) | _NOWHERE | database)
        engine = open_engine(settings.database_url)
        upgrade.upgrade(engine)
        gateway = build_gateway(settings, WorkLoops(), utc_now)
        _fill(engine, gateway, length)
        took = {name: _median(work) for name, work in _works(gateway, settings).items()}
        gateway.close()
        engine.dispose()
    return took


def _median(work: Callable[[], object]) -> float:
    took = []
    for _ in range(TURNS):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def _works(gateway: Gateway, settings: Settings) -> Mapping[str, Callable[[], object]]:
    """What is done all the time, by name."""
    log, client = gateway.database, console.client_of(console.app_on(settings))
    attempts, questions = POLICY.answer_attempts, POLICY.carrier_questions
    return {
        f"claim {BATCH} SMS": lambda: _all(
            log.inbox.claim(BATCH, utc_now(), _LEASE, attempts)
        ),
        f"claim {BATCH} replies, write down how they ended": lambda: _send(gateway),
        f"apply {BATCH} receipts": lambda: _all(
            range(log.receipts.apply(BATCH, utc_now(), POLICY.receipt_patience))
        ),
        "ask about doubts": lambda: log.doubtful_replies.claim(
            BATCH, utc_now(), _LEASE, questions
        ),
        "how many wait (readyz, metrics)": log.backlog.count,
        "close what is late": gateway.reconciler.close_late,
        "give up what was tried too often": gateway.processor.give_up,
        "page: overview": lambda: client.get("/console/").data,
        "page: to decide": lambda: client.get("/console/work").data,
    }


def _send(gateway: Gateway) -> None:
    """A batch of replies, and a carrier that takes them in no time."""
    outbox = gateway.database.outbox
    turn = outbox.claim(_CHANNEL, BATCH, utc_now(), _LEASE, _RATE)
    sent = OutboundStatus.SENT
    ended = [
        SendOutcome(message.id, 1, sent, f"TAKEN{message.id}")
        for message in turn.messages
    ]
    _all(ended)
    outbox.record(ended, utc_now())


def _all(batch: Sequence[object]) -> None:
    """Check that a whole batch was done."""
    assert len(batch) == BATCH, len(batch)


def _fill(engine: Engine, gateway: Gateway, length: int) -> None:
    _text(gateway, "SENT")
    while gateway.processor.answer_waiting():
        pass
    with engine.begin() as connection:
        _run(connection, "UPDATE outbound SET status = 'delivered'")
        _run(connection, "ANALYZE")
    _text(gateway, "WAITS")
    with engine.begin() as connection:
        _copy_all(connection, length // REAL)
        _run(
            connection,
            "INSERT INTO opt_outs SELECT decode(md5('gone' || i), 'hex'), now() "  # noqa: S608 - our number
            f"FROM generate_series(1, {OPTED_OUT}) i",
        )
        _run(connection, "ANALYZE opt_outs")


def _text(gateway: Gateway, tag: str) -> None:
    """Real SMS."""
    for number, member in enumerate(made_up(range(REAL))):
        kind, now = SenderKind.MOBILE, utc_now()
        sender = (member.phone, kind, "+12025550100", "bantuan", now)
        gateway.database.inbox.add(InboundMessage(_CHANNEL, f"{tag}{number}", *sender))


def _copy_all(connection: Connection, times: int) -> None:
    """Copies that are alike but for what tells rows, or phones, apart."""
    phone = "decode(md5(t.id || '-' || i), 'hex')"
    # They came in ten minutes, the last one now.
    ago = f"interval '10 minutes' * (1 - i::float8 / {times})"
    waits = {"provider_id": "t.provider_id || '-' || i", "sender_index": phone}
    waits |= {"received_at": f"t.received_at - {ago}"}
    _copy(connection, inbound, "status = 'received'", times, waits)
    reply = {
        "recipient_index": phone,
        "created_at": f"t.created_at - {ago}",
        "expires_at": "t.expires_at + interval '1 day'",
        "next_attempt_at": "t.next_attempt_at",
    }
    real = f"id <= {REAL}"
    _copy(connection, outbound, real, times, reply | {"status": "'queued'"})
    sent = {"status": "'sent'", "provider_id": "'S' || t.id || '-' || i"}
    later = {"next_attempt_at": "t.next_attempt_at + interval '1 day'"}
    _copy(connection, outbound, real, times, reply | sent | later)
    _run(
        connection,
        "INSERT INTO receipts (channel, provider_id, message_id, status, at, due_at) "
        "SELECT channel, provider_id, id, 'delivered', created_at, created_at "
        "FROM outbound WHERE status = 'sent'",
    )


def _copy(
    connection: Connection,
    table: Table,
    which: str,
    times: int,
    changed: Mapping[str, str],
) -> None:
    """Rows of a table, so many times, with other SQL for some columns."""
    names = [column.name for column in table.columns if column.name != "id"]
    values = ", ".join(changed.get(name, f"t.{name}") for name in names)
    _run(
        connection,
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} "  # noqa: S608 - our names
        f"FROM {table.name} t, generate_series(1, {times}) i WHERE {which}",
    )


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.queue")
