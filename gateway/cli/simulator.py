"""`gateway simulator`: the simulated carrier with its phone."""

import threading
from pathlib import Path

import click
from werkzeug.serving import make_server

from gateway.cli.serving import HOST, PORT, stop_event
from gateway.config.settings import settings_from_environment
from gateway.simulator.app import simulator_for
from gateway.telemetry import logs


@click.command()
@click.option("--port", type=PORT, default=8001, show_default=True)
@click.option(
    "--members",
    type=click.Path(path_type=Path, exists=True),
    help="Made-up members to choose from.",
)
def simulator(port: int, members: Path | None) -> None:
    """Run the simulated carrier with its phone."""
    logs.configure()
    app = simulator_for(settings_from_environment(), members)
    server = make_server(HOST, port, app, threaded=True)
    stopping = stop_event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stopping.wait()
    server.shutdown()
