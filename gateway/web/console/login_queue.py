"""Limit how many logins wait at once in a process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# A check takes a tenth of a second and two run at a time, so the last in the queue
# waits for half a second. Each holds one of the 32 threads of a process; the others
# serve webhooks.
LONGEST_QUEUE = 10
# When a browser or a person may try again.
RETRY_SECONDS = 2
_places = threading.BoundedSemaphore(LONGEST_QUEUE)


class QueueFull(Exception):
    """The queue of password checks is full."""


@contextmanager
def place_in_queue() -> Iterator[None]:
    """Hold a place while a password is checked. Raises QueueFull at once."""
    if not _places.acquire(blocking=False):
        raise QueueFull
    try:
        yield
    finally:
        _places.release()
