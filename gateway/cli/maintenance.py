"""Commands for administrators: sweep, retention and keys."""

import click

from gateway.cli.audit import by_officer
from gateway.cli.gateway import gateway_for_a_command
from gateway.domain.audit import AuditEntry


@click.command()
def sweep() -> None:
    """Process every SMS and reply that is due, once."""
    click.echo(f"moved {gateway_for_a_command().sweep()} messages")


@click.command()
def purge() -> None:
    """Delete texts and messages that are past retention."""
    click.echo(f"purged {gateway_for_a_command().retention.purge()} rows")


@click.group()
def keys() -> None:
    """The keys that encrypt personal data."""


@keys.command()
@by_officer
def rotate(entry: AuditEntry) -> None:
    """Encrypt everything with the first of GATEWAY_DATA_KEYS; then remove the others.

    First put the new key behind the old one and restart all processes, then put it in
    front and restart them again. Then run this command while they work. It stores the
    spooled SMS of this machine first.
    """
    gateway = gateway_for_a_command()
    # The rotation runs in many transactions and may be cut short: record it up front.
    gateway.database.audit_log.add(entry, "rotate keys", "everything encrypted")
    gateway.receiver.take_in_spooled()
    count = sum(gateway.database.key_rotation.reencrypt())
    click.echo(f"{count} rows are encrypted with the first key")
