"""`gateway operators`: who may use the console."""

import sys

import click

from gateway.bootstrap import open_operators
from gateway.cli.audit import audit_entry, by_officer
from gateway.cli.startup import checked_settings
from gateway.db.console.operators import NameTaken, Operators
from gateway.domain.operators import Role, new_password


@click.group()
def operators() -> None:
    """The operators of the console."""


@operators.command()
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@by_officer
def add(name: str, role: str, officer: str, reason: str | None) -> None:
    """Add operator NAME and print the password, once."""
    password = new_password()
    try:
        _operators().add(name, Role(role), password, audit_entry(officer, reason))
    except NameTaken as error:
        _fail(str(error))
    click.echo(f"operator {name} ({role}), password {password}")


@operators.command()
@click.argument("name")
@by_officer
def disable(name: str, officer: str, reason: str | None) -> None:
    """Disable operator NAME."""
    if not _operators().disable(name, audit_entry(officer, reason)):
        _fail(f"there is no operator {name}")
    click.echo(f"operator {name} disabled")


@operators.command()
@click.argument("name")
@by_officer
def password(name: str, officer: str, reason: str | None) -> None:
    """Give NAME a new password, printed once, and enable a disabled operator."""
    password = new_password()
    if not _operators().set_password(name, password, audit_entry(officer, reason)):
        _fail(f"there is no operator {name}")
    click.echo(f"operator {name}, password {password}")


@operators.command("list")
def list_operators() -> None:
    """List all operators with their roles."""
    for operator in _operators().list_all():
        state = "disabled" if operator.is_disabled else operator.role
        click.echo(f"{operator.name}  {state}")


def _operators() -> Operators:
    return open_operators(checked_settings())


def _fail(why: str) -> None:
    click.echo(f"gateway: {why}", err=True)
    sys.exit(1)
