"""`gateway web` and `gateway health`: serve the applications of `gateway.app`."""

import click
from granian import Granian
from granian.constants import Interfaces

from gateway.cli.serving import HOST, PORT, STOP_SECONDS
from gateway.cli.startup import settings_for_a_server

# The threads of each web process. Most of them wait for a shared commit.
THREADS = 32
_HOST = click.option("--host", default=HOST, show_default=True)


@click.command()
@_HOST
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option(
    "--webhooks-only",
    is_flag=True,
    help="Serve no console, no readiness and no metrics.",
)
def web(host: str, port: int, *, webhooks_only: bool) -> None:
    """Serve webhooks, the console and health pages."""
    factory = "webhooks_from_environment" if webhooks_only else "from_environment"
    _serve(factory, host, port, workers=2)


@click.command()
@_HOST
@click.option("--port", type=PORT, default=8002, show_default=True)
def health(host: str, port: int) -> None:
    """Serve /healthz, /readyz and /metrics alone, on an address for monitoring."""
    _serve("health_from_environment", host, port, workers=1)


def _serve(factory: str, host: str, port: int, workers: int) -> None:
    """Serve the application that a factory of gateway.app makes."""
    settings_for_a_server()
    Granian(
        f"gateway.app:{factory}",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=int(STOP_SECONDS),
    ).serve()
