"""Timed work: any worker may do it, and one does."""

from datetime import timedelta

import pytest

from gateway.backoffice.timetable import PURGE_LEASE, REMINDER_SLOT, Timetable
from gateway.db.database import Database
from gateway.domain.calendar import next_night
from tests.support.fakes import FakeClock


class Worker:
    """A worker that counts its purges and reminders, and dies if it is told so."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.purges = 0
        self.reminders = 0
        self.dies = False
        self.timetable = Timetable(database.timed_tasks, self.purge, self.remind, clock)

    def purge(self) -> int:
        self.purges += 1
        if self.dies:
            raise KeyboardInterrupt
        return 7

    def remind(self) -> None:
        self.reminders += 1


@pytest.fixture
def workers(database: Database, clock: FakeClock) -> list[Worker]:
    """Two workers, some time after the first start of the installation."""
    workers = [Worker(database, clock) for _ in range(2)]
    purge(workers)
    remind(workers)
    return workers


def purge(workers: list[Worker]) -> list[int]:
    for worker in workers:
        assert worker.timetable.purge_at_night() == 0
    return [worker.purges for worker in workers]


def remind(workers: list[Worker]) -> list[int]:
    for worker in workers:
        assert worker.timetable.start_reminders() == 0
    return [worker.reminders for worker in workers]


def pass_until_night(clock: FakeClock) -> None:
    left = next_night(clock()) - clock()
    clock.pass_time(seconds=left.total_seconds())


def test_nothing_is_purged_by_day(workers: list[Worker]) -> None:
    assert purge(workers) == [0, 0]


def test_one_worker_purges_each_night(workers: list[Worker], clock: FakeClock) -> None:
    pass_until_night(clock)
    assert purge(workers) == [1, 0]

    clock.pass_time(seconds=2 * PURGE_LEASE.total_seconds())
    assert purge(workers) == [1, 0]

    pass_until_night(clock)
    assert purge(workers[::-1]) == [1, 1]


def test_a_worker_that_dies_leaves_the_rest_to_the_next(
    workers: list[Worker], clock: FakeClock
) -> None:
    pass_until_night(clock)
    workers[0].dies = True
    with pytest.raises(KeyboardInterrupt):
        workers[0].timetable.purge_at_night()

    assert purge(workers[1:]) == [0]
    clock.pass_time(seconds=PURGE_LEASE.total_seconds())
    assert purge(workers[1:]) == [1]


def test_one_worker_starts_the_reminders_of_a_slot(
    workers: list[Worker], clock: FakeClock
) -> None:
    clock.pass_time(seconds=REMINDER_SLOT.total_seconds())

    assert remind(workers) == [1, 0]
    assert remind(workers) == [1, 0]
    clock.pass_time(seconds=REMINDER_SLOT.total_seconds())
    assert remind(workers[::-1]) == [1, 1]


def test_a_clock_that_is_set_back_holds_up_nothing(
    workers: list[Worker], clock: FakeClock
) -> None:
    """Field report 5: what is due every five minutes does not wait for an hour."""
    clock.pass_time(hours=-1)

    assert remind(workers) == [1, 0]


def test_the_night_begins_at_two_in_jakarta(clock: FakeClock) -> None:
    night = next_night(clock())

    assert night.utcoffset() == timedelta(hours=7)
    assert (night.hour, night.minute) == (2, 0)
    assert timedelta() < night - clock() <= timedelta(days=1)
    assert next_night(night) - night == timedelta(days=1)
