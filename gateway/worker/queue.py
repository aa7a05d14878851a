"""The protocol by which use cases wake workers."""

from typing import Protocol


class WorkQueue(Protocol):
    """Wakes workers; the work itself is in the database."""

    def notify(self, task: str, delay: float = 0.0) -> None:
        """Wake the loop of `task` after `delay` seconds. Never raises."""
