"""What an administrator does to the database and the members."""

import sys
from pathlib import Path

import click

from gateway import logs
from gateway.bootstrap import open_directory
from gateway.cli.start import checked_settings, gateway_for_a_command
from gateway.config import settings_from_environment
from gateway.db import schema
from gateway.db.engine import open_engine
from gateway.directory import csv_file


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    logs.configure()
    schema.upgrade(open_engine(settings_from_environment().database_url))


@click.command()
def sweep() -> None:
    """Move everything that stands still, once."""
    click.echo(f"moved {gateway_for_a_command().sweep()} messages")


@click.command()
def purge() -> None:
    """Drop texts and messages that are past retention."""
    click.echo(f"purged {gateway_for_a_command().purge()} rows")


@click.group()
def participants() -> None:
    """The members."""


@participants.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
def import_participants(file: Path) -> None:
    """Put the members in FILE in the place of all present ones."""
    settings = checked_settings()
    count = csv_file.check(file)
    with click.progressbar(
        csv_file.members(file), length=count, label="importing", file=sys.stderr
    ) as members:
        open_directory(settings).replace(members)
    click.echo(f"imported {count} members")
