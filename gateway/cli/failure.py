"""How a command ends that could not do its work."""

from typing import IO, Any

import click


class Failure(click.ClickException):
    """A reason, printed as one line without the usage; the exit code is 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the reason."""
        click.echo(f"gateway: {self.message}", file=file, err=True)
