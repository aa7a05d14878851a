"""Open the database: SQLite in WAL mode, or PostgreSQL through psycopg."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.types.array import ListBinaryDumper
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway.messages import DatabaseUnavailable

# Below Twilio's 15 s for a whole webhook.
BUSY_TIMEOUT_MS = 5_000
# In seconds; and, in milliseconds, how long a server may leave what it was sent without
# a receipt: one that lost its power hangs up on nobody.
_PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 5_000}

# A database without our tables, or with tables of somebody else's. SQLite calls both
# operational already.
_UNUSABLE = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.InsufficientPrivilege,
)


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
            connect_args={} if url.startswith("sqlite") else _PATIENCE,
            # Errors are logged, and parameters carry what members write.
            hide_parameters=True,
        )
    except (ArgumentError, ValueError) as error:
        msg = "GATEWAY_DATABASE_URL is no address of a database"
        raise DatabaseUnavailable(msg) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


@contextmanager
def reachable() -> Iterator[None]:
    """What the driver says of a database that is away, busy or not ours to use."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise away(error) from error
    except ProgrammingError as error:
        # What is kept elsewhere meanwhile is not lost while somebody mends this.
        if not isinstance(error.orig, _UNUSABLE):
            raise
        msg = f"the database cannot be used: {_first_line(error.orig)}"
        raise DatabaseUnavailable(msg) from error


def away(error: Exception) -> DatabaseUnavailable:
    """In our own words, and what the driver says of the connection in one line.

    That names servers, accounts and files, never a value.
    """
    told = _first_line(getattr(error, "orig", None) or error)
    return DatabaseUnavailable(f"the database cannot be reached, or is busy: {told}")


def _first_line(error: object) -> str:
    return str(error).partition("\n")[0]


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """WAL lets readers pass writers; FULL keeps what was committed at a power cut."""
    connection.isolation_level = None  # SQLAlchemy begins transactions, not sqlite3
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: Any) -> None:
    """Arrays in binary cost a fifth of what arrays in text do; see gateway.db.many."""
    connection.adapters.register_dumper(list, ListBinaryDumper)


def _begin_immediate(connection: Connection) -> None:
    """Wait for the write lock at the start, so that no transaction fails half-way."""
    if not connection.get_execution_options().get("read_only"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
