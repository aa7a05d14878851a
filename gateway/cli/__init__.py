"""The command `gateway`: thin commands over the use cases."""

import sys

import click

from gateway import __version__
from gateway.cli import (
    audit,
    dead_letters,
    doctor,
    enrolments,
    maintenance,
    operators,
    reference_data,
    reminders,
    replies,
    servers,
    settings,
)
from gateway.domain.errors import GatewayError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """SMS balance gateway for BPJS Ketenagakerjaan."""


for command in (
    *(servers.up, servers.web, servers.health, servers.worker, servers.schedule),
    *(servers.simulator, doctor.doctor, settings.settings),
    *(
        maintenance.db,
        maintenance.sweep,
        maintenance.purge,
        maintenance.participants,
        maintenance.keys,
    ),
    *(enrolments.enrolments, dead_letters.stuck, reminders.remind),
    *(operators.operators, audit.access_log),
    *(
        replies.replies,
        replies.parse_text,
        replies.replay_conversations,
        reference_data.rules,
    ),
    replies.print_card,
):
    cli.add_command(command)


def main() -> None:
    """Run a command; what our own code reports is one clear message and exit 1."""
    try:
        cli()
    except GatewayError as error:
        click.echo(f"gateway: {error}", err=True)
        sys.exit(1)
