"""The command `gateway`: thin commands over the use cases."""

import sys

import click

from gateway import __version__
from gateway.cli import (
    data,
    deeds,
    doctor,
    enrolments,
    operators,
    reminders,
    rules,
    servers,
    stuck,
    texts,
)
from gateway.messages import GatewayError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """SMS balance gateway for BPJS Ketenagakerjaan."""


for command in (
    *(servers.up, servers.web, servers.health, servers.worker, servers.schedule),
    *(servers.simulator, doctor.doctor),
    *(data.db, data.sweep, data.purge, data.participants, data.keys),
    *(enrolments.enrolments, stuck.stuck, reminders.remind),
    *(operators.operators, deeds.access_log),
    *(texts.replies, texts.parse_text, texts.replay_conversations, rules.rules),
    texts.print_card,
):
    cli.add_command(command)


def main() -> None:
    """Run a command; what our own code reports is one clear message and exit 1."""
    try:
        cli()
    except GatewayError as error:
        click.echo(f"gateway: {error}", err=True)
        sys.exit(1)
