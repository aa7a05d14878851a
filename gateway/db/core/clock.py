"""The clock of one process, kept in step with the other processes."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine

from gateway.db.core.shared_time import SharedTime, Verdict, uptime
from gateway.telemetry import metrics

log = logging.getLogger(__name__)


class _Anchor(NamedTuple):
    """A time that was right at this uptime."""

    at: datetime
    uptime: float


def wall_clock() -> datetime:
    """The clock of this machine, which may be set at any moment."""
    return datetime.now(UTC)


class DatabaseClock:
    """The shared time without a query; setting a machine's clock does not move it.

    Before the first comparison with the database it follows this machine's clock.
    """

    def __init__(
        self,
        engine: Engine,
        uptime: Callable[[], float] = uptime,
        wall_clock: Callable[[], datetime] = wall_clock,
    ) -> None:
        self._shared = SharedTime(engine, uptime)
        self._uptime = uptime
        self._anchor = _Anchor(wall_clock(), uptime())
        self.is_agreed = False

    def __call__(self) -> datetime:
        """The time now."""
        return self._at(self._uptime())

    def compare(self) -> int:
        """Adopt the time that the processes agree on. Raises DatabaseUnavailable.

        Returns 0, because a WorkLoop repeats while work returns more than 0.
        """
        found = self._shared.compare(self._at if self.is_agreed else _no_time_yet)
        self._anchor = _Anchor(found.at, found.uptime)
        self.is_agreed = True
        if found.verdict is not Verdict.AGREES:
            metrics.errors.labels(metrics.Where.CLOCK).inc()
            seconds = round(found.jump.total_seconds(), 1)
            ahead = round(found.agreement.ahead_by.total_seconds(), 1)
            facts = {"jump_seconds": seconds, "database_ahead_seconds": ahead}
            log.error(found.verdict, extra=facts)
        return 0

    def _at(self, uptime: float) -> datetime:
        at, since = self._anchor
        return at + timedelta(seconds=uptime - since)


def _no_time_yet(_uptime: float) -> None:
    """Stand in for `_at` until the first comparison."""
