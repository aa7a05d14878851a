"""The timed work of the gateway: any worker may do it, one does.

Tasks are claimed in the database, so that no program needs to run exactly once. When a
worker dies amid a task, its lease ends and the next worker does the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.db.core.timed_tasks import TimedTasks
from gateway.domain.calendar import next_night

# After an hour another worker purges as well, which does no harm: a purge skips rows
# that are locked, and finds nothing where another one has been.
PURGE_LEASE = timedelta(hours=1)
# Reminders come up slot by slot.
REMINDER_SLOT = timedelta(minutes=5)


@dataclass(frozen=True)
class Timetable:
    """Work for a WorkLoop: each returns 0, because nothing is left to be done at once.

    `purge` and `remind` do the work itself. Raises DatabaseUnavailable.
    """

    tasks: TimedTasks
    purge: Callable[[], int]
    remind: Callable[[], None]
    clock: Callable[[], datetime]

    def purge_at_night(self) -> int:
        """Purge if it is night and no other worker has purged or is purging."""
        now = self.clock()
        if self.tasks.claim("purge", now, next_night(now), PURGE_LEASE):
            self.purge()
            self.tasks.finish("purge", next_night(self.clock()))
        return 0

    def start_reminders(self) -> int:
        """Start the reminders of this slot if no other worker has."""
        now = self.clock()
        if self.tasks.claim("remind", now, now + REMINDER_SLOT, REMINDER_SLOT):
            self.remind()
        return 0
