"""What commands share that run until they are stopped."""

import signal
import threading

import click

HOST = "127.0.0.1"
PORT = click.IntRange(1, 65535)
STOP_SECONDS = 4.0


def stop_event() -> threading.Event:
    """An event that Ctrl-C or SIGTERM sets."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
