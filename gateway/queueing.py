"""What answering and delivering share: waking workers, and waiting before a retry."""

import random
from datetime import timedelta
from typing import Protocol

LONGEST_PAUSE_SECONDS = 60.0


class WorkQueue(Protocol):
    """Tells workers that there is work; the work itself is in the message log."""

    def nudge(self, task: str) -> None:
        """Wake whoever does `task`: "answer" or "deliver". Never raises."""


def pause_before(attempt: int) -> timedelta:
    """Exponential back-off with full jitter, at least a second."""
    ceiling = min(2.0 ** min(attempt, 10), LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=1 + random.uniform(0, ceiling))  # noqa: S311 - no secret
