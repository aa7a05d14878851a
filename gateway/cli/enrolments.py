"""`gateway enrolments`: an officer decides which phones may ask about a member."""

import click

from gateway.backoffice.enrolment_review import EnrolmentReview
from gateway.cli.audit import by_officer
from gateway.cli.failure import Failure
from gateway.cli.gateway import gateway_for_a_command
from gateway.cli.parameter_types import KpjType, PhoneType
from gateway.domain.audit import AuditEntry
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
def show(request: int, entry: AuditEntry) -> None:
    """Show REQUEST with its whole numbers, to compare them with papers."""
    if not entry.reason:
        raise click.UsageError("give a --reason to see whole numbers")
    found = gateway_for_a_command().database.enrolments.read(request, entry)
    if found is None:
        raise Failure("there is no such request")
    click.echo(f"KPJ {found.kpj.digits}  phone {found.msisdn}")


@enrolments.command()
@click.option("--kpj", required=True, type=KpjType(), help="The member.")
@click.option("--phone", required=True, type=PhoneType(), help="The enrolled phone.")
@by_officer
def revoke(kpj: KPJ, phone: str, entry: AuditEntry) -> None:
    """End the enrolment of a phone for a member."""
    if not _review().revoke(kpj, phone, entry):
        raise Failure("this phone is not enrolled for this member")
    click.echo("closed")


@enrolments.command()
@click.argument("request", type=int)
@by_officer
def approve(request: int, entry: AuditEntry) -> None:
    """Enrol the phone of REQUEST for its member, and notify the phone."""
    _report("approved", request, is_done=_review().approve(request, entry))


@enrolments.command()
@click.argument("request", type=int)
@by_officer
def decline(request: int, entry: AuditEntry) -> None:
    """Do not enrol the phone of REQUEST, and notify the phone."""
    _report("declined", request, is_done=_review().decline(request, entry))


def _review() -> EnrolmentReview:
    return gateway_for_a_command().enrolment_review


def _report(what: str, request: int, *, is_done: bool) -> None:
    if not is_done:
        raise Failure("no such request waits, see the list")
    click.echo(f"request {request} {what}")
