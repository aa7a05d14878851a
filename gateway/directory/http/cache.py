"""Records of the core system, used again for a short while.

Only records: who is unknown now, or could not be looked up, may be known in a moment.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from cachetools import TTLCache

from gateway.domain.participants import KPJ, Participant

MOST_RECORDS = 5_000


class RecordCache:
    """At most so many records, each for at most so long."""

    def __init__(
        self, lifetime: timedelta, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._records: TTLCache[KPJ, Participant] = TTLCache(
            MOST_RECORDS, lifetime.total_seconds(), timer
        )
        self._lock = threading.Lock()

    def known(self, kpjs: Collection[KPJ]) -> dict[KPJ, Participant]:
        """Those of these members whose record is fresh."""
        with self._lock:
            found = {kpj: self._records.get(kpj) for kpj in kpjs}
        return {kpj: record for kpj, record in found.items() if record}

    def keep(self, records: Mapping[KPJ, Participant]) -> None:
        """Use these again, until they are too old."""
        with self._lock:
            self._records.update(records)
