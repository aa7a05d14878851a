"""Migrations: one head, no drift from the models, no data lost, on both databases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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
from gateway.db.core.upgrade import Standing
from gateway.db.models import metadata, opt_outs
from gateway.domain.errors import DatabaseUnavailable
from tests.support.fakes import FakeClock
from tests.support.processes import Postgres


def test_there_is_one_head() -> None:
    scripts = ScriptDirectory.from_config(upgrade._config())

    assert len(scripts.get_heads()) == 1


def test_revisions_are_numbered_in_order() -> None:
    scripts = ScriptDirectory.from_config(upgrade._config())
    numbers = [script.revision for script in scripts.walk_revisions()]

    assert sorted(numbers, reverse=True) == numbers
    assert all(len(number) == 4 and number.isdigit() for number in numbers)


def test_the_migrations_lead_to_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, metadata) == []
    assert upgrade.standing(engine) is Standing.CURRENT


def test_upgrading_again_changes_nothing(engine: Engine, clock: FakeClock) -> None:
    with engine.begin() as connection:
        row = {"msisdn_index": b"x" * 16, "since": clock.now}
        connection.execute(insert(opt_outs).values(row))

    upgrade.upgrade(engine)

    with engine.connect() as connection:
        assert len(connection.execute(select(opt_outs)).all()) == 1


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(upgrade._config())
    return [script.revision for script in scripts.walk_revisions()]


def fill(engine: Engine) -> dict[str, int]:
    """Put a row into every table of whatever revision this is; how many each has."""
    tables = MetaData()
    tables.reflect(engine)
    rows = [it for it in tables.sorted_tables if it.name != "alembic_version"]
    with engine.begin() as connection:
        for table in rows:
            values = {column.name: made_up(column) for column in table.columns}
            connection.execute(insert(table).values(values))
    return {table.name: 1 for table in rows}


def made_up(column: Column[Any]) -> object:
    if isinstance(column.type, String):
        return "x"
    if column.type.python_type is datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)
    if column.type.python_type is date:
        return date(2026, 11, 21)
    values = {int: 1, bytes: b"x" * 16, bool: True, timedelta: timedelta()}
    return values[column.type.python_type]


@pytest.mark.parametrize("revision", revisions())
def test_every_earlier_revision_leads_to_the_models_with_its_data(
    empty_url: str, revision: str
) -> None:
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        command.upgrade(upgrade._config(connection=connection), revision)
    before = fill(engine)

    upgrade.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        after = {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in metadata.sorted_tables
        }
    if revision == "0001":
        before["channels"] = before.pop("pauses")
    # Who is already in came in with some import.
    before["imports"] = 1
    # The next purge begins at the oldest text, of SMS and of replies.
    before.setdefault("text_marks", 2)
    assert {name: count for name, count in after.items() if count} == before
    engine.dispose()


# The first version to be upgraded without a pause is the one of this revision.
LAST_FREE_REVISION = "0008"


@dataclass(frozen=True)
class Shape:
    """What code of an earlier version would notice of a table."""

    columns: dict[str, dict[str, Any]]
    uniques: set[tuple[str, ...]]
    checks: int
    foreign_keys: set[tuple[str, ...]]


def shapes(engine: Engine) -> dict[str, Shape]:
    found = inspect(engine)
    return {name: shape(found, name) for name in found.get_table_names()}


def shape(found: Inspector, table: str) -> Shape:
    uniques = [it["column_names"] for it in found.get_unique_constraints(table)]
    uniques += [it["column_names"] for it in found.get_indexes(table) if it["unique"]]
    return Shape(
        {column["name"]: dict(column) for column in found.get_columns(table)},
        {tuple(map(str, it)) for it in uniques},
        len(found.get_check_constraints(table)),
        {tuple(it["constrained_columns"]) for it in found.get_foreign_keys(table)},
    )


def additions() -> list[str]:
    return sorted(it for it in revisions() if it > LAST_FREE_REVISION)


@pytest.mark.parametrize("revision", additions())
def test_a_migration_only_adds_so_that_the_version_before_goes_on_working(
    empty_url: str, revision: str
) -> None:
    engine = open_engine(empty_url)
    before = migrated(engine, f"{int(revision) - 1:04}")
    after = migrated(engine, revision)
    engine.dispose()

    assert before.keys() <= after.keys()
    for table, old in before.items():
        new = after[table]
        assert what_is_kept(old.columns, new.columns) == what_is_kept(
            old.columns, old.columns
        ), table
        added = new.columns.keys() - old.columns.keys()
        must_be_given = [it for it in added if is_needed(new.columns[it])]
        assert must_be_given == [], f"{table}: the version before does not give these"
        # What the version before may write now, it may write afterwards.
        assert new.uniques <= old.uniques, table
        assert new.checks <= old.checks, table
        assert new.foreign_keys <= old.foreign_keys, table


def migrated(engine: Engine, revision: str) -> dict[str, Shape]:
    with engine.begin() as connection:
        command.upgrade(upgrade._config(connection=connection), revision)
    return shapes(engine)


def what_is_kept(names: Iterable[str], columns: dict[str, Any]) -> dict[str, Any]:
    return {
        name: (str(columns[name]["type"]), columns[name]["nullable"])
        for name in names
        if name in columns
    }


def is_needed(column: dict[str, Any]) -> bool:
    return not column["nullable"] and column["default"] is None


def test_a_database_of_a_later_version_is_newer_and_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    upgrade.upgrade(engine)

    assert upgrade.standing(engine) is Standing.NEWER
    assert upgrade.revision_of(engine) == "9999"


def test_an_upgrade_does_not_wait_for_a_table_while_webhooks_wait_behind_it(
    postgres: Postgres,
) -> None:
    """Field report W49: a lock that is waited for stops everybody behind it."""
    engine = open_engine(postgres.new_database())
    migrated(engine, "0008")
    with engine.connect() as reader:
        # As a backup does, for as long as it takes.
        reader.execute(text("SELECT count(*) FROM inbound"))

        with pytest.raises(DatabaseUnavailable):
            upgrade.upgrade(engine)

    upgrade.upgrade(engine)
    assert upgrade.standing(engine) is Standing.CURRENT
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
