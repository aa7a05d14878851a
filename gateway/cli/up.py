"""`gateway up`: everything on this machine, with made-up members."""

from pathlib import Path

import click

from gateway.cli.serving import PORT
from gateway.devserver import launcher
from gateway.telemetry import logs


@click.command()
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--simulator-port", type=PORT, default=8001, show_default=True)
@click.option(
    "--data-dir", type=click.Path(path_type=Path), default="var", show_default=True
)
def up(port: int, simulator_port: int, data_dir: Path) -> None:
    """Run everything here: web, worker, Valkey, SQLite, simulator."""
    logs.configure()
    for line in launcher.run(data_dir, port, simulator_port):
        click.echo(line)
