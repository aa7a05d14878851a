"""Requests to hear about a member on another phone: an officer decides."""

import sys

import click

from gateway.bootstrap import enrolment_desk
from gateway.cli.start import checked_settings
from gateway.enrolling import EnrolmentDesk
from gateway.privacy import mask

_OFFICER = click.option("--officer", required=True, help="Who decides, for the record.")


@click.group()
def enrolments() -> None:
    """Requests to enrol a phone for a member."""


@enrolments.command("list")
def list_waiting() -> None:
    """Show the requests that nobody has decided."""
    waiting = _desk().waiting()
    for it in waiting:
        at = f"{it.requested_at:%Y-%m-%d %H:%M}Z"
        click.echo(f"{it.id}  {at}  KPJ {it.kpj}  phone {mask(it.msisdn)}")
    click.echo(f"{len(waiting)} requests wait")


@enrolments.command()
@click.argument("request", type=int)
@_OFFICER
def approve(request: int, officer: str) -> None:
    """Let the phone of REQUEST hear about its member, and tell it so."""
    _say("approved", request, is_done=bool(_desk().approve(request, officer)))


@enrolments.command()
@click.argument("request", type=int)
@_OFFICER
def decline(request: int, officer: str) -> None:
    """Leave the member closed to the phone of REQUEST, and tell it so."""
    _say("declined", request, is_done=bool(_desk().decline(request, officer)))


def _desk() -> EnrolmentDesk:
    return enrolment_desk(checked_settings())


def _say(what: str, request: int, *, is_done: bool) -> None:
    if not is_done:
        click.echo("gateway: no such request waits, see the list", err=True)
        sys.exit(1)
    click.echo(f"request {request} {what}")
