"""Timed tasks, which one process does for all; each has a row with its due time."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from gateway.db.core.store import Store
from gateway.db.core.upsert import insert_into
from gateway.db.models.operations import timed_tasks


class TimedTasks(Store):
    """Claims tasks that are due; a claim is a lease that ends by itself."""

    def claim(
        self, name: str, now: datetime, first_due: datetime, lease: timedelta
    ) -> bool:
        """Take a task that is due, so that no other process takes it during `lease`.

        A new task is due at `first_due`. One whose due time lies beyond `first_due`, as
        after the clock was set back, is due now. Raises DatabaseUnavailable.
        """
        due_at = self._due_at(name)
        if due_at is None:
            self._create(name, first_due)
            return False
        if now < due_at <= max(first_due, now + lease):
            return False
        unchanged = (timed_tasks.c.name == name) & (timed_tasks.c.due_at == due_at)
        with self._writing() as connection:
            claimed = connection.execute(
                update(timed_tasks).where(unchanged).values(due_at=now + lease)
            )
        return claimed.rowcount == 1

    def finish(self, name: str, next_due: datetime) -> None:
        """End the lease; the task is due at `next_due`. Raises DatabaseUnavailable."""
        mine = timed_tasks.c.name == name
        with self._writing() as connection:
            connection.execute(update(timed_tasks).where(mine).values(due_at=next_due))

    def _due_at(self, name: str) -> datetime | None:
        query = select(timed_tasks.c.due_at).where(timed_tasks.c.name == name)
        with self._reading() as connection:
            return connection.scalar(query)

    def _create(self, name: str, due_at: datetime) -> None:
        with self._writing() as connection:
            new = insert_into(connection, timed_tasks).on_conflict_do_nothing()
            connection.execute(new.values(name=name, due_at=due_at))
