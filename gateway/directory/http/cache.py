"""A short-lived cache of the core system's records.

Unknown KPJs and failed look-ups are not cached, as they may succeed soon.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from cachetools import TTLCache

from gateway.domain.participants import KPJ, Participant

MOST_RECORDS = 5_000


class RecordCache:
    """At most MOST_RECORDS records, each for at most `lifetime`."""

    def __init__(
        self, lifetime: timedelta, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._records: TTLCache[KPJ, Participant] = TTLCache(
            MOST_RECORDS, lifetime.total_seconds(), timer
        )
        self._lock = threading.Lock()

    def fresh(self, kpjs: Collection[KPJ]) -> dict[KPJ, Participant]:
        """The cached records of these members that have not expired."""
        with self._lock:
            found = {kpj: self._records.get(kpj) for kpj in kpjs}
        return {kpj: record for kpj, record in found.items() if record}

    def add(self, records: Mapping[KPJ, Participant]) -> None:
        """Cache these records until they expire."""
        with self._lock:
            self._records.update(records)
