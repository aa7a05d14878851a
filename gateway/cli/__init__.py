"""The command `gateway`: thin commands over the use cases."""

import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

import click

from gateway import __version__
from gateway.cli.failure import Failure
from gateway.domain.errors import GatewayError

# Where each command is defined, below gateway.cli.
_PLACES = {
    "access-log": "audit:access_log",
    "branches": "branches:branches",
    "card": "replies:card",
    "db": "schema:db",
    "doctor": "doctor:doctor",
    "enrolments": "enrolments:enrolments",
    "health": "servers:health",
    "keys": "maintenance:keys",
    "operators": "operators:operators",
    "parse": "parse:parse",
    "participants": "participants:participants",
    "purge": "maintenance:purge",
    "remind": "reminders:remind",
    "replay": "replay:replay",
    "replies": "replies:replies",
    "rules": "reference_data:rules",
    "schedule": "worker:schedule",
    "settings": "settings:settings",
    "simulator": "simulator:simulator",
    "stuck": "dead_letters:stuck",
    "sweep": "maintenance:sweep",
    "up": "up:up",
    "web": "servers:web",
    "worker": "worker:worker",
}


class Commands(Mapping[str, click.Command]):
    """All commands. Each is imported when it is looked up, which saves a second."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = pkgutil.resolve_name(f"gateway.cli.{_PLACES[name]}")
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


class Group(click.Group):
    """A group of commands that turns our own exceptions into a Failure."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises Failure."""
        try:
            return super().invoke(ctx)
        except GatewayError as error:
            raise Failure(str(error)) from error


@click.group(
    cls=Group,
    commands=Commands(),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def cli() -> None:
    """SMS balance gateway for BPJS Ketenagakerjaan."""


def main() -> None:
    """Run the command line."""
    cli()
