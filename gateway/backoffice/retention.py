"""Apply the retention periods: every night, and by `gateway purge`."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.db.database import Database
from gateway.domain.policy import Policy

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retention:
    """Deletes texts and messages when they are old enough."""

    database: Database
    policy: Policy
    clock: Callable[[], datetime]

    def purge(self) -> int:
        """Delete what is past retention; how many rows.

        Enrolments and reminders of phones that opted out long ago end as well.
        """
        now = self.clock()
        self.database.suppressions.end_lapsed(now)
        rows = self.database.purging.purge(
            now - self.policy.keep_texts, now - self.policy.keep_messages
        )
        log.info("purged", extra={"rows": rows})
        return rows
