"""What answering and delivering share: waking workers, and waiting before a retry."""

import random
from datetime import timedelta
from typing import Protocol


class WorkQueue(Protocol):
    """Tells workers that there is work; the work itself is in the message log."""

    def notify(self, task: str, delay: float = 0.0) -> None:
        """Wake whoever does `task`, after `delay` seconds. Never raises."""


def backoff_delay(attempt: int, longest: timedelta) -> timedelta:
    """Exponential back-off with full jitter, at least a second."""
    ceiling = min(2.0 ** min(attempt, 20), longest.total_seconds())
    return timedelta(seconds=1 + random.uniform(0, ceiling))  # noqa: S311 - no secret
