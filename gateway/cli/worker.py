"""`gateway worker`: the loops that answer, deliver, remind and purge."""

import os

import click

from gateway.bootstrap import (
    build_gateway,
    clock_loop,
    compare_if_possible,
    open_clock,
    timed_loops,
    worker_loops,
)
from gateway.cli.serving import STOP_SECONDS, stop_event
from gateway.cli.startup import checked_settings, settings_for_a_server
from gateway.telemetry.series import start_counting
from gateway.worker.listener import Listener
from gateway.worker.loops import WorkLoops

NICENESS = 5
CLOCK_SECONDS = 1.0


@click.command()
def worker() -> None:
    """Answer messages, deliver replies, send reminders, purge at night."""
    settings = settings_for_a_server()
    # Give webhooks priority, because a carrier waits for them and gives up.
    os.nice(NICENESS)
    stopping = stop_event()
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
    stop_event().wait()
