"""Databases as they are in other people's operations."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from gateway.db.core import engine as engines
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.db.core.upgrade import Standing
from gateway.db.database import Database
from gateway.domain.errors import DatabaseUnavailable, GatewayError
from gateway.security.cipher import Cipher
from tests.support.fakes import FakeClock, sms
from tests.support.processes import Postgres, wait_until

Connect = Callable[[], Engine]


@pytest.fixture
def connect(empty_url: str) -> Iterator[Connect]:
    """Engines of several processes on one database."""
    opened: list[Engine] = []

    def connect() -> Engine:
        opened.append(open_engine(empty_url))
        return opened[-1]

    yield connect
    for engine in opened:
        engine.dispose()


def test_machines_that_upgrade_at_the_same_time_all_succeed(connect: Connect) -> None:
    """Field report W12: one of them runs the migrations, the others wait for it."""
    engines = [connect() for _ in range(4)]

    with ThreadPoolExecutor(len(engines)) as pool:
        list(pool.map(upgrade.upgrade, engines))

    assert {upgrade.standing(engine) for engine in engines} == {Standing.CURRENT}


@pytest.fixture
def server(postgres: Postgres, postgres_template: str) -> str:
    """A database of ours on PostgreSQL."""
    return postgres.new_database(like=postgres_template)


def keeps_and_reads(url: str, cipher: Cipher, clock: FakeClock) -> bool:
    """Whether an SMS is kept, and the moment that it came is read again."""
    engine = open_engine(url)
    database = Database(engine, cipher)
    database.inbox.add(sms("SM1", "SALDO", at=clock()))
    came = database.backlog.count().oldest_unanswered
    engine.dispose()
    return came == clock()


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param("DateStyle TO 'SQL, DMY'", id="dates in another style"),
        pytest.param("timezone TO 'Asia/Jayapura'", id="another time zone"),
        pytest.param("IntervalStyle TO 'sql_standard'", id="intervals"),
        pytest.param("bytea_output TO 'escape'", id="octets"),
        pytest.param("standard_conforming_strings TO off", id="strings"),
    ],
)
def test_the_servers_own_taste_does_not_matter(
    server: str, cipher: Cipher, clock: FakeClock, setting: str
) -> None:
    """Field report W38: with other dates than ISO's, nothing at all was answered."""
    alter(server, setting)

    assert keeps_and_reads(server, cipher, clock)


def test_a_database_without_an_encoding_can_be_used(
    postgres: Postgres, cipher: Cipher, clock: FakeClock
) -> None:
    """Field report W39: SQL_ASCII hands out octets unless it is told what we speak."""
    url = make_url(postgres.new_database())
    server = open_engine(url.render_as_string())
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text(
                "CREATE DATABASE bare ENCODING 'SQL_ASCII'"
                " LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
            )
        )
    server.dispose()
    bare = url.set(database="bare").render_as_string()
    engine = open_engine(bare)
    upgrade.upgrade(engine)
    engine.dispose()

    assert keeps_and_reads(bare, cipher, clock)


@pytest.mark.parametrize("isolation", ["serializable", "repeatable read"])
def test_two_workers_claim_side_by_side_whatever_isolation_is_the_default(
    server: str, cipher: Cipher, clock: FakeClock, isolation: str
) -> None:
    """Field report W40: a stricter default made claims of the other worker fail."""
    alter(server, f"default_transaction_isolation TO '{isolation}'")
    engine = open_engine(server)
    levels = []
    for _ in range(2):
        with engine.connect() as connection:
            levels.append(connection.scalar(text("SHOW transaction_isolation")))
    engine.dispose()

    assert levels == ["read committed"] * 2


def alter(url: str, setting: str) -> None:
    """Set it for whoever connects from now on."""
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET {setting}"))
    engine.dispose()


def test_an_account_without_rights_is_told_so_in_one_line(postgres: Postgres) -> None:
    """Field report W65: since PostgreSQL 15 only a database's owner makes tables."""
    url = make_url(postgres.new_database())
    owner = open_engine(url.render_as_string())
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE ROLE guest LOGIN"))
    owner.dispose()
    guest = open_engine(url.set(username="guest").render_as_string())

    with pytest.raises(GatewayError, match=r"^[^\n]*denied for schema public$"):
        upgrade.upgrade(guest)

    guest.dispose()


def test_a_session_that_was_ended_for_being_idle_costs_one_attempt(
    server: str, cipher: Cipher
) -> None:
    """Field report W37: what meets a closed connection is spooled, the next is not."""
    engine = open_engine(server)
    database = Database(engine, cipher)
    with engine.connect() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
        connection.execute(text("SET SESSION idle_session_timeout = 1"))
        connection.commit()
    watcher = open_engine(server)

    def is_gone() -> bool:
        with watcher.connect() as connection:
            asked = text("SELECT 1 FROM pg_stat_activity WHERE pid = :pid")
            return connection.scalar(asked, {"pid": process}) is None

    wait_until(is_gone, "the end of the session")
    with pytest.raises(DatabaseUnavailable):
        database.inbox.add(sms("SM1", "SALDO"))

    assert database.inbox.add(sms("SM2", "SALDO"))
    for item in (engine, watcher):
        item.dispose()


def test_a_write_lock_that_somebody_holds_makes_sqlite_busy_not_broken(
    sqlite_url: str, cipher: Cipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Field report W41: while an editor has the file locked, SMS are spooled."""
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 50)
    engine = open_engine(sqlite_url)
    database = Database(engine, cipher)
    file = make_url(sqlite_url).database
    with closing(sqlite3.connect(str(file), isolation_level=None)) as editor:
        editor.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable):
            database.inbox.add(sms("SM1", "SALDO"))

    assert database.inbox.add(sms("SM1", "SALDO"))
    engine.dispose()


def test_a_copy_that_takes_the_files_place_is_used_from_then_on(
    sqlite_url: str, cipher: Cipher, tmp_path: Path
) -> None:
    """Field report W42: no SMS is written to a file that a restore has exchanged."""
    engine = open_engine(sqlite_url)
    database = Database(engine, cipher)
    database.inbox.add(sms("SM1", "SALDO"))
    file, copy = Path(str(make_url(sqlite_url).database)), tmp_path / "copy.db"
    with closing(sqlite3.connect(file)) as now, closing(sqlite3.connect(copy)) as then:
        now.backup(then)
    os.replace(copy, file)

    database.inbox.add(sms("SM2", "SALDO"))
    with engine.connect().execution_options(read_only=True) as connection:
        # As SQLite does by itself after a thousand pages.
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()

    with closing(sqlite3.connect(file)) as restored:
        assert restored.execute("SELECT count(*) FROM inbound").fetchone() == (2,)
