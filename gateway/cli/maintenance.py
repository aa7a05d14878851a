"""Commands for administrators: database, retention, erasure and keys."""

import click

from gateway.bootstrap import open_directory
from gateway.cli.audit import audit_entry, by_officer
from gateway.cli.importing import import_participants
from gateway.cli.parameter_types import KpjType, PhoneType
from gateway.cli.startup import checked_settings, gateway_for_a_command
from gateway.config.settings import settings_from_environment
from gateway.db.core.engine import open_engine
from gateway.db.core.upgrade import upgrade as upgrade_schema
from gateway.db.member_import.swap import import_lock
from gateway.domain.audit import AuditEntry
from gateway.domain.participants import KPJ
from gateway.security.masking import mask
from gateway.telemetry import logs


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Upgrade the database to the schema of this version."""
    logs.configure()
    upgrade_schema(open_engine(settings_from_environment().database_url))


@click.command()
def sweep() -> None:
    """Process every SMS and reply that is due, once."""
    click.echo(f"moved {gateway_for_a_command().sweep()} messages")


@click.command()
def purge() -> None:
    """Delete texts and messages that are past retention."""
    click.echo(f"purged {gateway_for_a_command().retention.purge()} rows")


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
        msg = "give --kpj, --phone or both"
        raise click.UsageError(msg)
    entry, engine = (
        audit_entry(officer, reason),
        open_engine(checked_settings().database_url),
    )
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


@click.group()
def keys() -> None:
    """The keys that encrypt personal data."""


@keys.command()
@by_officer
def rotate(officer: str, reason: str | None) -> None:
    """Encrypt everything with the first of GATEWAY_DATA_KEYS; then remove the others.

    First put the new key behind the old one and restart all processes, then put it in
    front and restart them again. Then run this command while they work. It stores the
    spooled SMS of this machine first.
    """
    gateway = gateway_for_a_command()
    # The rotation runs in many transactions and may be cut short: record it up front.
    entry = audit_entry(officer, reason)
    gateway.database.audit_log.add(entry, "rotate keys", "everything encrypted")
    gateway.receiver.take_in_spooled()
    count = sum(gateway.database.key_rotation.reencrypt())
    click.echo(f"{count} rows are encrypted with the first key")


participants.add_command(import_participants)
