"""Commands that run until they are stopped: web, worker, simulator and others."""

import os
import signal
import threading
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces
from werkzeug.serving import make_server

from gateway.bootstrap import (
    build_gateway,
    clock_loop,
    compare_if_possible,
    open_clock,
    timed_loops,
    worker_loops,
)
from gateway.cli.startup import checked_settings, settings_for_a_server
from gateway.config.settings import settings_from_environment
from gateway.devserver import launcher
from gateway.simulator.app import simulator_for
from gateway.telemetry import logs
from gateway.telemetry.series import start_counting
from gateway.worker.listener import Listener
from gateway.worker.loops import WorkLoops

HOST = "127.0.0.1"
STOP_SECONDS = 4.0
NICENESS = 5
CLOCK_SECONDS = 1.0
# The threads of each web process. Most of them wait for a shared commit.
THREADS = 32
_PORT = click.IntRange(1, 65535)
_HOST = click.option("--host", default=HOST, show_default=True)


@click.command()
@click.option("--port", type=_PORT, default=8000, show_default=True)
@click.option("--simulator-port", type=_PORT, default=8001, show_default=True)
@click.option(
    "--data-dir", type=click.Path(path_type=Path), default="var", show_default=True
)
def up(port: int, simulator_port: int, data_dir: Path) -> None:
    """Run everything here: web, worker, Valkey, SQLite, simulator."""
    logs.configure()
    for line in launcher.run(data_dir, port, simulator_port):
        click.echo(line)


@click.command()
@_HOST
@click.option("--port", type=_PORT, default=8000, show_default=True)
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
@click.option("--port", type=_PORT, default=8002, show_default=True)
def health(host: str, port: int) -> None:
    """Serve /healthz, /readyz and /metrics alone, on an address for monitoring."""
    _serve("health_from_environment", host, port, workers=1)


@click.command()
def worker() -> None:
    """Answer messages, deliver replies, send reminders, purge at night."""
    settings = settings_for_a_server()
    # Give webhooks priority, because a carrier waits for them and gives up.
    os.nice(NICENESS)
    stopping = _stop_event()
    loops = WorkLoops()
    clock = open_clock(settings)
    # With a clock that is ahead, it would claim replies that other workers are sending.
    while not clock.is_agreed and not stopping.wait(CLOCK_SECONDS):
        compare_if_possible(clock)
    gateway = build_gateway(settings, loops, clock)
    clock_loop(clock, loops)
    start_counting(settings.metrics_dir, gateway.channels)
    worker_loops(gateway, loops)
    timed_loops(gateway, loops)
    loops.start()
    Listener(settings.redis_url, loops).start()
    stopping.wait()
    loops.stop(STOP_SECONDS)
    gateway.close()


@click.command(deprecated="workers do the nightly work and start reminders")
def schedule() -> None:
    """Do nothing until it is stopped, so that a service manager can still run it."""
    checked_settings()
    _stop_event().wait()


@click.command()
@click.option("--port", type=_PORT, default=8001, show_default=True)
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
    stopping = _stop_event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stopping.wait()
    server.shutdown()


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


def _stop_event() -> threading.Event:
    """An event that Ctrl-C or SIGTERM sets."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
