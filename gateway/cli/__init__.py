"""The command `gateway`: thin commands over the use cases."""

from typing import IO, Any

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


class Failure(click.ClickException):
    """One of our own errors, printed as one line, with exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message without a usage line."""
        click.echo(f"gateway: {self.message}", file=file, err=True)


class Commands(click.Group):
    """A group of commands that turns our own exceptions into a Failure."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises Failure."""
        try:
            return super().invoke(ctx)
        except GatewayError as error:
            raise Failure(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
    """Run the command line."""
    cli()
