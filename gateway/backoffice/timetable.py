"""Timed work, which any worker may do and one worker does.

Workers claim tasks in the database, so that no process has to be the only one. If a
worker dies during a task, its lease ends and another worker does the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.db.core.timed_tasks import TimedTasks
from gateway.domain.calendar import next_night

# After an hour another worker purges as well, which does no harm: a purge skips rows
# that are locked, and finds nothing where another one has been.
PURGE_LEASE = timedelta(hours=1)
# How often reminders start; each time some more subscriptions are due.
REMINDER_SLOT = timedelta(minutes=5)


@dataclass(frozen=True)
class Timetable:
    """Work for a WorkLoop; returns 0, because a loop repeats while work is left.

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
