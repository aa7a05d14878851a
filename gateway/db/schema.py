"""Bring the database to the newest schema, and tell whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from gateway.db.engine import reachable

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing. Raises DatabaseUnavailable."""
    with reachable(), engine.begin() as connection:
        command.upgrade(_config(connection=connection), "head")


def is_current(engine: Engine) -> bool:
    """Whether every migration has been run. Raises DatabaseUnavailable."""
    with reachable(), engine.connect() as connection:
        reading = connection.execution_options(read_only=True)
        present = MigrationContext.configure(reading).get_current_revision()
    return present == ScriptDirectory.from_config(_config()).get_current_head()


def _config(**attributes: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes.update(attributes)
    return config
