"""`gateway db`: the schema of the database."""

import click

from gateway.config.settings import settings_from_environment
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.telemetry import logs


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade_schema() -> None:
    """Upgrade the database to the schema of this version."""
    logs.configure()
    upgrade.upgrade(open_engine(settings_from_environment().database_url))
