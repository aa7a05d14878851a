"""Fill PostgreSQL's staging tables with COPY, then build their keys."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, text

from gateway.db.core.engine import translated_errors, unavailable
from gateway.db.member_import.staging import (
    TABLES,
    EncryptedMember,
    MembersBusy,
    Staging,
    staging_name,
)
from gateway.db.models.members import participant_phones, participants

# The key of our advisory lock, an arbitrary number.
_LOCK = 7_215_427_301
_LOCK_TIMEOUT = "100ms"


class PostgresStaging(Staging):
    """Staging tables without keys until all rows are in."""

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Take an advisory lock; it ends with its connection."""
        at_once = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with translated_errors(), at_once.connect() as connection:
            lock = text("SELECT pg_try_advisory_lock(:lock)")
            if not connection.scalar(lock, {"lock": _LOCK}):
                raise MembersBusy
            try:
                yield
            finally:
                unlock = text("SELECT pg_advisory_unlock(:lock)")
                connection.execute(unlock, {"lock": _LOCK})

    def create(self, connection: Connection) -> None:
        """Copy the live tables without their keys."""
        for table in TABLES:
            connection.exec_driver_sql(
                f"CREATE TABLE {staging_name(table)} (LIKE {table})"
            )

    def add(self, members: Sequence[EncryptedMember]) -> None:
        """Insert with COPY; after a power cut the next import starts anew."""
        rows = [(member.kpj_index, member.record_sealed) for member in members]
        phones = [
            (phone, member.kpj_index) for member in members for phone in member.phones
        ]
        with translated_errors(), self._engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            with _translated_errors(), _cursor(connection) as cursor:
                _copy(cursor, participants, rows)
                _copy(cursor, participant_phones, phones)

    def repeated(self, most: int) -> Sequence[bytes]:
        """Find repeated KPJ by a query, which sorts on disk if memory is short."""
        query = text(
            f"SELECT kpj_index FROM {staging_name(participants)} "  # noqa: S608
            "GROUP BY kpj_index HAVING count(*) > 1 LIMIT :most"
        )
        with translated_errors(), self._engine.connect() as connection:
            return [bytes(kpj) for kpj in connection.scalars(query, {"most": most})]

    def complete(self) -> None:
        """Build the keys, and the statistics for the planner."""
        with self._engine.begin() as connection:
            for table in TABLES:
                columns = ", ".join(key.name for key in table.primary_key.columns)
                new = staging_name(table)
                connection.exec_driver_sql(
                    f"ALTER TABLE {new} ADD CONSTRAINT pk_{new} PRIMARY KEY ({columns})"
                )
                connection.exec_driver_sql(f"ANALYZE {new}")

    def replace_tables(self, connection: Connection) -> None:
        """Swap under an exclusive lock, with a short timeout (see `Staging.swap`)."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        names = ", ".join(table.name for table in TABLES)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        for table in TABLES:
            new, key = staging_name(table), table.primary_key.name
            connection.exec_driver_sql(f"DROP TABLE {table}")
            connection.exec_driver_sql(f"ALTER TABLE {new} RENAME TO {table}")
            connection.exec_driver_sql(f"ALTER INDEX pk_{new} RENAME TO {key}")


def _copy(
    cursor: psycopg.Cursor[Any], table: Table, rows: Iterable[tuple[bytes, ...]]
) -> None:
    names = [column.name for column in table.columns]
    statement = (
        f"COPY {staging_name(table)} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    )
    with cursor.copy(statement.encode()) as copy:
        copy.set_types(["bytea"] * len(names))
        for row in rows:
            copy.write_row(row)


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Translate errors of the driver itself, which SQLAlchemy does not see."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise unavailable(error) from error
