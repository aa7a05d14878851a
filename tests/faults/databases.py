"""Databases that can be taken away from a running gateway and brought back."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.db import schema
from gateway.db.engine import open_engine
from tests.processes import Postgres


@dataclass(frozen=True)
class Database:
    """A database with our tables, how to take it away and bring it back."""

    url: str
    stop: Callable[[], None]
    start: Callable[[], None]


OpenDatabase = Callable[[str, Path], Database]


def sqlite_in(folder: Path) -> Database:
    """A file, which is away as long as somebody else holds its write lock."""
    path = folder / "gateway.db"
    locks: list[sqlite3.Connection] = []

    def stop() -> None:
        locks.append(sqlite3.connect(path, timeout=30, isolation_level=None))
        locks[0].execute("BEGIN IMMEDIATE")

    def start() -> None:
        locks.pop().close()

    return Database(_with_tables(f"sqlite:///{path}"), stop, start)


def postgresql_on(server: Postgres) -> Database:
    """A database on a server of its own, which is crashed."""
    return Database(_with_tables(server.new_database()), server.stop, server.start)


def _with_tables(url: str) -> str:
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    return url
