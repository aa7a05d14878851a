"""What counts as what, and what today is compared with."""

from datetime import UTC, datetime, timedelta

from gateway.db.database import Database
from gateway.domain.outcomes import Outcome
from gateway.web.console.statistics import (
    compare,
    per_hour,
    per_keyword,
)
from tests.support.fakes import sms

# In Jakarta a day begins at 17:00 UTC; now it is four in the afternoon there.
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def arrive(log: Database, *times: datetime) -> None:
    for number, at in enumerate(times):
        log.inbox.add(sms(f"SM{number}-{at.timestamp()}", "SALDO", at=at))


def received(log: Database) -> tuple[float | None, float | None]:
    compared = compare(log.reports, NOW).of(lambda day: sum(day.outcomes.values()))
    return compared.today, compared.usual


def test_usual_is_the_mean_of_seven_days_up_to_this_time(
    database: Database,
) -> None:
    arrive(database, NOW - 8 * DAY, NOW, NOW, NOW)
    arrive(database, *(NOW - DAY - MINUTE for _ in range(14)))
    arrive(database, NOW - DAY + MINUTE)

    assert received(database) == (3, 2)


def test_a_day_that_is_not_on_record_in_full_is_not_compared_with(
    database: Database,
) -> None:
    before = NOW - DAY - MINUTE
    arrive(database, before - DAY, before, before)

    assert received(database) == (0, 2)


def test_on_the_first_day_nothing_is_usual(database: Database) -> None:
    arrive(database, NOW)

    assert received(database) == (1, None)


def test_today_begins_at_midnight_in_jakarta(database: Database) -> None:
    midnight = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    arrive(database, midnight - timedelta(seconds=1), midnight)

    assert received(database)[0] == 1
    assert per_keyword(database.reports, NOW) == [(None, 1)]


def test_hours_are_those_of_the_clock_and_the_last_is_the_present_one(
    database: Database,
) -> None:
    now = NOW + timedelta(minutes=20)
    arrive(database, NOW - timedelta(minutes=1), NOW, now)

    hours = per_hour(database.reports, now)

    assert len(hours) == 24
    assert hours[-1] == (NOW, {Outcome.WAITING: 2})
    assert hours[-2][1] == {Outcome.WAITING: 1}
