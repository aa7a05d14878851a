"""Databases that can be taken away from a running gateway and brought back."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.db import schema
from gateway.db.engine import open_engine
from tests.processes import Postgres


@dataclass(frozen=True)
class Database:
    """A database with our tables, how to take it away and bring it back."""

    url: str
    stop: Callable[[], None]
    start: Callable[[], None]


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
    return Database(migrated(url) if with_tables else url, stop, start)


def postgresql_on(server: Postgres, *, with_tables: bool = True) -> Database:
    """A database on a server of its own, which is crashed."""
    url = server.new_database()
    return Database(migrated(url) if with_tables else url, server.stop, server.start)


def migrated(url: str) -> str:
    """The address again, of a database that has the newest schema now."""
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    return url
