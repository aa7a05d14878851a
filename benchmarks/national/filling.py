"""Fill a PostgreSQL database by the server itself: most rows are copies of few.

Some tens of thousands of members and messages are real ones, made up and sealed as the
gateway seals them. They lie evenly among the others, which have their sizes and their
ends but keyed hashes of nothing: an index does not see the difference.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Table, text

from benchmarks import history
from benchmarks.national.size import Size, Weight
from gateway.db.models.members import participant_phones, participants
from gateway.db.models.messages import attempts, inbound, outbound, receipts
from gateway.security.cipher import Cipher

# So many members and messages are real.
REAL = 20_000
# A phone has texted so often, in the mean.
MESSAGES_A_PHONE = 3
_MEMBERS = (participants, participant_phones)
_MESSAGES = (inbound, outbound, receipts, attempts)
# What PostgreSQL finds of a column that grows from page to page.
_IN_ORDER = 0.99
_COPIED = (*_MEMBERS, inbound, outbound, receipts)


@dataclass(frozen=True)
class Copies:
    """Where rows come from: SQL, in which `i` is the number of a new row.

    `t` is the real row that it copies; each `step`-th row is that real row itself.
    """

    count: int

    @property
    def step(self) -> int:
        """How far real rows lie apart."""
        return self.count // REAL

    @property
    def is_real(self) -> str:
        """Whether the new row is a real one."""
        return f"(mod(i, {self.step}) = 0 AND i / {self.step} <= {REAL})"

    @property
    def source(self) -> str:
        """The number of the row to copy; they are scattered, not in turn."""
        return (
            f"CASE WHEN {self.is_real} THEN i / {self.step} "
            f"ELSE mod(i * 7919, {REAL}) + 1 END"
        )

    def digest(self, seed: str, real: str) -> str:
        """A keyed hash: of nothing, or the real one; where that is missing, none."""
        return (
            f"CASE WHEN {real} IS NULL OR {self.is_real} THEN {real} "
            f"ELSE decode(md5({seed}), 'hex') END"
        )


def fill(engine: Engine, cipher: Cipher, size: Size, now: datetime) -> Weight:
    """Make so many of the imported members, and messages up to now; what they weigh."""
    history.write(engine, cipher, REAL, now)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        # What is copied stays in the order of its ids, as rows do that came one after
        # the other: all real rows in memory at once, and nothing sorted by them.
        connection.execute(text("SET LOCAL work_mem = '256MB'"))
        connection.execute(text("SET LOCAL enable_mergejoin = off"))
        for table in _COPIED:
            _set_aside(connection, table)
        with _without_indexes(connection):
            names = ", ".join(item.name for item in (*_MEMBERS, *_MESSAGES))
            # What is written to a table emptied in this transaction needs no log.
            connection.execute(text(f"TRUNCATE {names}"))
            _copy_members(connection, Copies(size.members))
            _copy_messages(connection, Copies(size.messages), now)
        for table in (inbound, outbound, receipts, attempts):
            _set_sequence(connection, table, size.messages)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lone:
        lone.exec_driver_sql("VACUUM ANALYZE")
        _check_order(lone)
    return _weight(engine, size)


def _set_aside(connection: Connection, table: Table) -> None:
    """The real rows, numbered from 1."""
    first = next(iter(table.primary_key.columns)).name
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE real_{table.name} AS SELECT *, "  # noqa: S608 - our names
            f"row_number() OVER (ORDER BY {first}) AS number FROM {table.name}"
        )
    )


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Constraints and indexes go, and come back when the rows are there."""
    names = ", ".join(f"'{item.name}'::regclass" for item in (*_MEMBERS, *_MESSAGES))
    constraints = connection.execute(
        text(
            "SELECT conrelid::regclass::text AS owner, conname, contype, "  # noqa: S608 - our names
            f"pg_get_constraintdef(oid) AS words FROM pg_constraint "
            f"WHERE contype IN ('p', 'u', 'f') "
            f"AND (conrelid IN ({names}) OR confrelid IN ({names})) "
            "ORDER BY contype = 'f'"
        )
    ).all()
    for item in reversed(constraints):
        _run(connection, f"ALTER TABLE {item.owner} DROP CONSTRAINT {item.conname}")
    indexes = connection.execute(
        text(
            "SELECT indexrelid::regclass::text AS name, "  # noqa: S608 - our names
            "pg_get_indexdef(indexrelid) AS words "
            f"FROM pg_index WHERE indrelid IN ({names})"
        )
    ).all()
    for index in indexes:
        _run(connection, f"DROP INDEX {index.name}")
    yield
    for item in [constraint for constraint in constraints if constraint.contype != "f"]:
        _add(connection, item.owner, item.conname, item.words)
    for index in indexes:
        _run(connection, index.words)
    for item in [constraint for constraint in constraints if constraint.contype == "f"]:
        _add(connection, item.owner, item.conname, item.words)


