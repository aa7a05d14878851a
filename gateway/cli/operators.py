"""`gateway operators`: who may use the console."""

import click

from gateway.bootstrap import open_database
from gateway.cli.audit import by_officer
from gateway.cli.failure import Failure
from gateway.cli.startup import checked_settings
from gateway.db.console.operators import Operators
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role, new_password


@click.group()
def operators() -> None:
    """The operators of the console."""


@operators.command()
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@by_officer
def add(name: str, role: str, entry: AuditEntry) -> None:
    """Add operator NAME and print the password, once."""
    password = new_password()
    _operators().add(name, Role(role), password, entry)
    click.echo(f"operator {name} ({role}), password {password}")


@operators.command()
@click.argument("name")
@by_officer
def disable(name: str, entry: AuditEntry) -> None:
    """Disable operator NAME."""
    if not _operators().disable(name, entry):
        raise Failure(f"there is no operator {name}")
    click.echo(f"operator {name} disabled")


@operators.command()
@click.argument("name")
@by_officer
def password(name: str, entry: AuditEntry) -> None:
    """Give NAME a new password, printed once, and enable a disabled operator."""
    password = new_password()
    if not _operators().set_password(name, password, entry):
        raise Failure(f"there is no operator {name}")
    click.echo(f"operator {name}, password {password}")


@operators.command("list")
def list_operators() -> None:
    """List all operators with their roles."""
    for operator in _operators().list_all():
        state = "disabled" if operator.is_disabled else operator.role
        click.echo(f"{operator.name}  {state}")


def _operators() -> Operators:
    return open_database(checked_settings()).operators
