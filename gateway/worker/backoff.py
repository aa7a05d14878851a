"""How long to wait before a retry."""

import random
from datetime import timedelta


def backoff_delay(attempt: int, longest: timedelta) -> timedelta:
    """Exponential back-off with full jitter, at least a second."""
    ceiling = min(2.0 ** min(attempt, 20), longest.total_seconds())
    return timedelta(seconds=1 + random.uniform(0, ceiling))  # noqa: S311 - no secret