def _add(connection: Connection, owner: str, name: str, words: str) -> None:
    _run(connection, f"ALTER TABLE {owner} ADD CONSTRAINT {name} {words}")


def _copy_members(connection: Connection, copies: Copies) -> None:
    record = "decode(repeat(md5('r' || i), length(t.record_sealed) / 16), 'hex')"
    kpj = copies.digest("'k' || i", "t.kpj_index")
    _copy(
        connection,
        copies,
        participants,
        "number",
        {
            "kpj_index": kpj,
            "record_sealed": (
                f"CASE WHEN {copies.is_real} THEN t.record_sealed ELSE {record} END"
            ),
        },
    )
    phone = copies.digest("'p' || i", "t.msisdn_index")
    _copy(
        connection,
        copies,
        participant_phones,
        "number",
        {"msisdn_index": phone, "kpj_index": kpj},
    )


def _copy_messages(connection: Connection, copies: Copies, now: datetime) -> None:
    start = now - timedelta(days=history.DAYS)
    at = (
        f"(timestamptz '{start.isoformat()}' "
        f"+ interval '{history.DAYS} days' * (i::float8 / {copies.count}))"
    )
    texts_from = (now - history.TEXTS_KEPT).isoformat()
    phones = copies.count // MESSAGES_A_PHONE
    phone = f"'p' || mod(i * 31, {phones})"
    worded = (
        f"CASE WHEN {at} > timestamptz '{texts_from}' "
        "THEN coalesce(t.text_redacted, 'saldo ***0019') END"
    )
    # No carrier counts from here: the one of the benchmark counts from 0.
    sid = "'SMf' || lpad(to_hex(i), 31, '0')"
    its_sid = f"CASE WHEN t.provider_id IS NOT NULL THEN {sid} END"
    soon = f"{at} + interval '150 ms'"
    later = f"{at} + (t.sent_at - t.asked_at)"
    _copy(
        connection,
        copies,
        inbound,
        "id",
        {
            "id": "i",
            "provider_id": sid,
            "received_at": at,
            "sender_index": copies.digest(phone, "t.sender_index"),
            "kpj_index": copies.digest("'k' || i", "t.kpj_index"),
            "text_redacted": worded,
            "next_attempt_at": f"{at} + interval '10 s'",
            "settled_at": soon,
        },
    )
    _copy(
        connection,
        copies,
        outbound,
        "in_reply_to",
        {
            "id": "i",
            "in_reply_to": "i",
            "provider_id": its_sid,
            "recipient_index": copies.digest(phone, "t.recipient_index"),
            "text_redacted": worded,
            "asked_at": at,
            "created_at": soon,
            "next_attempt_at": f"{at} + interval '3 days'",
            "expires_at": f"{at} + interval '10 minutes'",
            "sent_at": later,
            "final_at": f"{at} + (t.final_at - t.asked_at)",
        },
    )
    reported = {"id": "i", "outbound_id": "i", "provider_id": sid, "message_id": "i"}
    _copy(connection, copies, receipts, "outbound_id", reported | {"at": soon})
    tried = {
        **{"id": "i", "outbound_id": "i", "attempt": "1", "at": soon},
        **{"status": "'sent'", "error_code": "NULL"},
    }
    _copy(connection, copies, attempts, "in_reply_to", tried, "real_outbound")


def _copy(
    connection: Connection,
    copies: Copies,
    table: Table,
    key: str,
    changed: dict[str, str],
    source: str | None = None,
) -> None:
    """New rows: each column is as in the copied row, or what is said here."""
    names = [column.name for column in table.columns]
    values = ", ".join(changed.get(name, f"t.{name}") for name in names)
    _run(
        connection,
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} "  # noqa: S608 - our names
        f"FROM generate_series(1::bigint, {copies.count}) AS i "
        f"JOIN {source or f'real_{table.name}'} t ON t.{key} = {copies.source}",
    )


def _set_sequence(connection: Connection, table: Table, last: int) -> None:
    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
    _run(connection, f"SELECT setval({sequence}, {last})")


def _check_order(connection: Connection) -> None:
    """Neighbours in time are neighbours on disk; otherwise every figure is too high."""
    names = [message.name for message in _MESSAGES]
    query = text(
        "SELECT tablename, correlation FROM pg_stats "
        "WHERE tablename = ANY(:names) AND attname = 'id'"
    )
    for name, correlation in connection.execute(query, {"names": names}):
        assert correlation > _IN_ORDER, f"{name} was filled out of order"


def _weight(engine: Engine, size: Size) -> Weight:
    with engine.connect() as connection:
        members, messages = (
            sum(
                connection.scalar(
                    text(f"SELECT pg_total_relation_size('{table.name}')")
                )
                for table in tables
            )
            for tables in (_MEMBERS, _MESSAGES)
        )
    return Weight(members / size.members, messages / size.messages)


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
