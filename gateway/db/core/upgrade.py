"""Bring the database to the newest schema, and tell whether it is there."""

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from gateway.db.core.engine import reachable

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
# One upgrade runs at a time, however long it takes; the number is any of our own.
# SQLite's write lock does that already.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7236451)"
# A migration that waits for a table makes all later statements wait, webhooks too.
_LOCK_PATIENCE = "SET LOCAL lock_timeout = '3s'"


class Standing(StrEnum):
    """How the schema of a database compares with the one that this code is for.

    Migrations add, and drop indexes at most, so a newer one serves the code of the
    version before.
    """

    OLD = "old"
    CURRENT = "current"
    NEWER = "newer"


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing. Raises DatabaseUnavailable."""
    if standing(engine) is Standing.NEWER:
        return
    with reachable(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(_ONE_AT_A_TIME))
            connection.execute(text(_LOCK_PATIENCE))
        command.upgrade(_config(connection=connection), "head")


def standing(engine: Engine) -> Standing:
    """How the database compares with this code. Raises DatabaseUnavailable."""
    present, newest = revision_of(engine), newest_revision()
    if present == newest:
        return Standing.CURRENT
    # Revisions are numbered in order.
    return Standing.NEWER if present and present > newest else Standing.OLD


def revision_of(engine: Engine) -> str | None:
    """The last migration that was run. Raises DatabaseUnavailable."""
    with reachable(), engine.connect() as connection:
        reading = connection.execution_options(read_only=True)
        return MigrationContext.configure(reading).get_current_revision()


def newest_revision() -> str:
    """The last migration of this code."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config(**attributes: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes.update(attributes)
    return config
