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
    PendingRollbackError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.domain.errors import DatabaseRefuses, DatabaseUnavailable

# Below Twilio's 15 s for a whole webhook.
BUSY_TIMEOUT_MS = 5_000
# PostgreSQL ends a transaction that is idle for so long, so that a frozen worker does
# not block the others. Below the shortest lease (10 s), and long enough for a process
# that is only slow.
IDLE_TIMEOUT_MS = 9_000
# A server that lost its power closes no connection: give up when it acknowledges
# nothing for so long.
_TIMEOUTS = {"connect_timeout": 3, "tcp_user_timeout": 5_000}
# Do not rely on the server's defaults. A database without an encoding (SQL_ASCII)
# returns octets, and under a stricter isolation concurrent claims fail.
_POSTGRESQL: dict[str, Any] = {
    "connect_args": _TIMEOUTS | {"client_encoding": "utf8"},
    "isolation_level": "READ COMMITTED",
}

# A connection is useless after these errors: its server is a standby, its file was
# replaced or damaged, or another server process has its prepared statements.
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
    """An engine for one process; it connects when it is first used.

    Raises DatabaseUnavailable for an invalid address.
    """
    try:
        engine = create_engine(
            url,
            # No ping before each use: what fails on a lost connection is spooled or
            # retried.
            pool_pre_ping=False,
            # Errors are logged; parameters hold members' texts.
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
def translated_errors() -> Iterator[None]:
    """Raise DatabaseUnavailable or DatabaseRefuses for errors of the driver.

    DataError and IntegrityError pass: our data is at fault, not the database.
    """
    try:
        yield
    except (DataError, IntegrityError):
        raise
    except (
        OperationalError,
        InterfaceError,
        PoolTimeout,
        PendingRollbackError,
    ) as error:
        # The last one follows a lost connection whose error was caught on the way, as
        # that of a message whose decision failed.
        raise unavailable(error) from error
    except DBAPIError as error:
        if isinstance(error.orig, errors.ReadOnlySqlTransaction):
            raise unavailable(error) from error
        msg = f"the database refuses: {_first_line(error.orig)}"
        raise DatabaseRefuses(msg) from error


def unavailable(error: Exception) -> DatabaseUnavailable:
    """Our exception with the first line of the driver's message.

    That line names servers, accounts and files, never a value.
    """
    reason = _first_line(getattr(error, "orig", None) or error)
    return DatabaseUnavailable(f"the database cannot be reached, or is busy: {reason}")


def _first_line(error: object) -> str:
    return str(error).partition("\n")[0]


def _invalidate_lost(context: ExceptionContext) -> None:
    """Invalidate the pool after an error that makes its connections useless."""
    error = context.original_exception
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & _SQLITE_CODE
        is_lost = code in _LOST_SQLITE
    else:
        is_lost = isinstance(error, _LOST_POSTGRESQL)
    if is_lost:
        context.is_disconnect = True
        _release_locks(context)


def _release_locks(context: ExceptionContext) -> None:
    """Roll back, because a traceback keeps a closed SQLite connection's locks alive."""
    if isinstance(context.original_exception, sqlite3.Error) and context.connection:
        with suppress(sqlite3.Error, SQLAlchemyError):
            context.connection.connection.rollback()


def _prepare_sqlite(
    connection: sqlite3.Connection, record: ConnectionPoolEntry
) -> None:
    """Set WAL, so readers do not block writers, and FULL, to survive a power cut."""
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
    """Leave a database file that was replaced: writes to it would be lost.

    Raises DisconnectionError, after which the pool opens the new file.
    """
    if _file_at(record.info["path"]) != record.info["file"]:
        raise DisconnectionError


def _file_at(path: str) -> tuple[int, int] | None:
    """The device and inode of a file; None if there is none."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: Any) -> None:
    """Send arrays in binary, which costs a fifth of text; set the session's defaults.

    psycopg reads times in ISO style only, so do not rely on the server's DateStyle.
    """
    connection.adapters.register_dumper(list, ListBinaryDumper)
    connection.execute("SET SESSION DateStyle TO ISO")
    idle_timeout = f"SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MS}"
    connection.execute(idle_timeout.encode())
    connection.commit()


def _begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock at the start: no transaction fails half-way."""
    if not connection.get_execution_options().get("read_only"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
