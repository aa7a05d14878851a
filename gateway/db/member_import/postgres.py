"""PostgreSQL takes the new members by COPY and builds their keys afterwards."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, text

from gateway.db.core.engine import away, reachable
from gateway.db.member_import.staging import (
    TABLES,
    EncryptedMember,
    MembersBusy,
    Staging,
    beside,
)
from gateway.db.models.members import participant_phones, participants

# Any number that nobody else locks in this database.
_LOCK = 7_215_427_301
_LOCK_TIMEOUT = "100ms"


class PostgresStaging(Staging):
    """Tables without keys until all rows are in."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """By a lock that ends with its connection."""
        at_once = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with reachable(), at_once.connect() as connection:
            lock = text("SELECT pg_try_advisory_lock(:lock)")
            if not connection.scalar(lock, {"lock": _LOCK}):
                raise MembersBusy
            try:
                yield
            finally:
                unlock = text("SELECT pg_advisory_unlock(:lock)")
                connection.execute(unlock, {"lock": _LOCK})

    def create(self, connection: Connection) -> None:
        """Like the present ones, without their keys."""
        for table in TABLES:
            connection.exec_driver_sql(f"CREATE TABLE {beside(table)} (LIKE {table})")

    def add(self, members: Sequence[EncryptedMember]) -> None:
        """Copy them in; what a power cut takes is written again by the next import."""
        rows = [(it.kpj_index, it.record_sealed) for it in members]
        phones = [(phone, it.kpj_index) for it in members for phone in it.phones]
        with reachable(), self._engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            with _own_words(), _cursor(connection) as cursor:
                _copy(cursor, participants, rows)
                _copy(cursor, participant_phones, phones)

    def repeated(self, most: int) -> Sequence[bytes]:
        """Counted by the database, which sorts on disk what is too much for memory."""
        query = text(
            f"SELECT kpj_index FROM {beside(participants)} "  # noqa: S608
            "GROUP BY kpj_index HAVING count(*) > 1 LIMIT :most"
        )
        with reachable(), self._engine.connect() as connection:
            return [bytes(it) for it in connection.scalars(query, {"most": most})]

    def complete(self) -> None:
        """Build the keys, and count for the planner."""
        with self._engine.begin() as connection:
            for table in TABLES:
                columns = ", ".join(it.name for it in table.primary_key.columns)
                new = beside(table)
                connection.exec_driver_sql(
                    f"ALTER TABLE {new} ADD CONSTRAINT pk_{new} PRIMARY KEY ({columns})"
                )
                connection.exec_driver_sql(f"ANALYZE {new}")

    def put_in_place(self, connection: Connection) -> None:
        """Under a lock that waits for no reader longer than a moment."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        names = ", ".join(table.name for table in TABLES)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        for table in TABLES:
            new, key = beside(table), table.primary_key.name
            connection.exec_driver_sql(f"DROP TABLE {table}")
            connection.exec_driver_sql(f"ALTER TABLE {new} RENAME TO {table}")
            connection.exec_driver_sql(f"ALTER INDEX pk_{new} RENAME TO {key}")


def _copy(
    cursor: psycopg.Cursor[Any], table: Table, rows: Iterable[tuple[bytes, ...]]
) -> None:
    names = [column.name for column in table.columns]
    statement = f"COPY {beside(table)} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    with cursor.copy(statement.encode()) as copy:
        copy.set_types(["bytea"] * len(names))
        for row in rows:
            copy.write_row(row)


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


@contextmanager
def _own_words() -> Iterator[None]:
    """What the driver says where SQLAlchemy does not listen."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise away(error) from error
