"""Upgrade the schema of the database, and compare it with the one this code needs."""

import re
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from gateway.db.core.engine import translated_errors
from gateway.domain.errors import GatewayError

MIGRATIONS = Path(__file__).parent.parent / "migrations"
# Revisions are numbered in order: r0001, r0002 ...
_REVISION = re.compile(r"r\d{4}")
# One upgrade runs at a time, however long it takes; the lock number is arbitrary.
# In SQLite the write lock is enough.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7236451)"
# A migration that waits for a table makes all later statements wait, webhooks too.
_LOCK_PATIENCE = "SET LOCAL lock_timeout = '3s'"


class Standing(StrEnum):
    """How the schema of a database compares with the one that this code needs.

    A migration only adds columns and tables, and drops nothing but indexes, so the
    previous version of the code works on a newer schema. No migration leads away from
    an unknown revision.
    """

    OLD = "old"
    CURRENT = "current"
    NEWER = "newer"
    UNKNOWN = "unknown"


class UnknownRevision(GatewayError):
    """The database has a schema that none of our migrations starts from."""

    def __init__(self, revision: str | None) -> None:
        super().__init__(
            f"the database has the unknown schema revision {revision}, as from before "
            "the first release: it cannot be upgraded, use a new database"
        )


def upgrade(engine: Engine, migrations: Path = MIGRATIONS) -> None:
    """Run the missing migrations. Raises DatabaseUnavailable and UnknownRevision."""
    match standing(engine, migrations):
        case Standing.NEWER:
            return
        case Standing.UNKNOWN:
            raise UnknownRevision(revision_of(engine))
    with translated_errors(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(_ONE_AT_A_TIME))
            connection.execute(text(_LOCK_PATIENCE))
        command.upgrade(_config(migrations, connection=connection), "head")


def standing(engine: Engine, migrations: Path = MIGRATIONS) -> Standing:
    """Compare the database with this code. Raises DatabaseUnavailable."""
    present, newest = revision_of(engine), newest_revision(migrations)
    if present == newest:
        return Standing.CURRENT
    if present is None:
        return Standing.OLD
    if not _REVISION.fullmatch(present):
        return Standing.UNKNOWN
    return Standing.NEWER if present > newest else Standing.OLD


def revision_of(engine: Engine) -> str | None:
    """The last migration that was run. Raises DatabaseUnavailable."""
    with translated_errors(), engine.connect() as connection:
        reading = connection.execution_options(read_only=True)
        return MigrationContext.configure(reading).get_current_revision()


def newest_revision(migrations: Path = MIGRATIONS) -> str:
    """The last migration of this code."""
    scripts = ScriptDirectory.from_config(_config(migrations))
    return scripts.get_current_head() or ""


def _config(migrations: Path = MIGRATIONS, **attributes: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes.update(attributes)
    return config
