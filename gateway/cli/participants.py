"""`gateway participants`: import members, or erase one who asked for it."""

import click

from gateway.bootstrap import open_directory
from gateway.cli.audit import audit_entry
from gateway.cli.gateway import gateway_for_a_command
from gateway.cli.importing import import_participants
from gateway.cli.parameter_types import KpjType, PhoneType
from gateway.cli.startup import checked_settings
from gateway.db.core.engine import open_engine
from gateway.db.member_import.swap import import_lock
from gateway.domain.audit import AuditEntry
from gateway.domain.participants import KPJ
from gateway.security.masking import mask


@click.group()
def participants() -> None:
    """The members."""


@participants.command()
@click.option("--kpj", type=KpjType(), help="Forget this member and its enrolments.")
@click.option("--phone", type=PhoneType(), help="Forget this phone and its messages.")
@click.option("--officer", required=True, help="Who does it, for the record.")
@click.option("--reason", required=True, help="Why, for the record.")
def erase(kpj: KPJ | None, phone: str | None, officer: str, reason: str) -> None:
    """Erase the data of a person who asked for it."""
    if not (kpj or phone):
        raise click.UsageError("give --kpj, --phone or both")
    entry = audit_entry(officer, reason)
    engine = open_engine(checked_settings().database_url)
    # A running import would bring the records back.
    with import_lock(engine):
        if kpj:
            _forget_member(kpj, entry)
        if phone:
            _forget_phone(phone, entry)


def _forget_member(kpj: KPJ, entry: AuditEntry) -> None:
    is_gone = gateway_for_a_command().database.erasure.forget_member(kpj, entry)
    click.echo(f"member {kpj} " + ("forgotten" if is_gone else "unknown"))


def _forget_phone(phone: str, entry: AuditEntry) -> None:
    count = gateway_for_a_command().database.erasure.forget_phone(phone, entry)
    records = open_directory(checked_settings()).forget_phone(phone)
    click.echo(
        f"phone {mask(phone)}: {count} messages forgotten, taken out of {records} "
        "records (until the next import brings it again)"
    )


participants.add_command(import_participants)
