"""`gateway enrolments`: an officer decides which phones may ask about a member."""

import sys
from typing import NoReturn

import click

from gateway.backoffice.enrolment_review import EnrolmentReview
from gateway.cli.audit import audit_entry, by_officer
from gateway.cli.parameter_types import KpjType, PhoneType
from gateway.cli.startup import gateway_for_a_command
from gateway.domain.participants import KPJ
from gateway.security.masking import mask


@click.group()
def enrolments() -> None:
    """Requests to enrol a phone for a member."""


@enrolments.command("list")
def list_waiting() -> None:
    """Show the requests that wait for a decision."""
    waiting = gateway_for_a_command().database.enrolments.waiting()
    for request in waiting:
        at = f"{request.requested_at:%Y-%m-%d %H:%M}Z"
        phone = mask(request.msisdn)
        click.echo(f"{request.id}  {at}  KPJ {request.kpj}  phone {phone}")
    click.echo(f"{len(waiting)} requests wait")


@enrolments.command()
@click.argument("request", type=int)
@by_officer
def show(request: int, officer: str, reason: str | None) -> None:
    """Show REQUEST with its whole numbers, to compare them with papers."""
    if not reason:
        msg = "give a --reason to see whole numbers"
        raise click.UsageError(msg)
    enrolments = gateway_for_a_command().database.enrolments
    found = enrolments.read(request, audit_entry(officer, reason))
    if found is None:
        _fail("there is no such request")
    click.echo(f"KPJ {found.kpj.digits}  phone {found.msisdn}")


@enrolments.command()
@click.option("--kpj", required=True, type=KpjType(), help="The member.")
@click.option("--phone", required=True, type=PhoneType(), help="The enrolled phone.")
@by_officer
def revoke(kpj: KPJ, phone: str, officer: str, reason: str | None) -> None:
    """End the enrolment of a phone for a member."""
    if not _review().revoke(kpj, phone, audit_entry(officer, reason)):
        _fail("this phone is not enrolled for this member")
    click.echo("closed")


@enrolments.command()
@click.argument("request", type=int)
@by_officer
def approve(request: int, officer: str, reason: str | None) -> None:
    """Enrol the phone of REQUEST for its member, and notify the phone."""
    is_done = _review().approve(request, audit_entry(officer, reason))
    _report("approved", request, is_done=is_done)


@enrolments.command()
@click.argument("request", type=int)
@by_officer
def decline(request: int, officer: str, reason: str | None) -> None:
    """Do not enrol the phone of REQUEST, and notify the phone."""
    is_done = _review().decline(request, audit_entry(officer, reason))
    _report("declined", request, is_done=is_done)


def _review() -> EnrolmentReview:
    return gateway_for_a_command().enrolment_review


def _report(what: str, request: int, *, is_done: bool) -> None:
    if not is_done:
        _fail("no such request waits, see the list")
    click.echo(f"request {request} {what}")


def _fail(why: str) -> NoReturn:
    click.echo(f"gateway: {why}", err=True)
    sys.exit(1)
