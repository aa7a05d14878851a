"""Bring the database to the newest schema, and tell whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from gateway.messages import DatabaseUnavailable

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing. Raises DatabaseUnavailable."""
    with _reachable(), engine.begin() as connection:
        command.upgrade(_config(connection=connection), "head")


def is_current(engine: Engine) -> bool:
    """Whether every migration has been run. Raises DatabaseUnavailable."""
    with _reachable(), engine.connect() as connection:
        reading = connection.execution_options(read_only=True)
        present = MigrationContext.configure(reading).get_current_revision()
    return present == ScriptDirectory.from_config(_config()).get_current_head()


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        msg = "the database cannot be reached; is GATEWAY_DATABASE_URL right?"
        raise DatabaseUnavailable(msg) from error


def _config(**attributes: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes.update(attributes)
    return config
