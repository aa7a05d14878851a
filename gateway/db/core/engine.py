"""Open the database: SQLite in WAL mode, or PostgreSQL through psycopg."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors
from psycopg.types.array import ListBinaryDumper
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.domain.errors import DatabaseRefuses, DatabaseUnavailable

# Below Twilio's 15 s for a whole webhook.
BUSY_TIMEOUT_MS = 5_000
# PostgreSQL ends a transaction that stands still for so long: the locks of a frozen
# worker would hold up all others. Below the shortest lease, which is 10 s, and long
# enough for a process that is only slow.
IDLE_TIMEOUT_MS = 9_000
# In seconds; and, in milliseconds, how long a server may leave what it was sent without
# a receipt: one that lost its power hangs up on nobody.
_PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 5_000}
# Whatever the server's defaults are. A database without an encoding (SQL_ASCII) hands
# out octets; and what is claimed with SKIP LOCKED needs no stricter isolation, under
# which claims of other processes fail.
_POSTGRESQL: dict[str, Any] = {
    "connect_args": _PATIENCE | {"client_encoding": "utf8"},
    "isolation_level": "READ COMMITTED",
}

# After these a connection is of no more use: its server is a standby, its file was
# exchanged or damaged, or its prepared statements are those of another server process.
_LOST_POSTGRESQL = (
    errors.InternalError,
    errors.NotSupportedError,
    errors.InvalidSqlStatementName,
)
_LOST_SQLITE = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)
# SQLite's codes carry details above the lowest byte: sqlite.org/rescode.html
_SQLITE_CODE = 0xFF


def open_engine(url: str) -> Engine:
    """An engine for one process; no connection is made before it is used.

    Raises DatabaseUnavailable for an address that cannot be one.
    """
    try:
        engine = create_engine(
            url,
            # No question before each use whether the connection is still there: what
            # fails on a lost one is spooled or tried again.
            pool_pre_ping=False,
            # Errors are logged, and parameters carry what members write.
            hide_parameters=True,
            **({} if url.startswith("sqlite") else _POSTGRESQL),
        )
    except (ArgumentError, ValueError) as error:
        msg = "GATEWAY_DATABASE_URL is no address of a database"
        raise DatabaseUnavailable(msg) from error
    event.listen(engine, "handle_error", _invalidate_lost)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "checkout", _check_file)
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


@contextmanager
def reachable() -> Iterator[None]:
    """Raises DatabaseUnavailable, or DatabaseRefuses, for what the driver says.

    DataError and IntegrityError pass: they speak of what we gave it, not of itself.
    """
    try:
        yield
    except (DataError, IntegrityError):
        raise
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise away(error) from error
    except DBAPIError as error:
        if isinstance(error.orig, errors.ReadOnlySqlTransaction):
            raise away(error) from error
        msg = f"the database refuses: {_first_line(error.orig)}"
        raise DatabaseRefuses(msg) from error


def away(error: Exception) -> DatabaseUnavailable:
    """In our own words, and what the driver says of the connection in one line.

    That names servers, accounts and files, never a value.
    """
    told = _first_line(getattr(error, "orig", None) or error)
    return DatabaseUnavailable(f"the database cannot be reached, or is busy: {told}")


def _first_line(error: object) -> str:
    return str(error).partition("\n")[0]


def _invalidate_lost(context: ExceptionContext) -> None:
    """Empty the pool after an error that shows its connections to be useless."""
    error = context.original_exception
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & _SQLITE_CODE
        is_lost = code in _LOST_SQLITE
    else:
        is_lost = isinstance(error, _LOST_POSTGRESQL)
    if is_lost:
        context.is_disconnect = True
        _let_go_of_locks(context)


def _let_go_of_locks(context: ExceptionContext) -> None:
    """Roll back: a traceback keeps a closed SQLite connection and its locks alive."""
    if isinstance(context.original_exception, sqlite3.Error) and context.connection:
        with suppress(sqlite3.Error, SQLAlchemyError):
            context.connection.connection.rollback()


def _prepare_sqlite(
    connection: sqlite3.Connection, record: ConnectionPoolEntry
) -> None:
    """WAL lets readers pass writers; FULL keeps what was committed at a power cut."""
    connection.isolation_level = None  # SQLAlchemy begins transactions, not sqlite3
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    [(_, _, path)] = cursor.execute("PRAGMA database_list").fetchall()
    cursor.close()
    record.info["path"], record.info["file"] = path, _file_at(path)


def _check_file(
    _connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Leave a database file that was replaced: what is written to it is lost.

    Raises DisconnectionError, after which the pool opens the new file.
    """
    if _file_at(record.info["path"]) != record.info["file"]:
        raise DisconnectionError


def _file_at(path: str) -> tuple[int, int] | None:
    """Which file has this name, if any has."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: Any) -> None:
    """Prepare for bulk statements: binary arrays cost a fifth of arrays in text.

    psycopg reads times in ISO's style only, whichever the server is set to.
    """
    connection.adapters.register_dumper(list, ListBinaryDumper)
    connection.execute("SET SESSION DateStyle TO ISO")
    idle_timeout = f"SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MS}"
    connection.execute(idle_timeout.encode())
    connection.commit()


def _begin_immediate(connection: Connection) -> None:
    """Wait for the write lock at the start, so that no transaction fails half-way."""
    if not connection.get_execution_options().get("read_only"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
