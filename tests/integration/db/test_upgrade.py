"""Migrations: one head, no drift from the models, no data lost, on both databases.

What upgrades do is tested with made-up migrations after ours.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Engine,
    Inspector,
    MetaData,
    String,
    func,
    insert,
    inspect,
    select,
    text,
)

from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.db.core.upgrade import MIGRATIONS, Standing, UnknownRevision
from gateway.db.database import Database
from gateway.db.models import metadata
from gateway.domain.errors import DatabaseUnavailable
from gateway.security.cipher import Cipher
from tests.support.fakes import sms
from tests.support.migrations import (
    ADD_LETTERS,
    ADD_REMARK,
    later_version,
)
from tests.support.processes import Postgres

OURS = upgrade.newest_revision()
BREAK = 'raise RuntimeError("the power is gone")'
Connect = Callable[[], Engine]


@pytest.fixture
def connect(database_url: str) -> Iterator[Connect]:
    """Engines of several machines on one database of our version."""
    opened: list[Engine] = []

    def connect() -> Engine:
        opened.append(open_engine(database_url))
        return opened[-1]

    yield connect
    for engine in opened:
        engine.dispose()


def test_there_is_one_head() -> None:
    assert len(scripts().get_heads()) == 1


def test_revisions_are_numbered_in_order() -> None:
    numbers = [script.revision for script in scripts().walk_revisions()]

    assert sorted(numbers, reverse=True) == numbers
    assert all(upgrade._REVISION.fullmatch(number) for number in numbers)


def test_the_migrations_lead_to_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, metadata) == []
    assert upgrade.standing(engine) is Standing.CURRENT


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    before = fill(engine)

    upgrade.upgrade(engine)

    assert counted(engine, before) == before


def test_an_upgrade_runs_all_missing_migrations_and_keeps_the_data(
    engine: Engine, tmp_path: Path
) -> None:
    later = later_version(tmp_path, ADD_REMARK, ADD_LETTERS)
    before = fill(engine)

    assert upgrade.standing(engine, later) is Standing.OLD
    upgrade.upgrade(engine, later)

    assert upgrade.standing(engine, later) is Standing.CURRENT
    assert counted(engine, before) == before
    assert {"letters"} | before.keys() <= shapes(engine).keys()


def test_an_interrupted_upgrade_changes_nothing_and_can_be_repeated(
    engine: Engine, tmp_path: Path
) -> None:
    broken = later_version(tmp_path / "broken", ADD_REMARK, BREAK)
    before = fill(engine)

    with pytest.raises(RuntimeError, match="power"):
        upgrade.upgrade(engine, broken)

    assert upgrade.revision_of(engine) == OURS
    assert "remark" not in shapes(engine)["inbound"].columns
    upgrade.upgrade(engine, later_version(tmp_path / "mended", ADD_REMARK, ADD_LETTERS))
    assert counted(engine, before) == before


def test_machines_that_upgrade_at_the_same_time_all_succeed(
    connect: Connect, tmp_path: Path
) -> None:
    later = later_version(tmp_path, ADD_REMARK, ADD_LETTERS)
    engines = [connect() for _ in range(4)]

    with ThreadPoolExecutor(len(engines)) as pool:
        list(pool.map(upgrade.upgrade, engines, [later] * len(engines)))

    assert {upgrade.standing(engine, later) for engine in engines} == {Standing.CURRENT}


def test_the_version_before_works_on_the_schema_of_the_next(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    later = later_version(tmp_path, ADD_REMARK, ADD_LETTERS)

    upgrade.upgrade(engine, later)

    assert upgrade.standing(engine) is Standing.NEWER
    assert Database(engine, cipher).inbox.add(sms("SM1", "SALDO")) is not None


def test_a_database_of_a_later_version_is_newer_and_left_alone(engine: Engine) -> None:
    stamp(engine, "r9999")

    upgrade.upgrade(engine)

    assert upgrade.standing(engine) is Standing.NEWER
    assert upgrade.revision_of(engine) == "r9999"


@pytest.mark.parametrize("revision", ["0001", "0023", "9f3b2c"])
def test_a_database_of_an_unknown_revision_is_refused_and_left_alone(
    engine: Engine, revision: str
) -> None:
    stamp(engine, revision)

    with pytest.raises(UnknownRevision, match=f"revision {revision}.*new database"):
        upgrade.upgrade(engine)

    assert upgrade.standing(engine) is Standing.UNKNOWN
    assert upgrade.revision_of(engine) == revision


def test_a_migration_only_adds_so_that_the_version_before_goes_on_working(
    empty_url: str,
) -> None:
    engine = open_engine(empty_url)

    wrong = breaks_in(engine, MIGRATIONS)

    engine.dispose()
    assert wrong == []


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        (ADD_LETTERS, []),
        ('op.drop_column("inbound", "keyword")', ["inbound.keyword is gone"]),
        ('op.drop_table("alarms")', ["alarms is gone"]),
        (
            "op.create_index('once', 'alarms', ['kind'], unique=True)",
            ["alarms is stricter"],
        ),
        (
            'op.add_column("alarms", sa.Column("note", sa.String(9), nullable=False))',
            ["alarms.note must be given"],
        ),
    ],
    ids=["adds", "drops a column", "drops a table", "adds a rule", "needs a value"],
)
def test_a_migration_that_would_break_the_version_before_is_noticed(
    postgres: Postgres, tmp_path: Path, statement: str, wrong: list[str]
) -> None:
    # SQLite cannot drop a column that has an index.
    migrations = later_version(tmp_path, statement)
    engine = open_engine(postgres.new_database())

    found = breaks_in(engine, migrations)

    engine.dispose()
    assert found == wrong


def scripts(migrations: Path = MIGRATIONS) -> ScriptDirectory:
    return ScriptDirectory.from_config(upgrade._config(migrations))


def stamp(engine: Engine, revision: str) -> None:
    """Let a database say that it has the schema of another revision."""
    with engine.begin() as connection:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        connection.execute(statement, {"revision": revision})


def fill(engine: Engine) -> dict[str, int]:
    """Put a row into every table of whatever revision this is; how many each has."""
    tables = MetaData()
    tables.reflect(engine)
    filled = [
        sorted_table
        for sorted_table in tables.sorted_tables
        if sorted_table.name != "alembic_version"
    ]
    with engine.begin() as connection:
        for table in filled:
            values = {column.name: made_up(column) for column in table.columns}
            connection.execute(insert(table).values(values))
    return {table.name: 1 for table in filled}


def made_up(column: Column[Any]) -> object:
    if isinstance(column.type, String):
        return "x"
    if column.type.python_type is datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)
    if column.type.python_type is date:
        return date(2026, 11, 21)
    values = {int: 1, bytes: b"x" * 16, bool: True, timedelta: timedelta()}
    return values[column.type.python_type]


def counted(engine: Engine, tables: Iterable[str]) -> dict[str, int]:
    """How many rows tables have."""
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(text(name))) or 0
            for name in tables
        }


@dataclass(frozen=True)
class Shape:
    """What code of an earlier version would notice of a table."""

    columns: dict[str, dict[str, Any]]
    uniques: set[tuple[str, ...]]
    checks: int
    foreign_keys: set[tuple[str, ...]]


def breaks_in(engine: Engine, migrations: Path) -> list[str]:
    """What the migrations do that code of the version before each cannot live with."""
    revisions = [script.revision for script in scripts(migrations).walk_revisions()]
    steps = [migrated(engine, migrations, revision) for revision in reversed(revisions)]
    return [found for step in pairwise(steps) for found in breaks(*step)]


def migrated(engine: Engine, migrations: Path, revision: str) -> dict[str, Shape]:
    with engine.begin() as connection:
        command.upgrade(upgrade._config(migrations, connection=connection), revision)
    return shapes(engine)


def shapes(engine: Engine) -> dict[str, Shape]:
    found = inspect(engine)
    return {name: shape(found, name) for name in found.get_table_names()}


def shape(found: Inspector, table: str) -> Shape:
    uniques = [
        constraint["column_names"] for constraint in found.get_unique_constraints(table)
    ]
    uniques += [
        index["column_names"] for index in found.get_indexes(table) if index["unique"]
    ]
    return Shape(
        {column["name"]: dict(column) for column in found.get_columns(table)},
        {tuple(map(str, names)) for names in uniques},
        len(found.get_check_constraints(table)),
        {tuple(key["constrained_columns"]) for key in found.get_foreign_keys(table)},
    )


def breaks(before: dict[str, Shape], after: dict[str, Shape]) -> Iterator[str]:
    for table, old in before.items():
        if table not in after:
            yield f"{table} is gone"
            continue
        new = after[table]
        for name in old.columns.keys() - new.columns.keys():
            yield f"{table}.{name} is gone"
        for name, column in new.columns.items():
            if wrong := misfit(old.columns.get(name), column):
                yield f"{table}.{name} {wrong}"
        # What the version before may write now, it may write afterwards.
        is_looser = new.uniques <= old.uniques and new.checks <= old.checks
        if not (is_looser and new.foreign_keys <= old.foreign_keys):
            yield f"{table} is stricter"


def misfit(old: dict[str, Any] | None, new: dict[str, Any]) -> str | None:
    """What the version before cannot live with in a column."""
    if old is not None:
        return "is another" if kind(old) != kind(new) else None
    is_needed = not new["nullable"] and new["default"] is None
    return "must be given" if is_needed else None


def kind(column: dict[str, Any]) -> tuple[str, bool]:
    return str(column["type"]), column["nullable"]


def test_an_upgrade_does_not_wait_for_a_table_while_webhooks_wait_behind_it(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Field report W49: a lock that is waited for stops everybody behind it."""
    later = later_version(tmp_path, ADD_REMARK)
    engine = open_engine(postgres.new_database())
    upgrade.upgrade(engine)
    with engine.connect() as reader:
        # As a backup does, for as long as it takes.
        reader.execute(text("SELECT count(*) FROM inbound"))

        with pytest.raises(DatabaseUnavailable):
            upgrade.upgrade(engine, later)

    upgrade.upgrade(engine, later)
    assert upgrade.standing(engine, later) is Standing.CURRENT
    engine.dispose()


def test_an_empty_database_is_not_current(empty_url: str) -> None:
    engine = open_engine(empty_url)

    assert upgrade.standing(engine) is not Standing.CURRENT
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody@/none?host=/nowhere",
        "sqlite:////nowhere/gateway.db",
    ],
)
def test_a_database_out_of_reach_is_said_in_one_line(url: str) -> None:
    engine = open_engine(url)

    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        upgrade.standing(engine)
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        upgrade.upgrade(engine)


@pytest.mark.parametrize("url", ["nonsense", "postgresql+psycopg://h:port/x"])
def test_an_address_that_is_none_is_said_in_one_line(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="no address"):
        open_engine(url)
