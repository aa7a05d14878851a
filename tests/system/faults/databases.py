"""Databases that can be taken away from a running gateway and brought back."""

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from tests.support.processes import Postgres, wait_until
from tests.system.faults import clocks

# The byte of a SQLite file that says which version may write it; 1 and 2 are known, and
# a higher one makes the file read-only: sqlite.org/fileformat2.html, section 1.3.3.
_WRITE_VERSION, _WAL, _FUTURE = 18, 2, 3


@dataclass(frozen=True)
class Database:
    """A database with our tables, how to take it away and bring it back.

    `read_only` is a failover that leaves its clients at a standby: it answers and
    refuses every write. `read_write` promotes it; connections that were opened in
    between stay read-only until they are closed. `shift_clock` lets its own clock be so
    many seconds ahead of time.
    """

    url: str
    stop: Callable[[], None]
    start: Callable[[], None]
    read_only: Callable[[], None]
    read_write: Callable[[], None]
    shift_clock: Callable[[float], None]


class OpenDatabase(Protocol):
    """Opens a database of a kind, a file in a folder or one on a server."""

    def __call__(
        self, kind: str, folder: Path, *, with_tables: bool = True
    ) -> Database: ...


def sqlite_in(folder: Path, *, with_tables: bool = True) -> Database:
    """A file, which is away as long as somebody else holds its write lock."""
    path = folder / "gateway.db"
    locks: list[sqlite3.Connection] = []

    def stop() -> None:
        locks.append(sqlite3.connect(path, timeout=30, isolation_level=None))
        locks[0].execute("BEGIN IMMEDIATE")

    def start() -> None:
        locks.pop().close()

    url = f"sqlite:///{path}"
    return Database(
        migrated(url) if with_tables else url,
        stop,
        start,
        read_only=lambda: wait_until(lambda: _freeze(path), "a read-only file"),
        read_write=lambda: _set_write_version(path, _WAL),
        shift_clock=partial(clocks.shift_clock, clocks.sqlite_file(folder)),
    )


def _freeze(path: Path) -> bool:
    """Make a SQLite file read-only; False if a write came in between."""
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
        # The header is read from the file only while the WAL has no copy of it.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _set_write_version(path, _FUTURE)
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_READONLY
    return False


def _set_write_version(path: Path, version: int) -> None:
    with path.open("r+b") as file:
        file.seek(_WRITE_VERSION)
        file.write(bytes([version]))


def damage(database: Database, table: str) -> Callable[[], None]:
    """Overwrite the root page of a table in a SQLite file; returns what mends it."""
    path = Path(make_url(database.url).database or "")
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [size] = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        [page] = connection.execute(query, [table]).fetchone()
    with path.open("rb") as file:
        file.seek(at := (page - 1) * size)
        was = file.read(size)

    def overwrite(content: bytes) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(content)

    overwrite(b"\xff" * size)
    return lambda: overwrite(was)


def postgresql_on(server: Postgres, *, with_tables: bool = True) -> Database:
    """A database on a server of its own, which is crashed."""
    url = server.new_database()
    if with_tables:
        # Without any, it is to be filled with those of another one.
        clocks.prepare_postgresql(url)
    name = make_url(url).database
    setting = "default_transaction_read_only"

    def read_only() -> None:
        server.say(f"ALTER DATABASE {name} SET {setting} = on")
        server.say(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name}'"
        )

    return Database(
        migrated(url) if with_tables else url,
        server.stop,
        server.start,
        read_only,
        read_write=lambda: server.say(f"ALTER DATABASE {name} RESET {setting}"),
        shift_clock=partial(clocks.shift_postgresql, url),
    )


def migrated(url: str) -> str:
    """The address again, of a database that has the newest schema now."""
    engine = open_engine(url)
    upgrade.upgrade(engine)
    engine.dispose()
    return url
