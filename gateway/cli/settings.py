"""`gateway settings` prints the reference of all settings."""

import click

from gateway.config.reference import markdown


@click.command()
def settings() -> None:
    """Print the reference of all settings in Markdown."""
    click.echo(markdown(), nl=False)
