"""All processes have one time, whatever is done to whichever clock."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from gateway.db.core.clock import DatabaseClock, wall_clock
from gateway.db.core.engine import open_engine
from gateway.db.core.shared_time import (
    BOUND,
    COMPARE_SECONDS,
    LARGEST,
    SLEW,
    Agreement,
    Verdict,
    database_time,
    decide,
)
from gateway.db.models.operations import shared_time
from gateway.domain.errors import DatabaseUnavailable

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = timedelta()
# Between two clocks that agree: a query takes its time, and an agreement is slewed.
CLOSE = timedelta(seconds=1)


def ago(seconds: float, ahead_by: timedelta = NONE) -> Agreement:
    """What was agreed on so long before START, by the database's clock then."""
    return Agreement(ahead_by, START - timedelta(seconds=seconds))


class TestDeciding:
    @pytest.mark.parametrize("off", [0.0, 1.9, -1.9])
    def test_a_small_difference_is_drift(self, off: float) -> None:
        ours = START - timedelta(seconds=off)

        verdict, _, agreed = decide(ours, START, ago(5))

        assert (verdict, agreed) == (Verdict.AGREES, Agreement(NONE, START))

    @pytest.mark.parametrize("jump", [HOUR, -HOUR, 10 * HOUR, timedelta(seconds=-30)])
    def test_a_database_whose_clock_was_set_is_noticed_and_time_goes_on(
        self, jump: timedelta
    ) -> None:
        """Field report 6: the clock jumps, and the time of replies does not."""
        verdict, reported, agreed = decide(START, START + jump, ago(5))

        assert (verdict, reported) == (Verdict.DATABASE_WAS_SET, jump)
        assert agreed == Agreement(jump, START + jump)

    def test_all_processes_that_were_running_agree_on_the_same_difference(self) -> None:
        _, _, first = decide(START, START + HOUR, ago(5))
        later = timedelta(seconds=3)

        verdict, _, second = decide(START + later, START + HOUR + later, first)

        assert verdict is Verdict.AGREES
        assert abs(second.ahead_by - HOUR) < CLOSE

    @pytest.mark.parametrize("stood_still", [30, 3_600])
    def test_a_process_that_stood_still_follows_the_others(
        self, stood_still: float
    ) -> None:
        """Field report 6: a paused machine does not take all others back in time."""
        ours = START - timedelta(seconds=stood_still)

        verdict, _, agreed = decide(ours, START, ago(5))

        assert (verdict, agreed) == (Verdict.WE_WERE_WRONG, Agreement(NONE, START))

    def test_a_process_that_starts_goes_on_where_time_was_when_the_clock_was_set_back(
        self,
    ) -> None:
        verdict, _, agreed = decide(None, START - HOUR, ago(5))

        assert verdict is Verdict.DATABASE_WAS_SET
        assert START - HOUR - agreed.ahead_by == START - timedelta(seconds=5)

    def test_a_process_that_starts_after_a_night_goes_by_the_database(self) -> None:
        verdict, _, agreed = decide(None, START, ago(8 * 3_600))

        assert (verdict, agreed) == (Verdict.AGREES, Agreement(NONE, START))

    def test_a_difference_that_nobody_has_confirmed_for_long_is_forgotten(self) -> None:
        _, _, agreed = decide(None, START, ago(13 * 3_600, HOUR))

        assert agreed.ahead_by == NONE

    @pytest.mark.parametrize("jump", [2 * LARGEST, -2 * LARGEST])
    @pytest.mark.parametrize("ours", [START, None])
    def test_a_clock_that_was_set_too_far_is_followed_at_once(
        self, ours: datetime | None, jump: timedelta
    ) -> None:
        _, _, agreed = decide(ours, START + jump, ago(5))

        assert agreed.ahead_by == NONE

    @pytest.mark.parametrize("ahead_by", [HOUR, -HOUR])
    def test_a_difference_is_worked_off_more_slowly_than_a_lease_can_feel(
        self, ahead_by: timedelta
    ) -> None:
        agreed = ago(COMPARE_SECONDS, ahead_by)
        theirs, comparisons = START, 0
        while agreed.ahead_by:
            before = agreed.ahead_by
            ours = theirs - agreed.ahead_by
            verdict, _, agreed = decide(ours, theirs, agreed)
            assert verdict is Verdict.AGREES
            assert abs(before - agreed.ahead_by) < BOUND / 2
            theirs += timedelta(seconds=COMPARE_SECONDS)
            comparisons += 1

        assert comparisons == pytest.approx(3_600 / SLEW / COMPARE_SECONDS, rel=0.01)


class Machine:
    """The clocks of one machine: its uptime goes on, its wall clock is anything."""

    def __init__(self, wall: datetime = START) -> None:
        self.up = 0.0
        self.wall = wall

    def uptime(self) -> float:
        return self.up

    def wall_clock(self) -> datetime:
        return self.wall


@pytest.fixture
def wrong(engine: Engine) -> DatabaseClock:
    """The time in a process on a machine whose clock is years behind."""
    return DatabaseClock(engine, wall_clock=lambda: START - 9_000 * HOUR)


def test_before_the_first_comparison_time_is_this_machines() -> None:
    """Field report 6: webhooks are spooled although the database is away at start."""
    machine = Machine()
    away = open_engine("postgresql+psycopg://nobody@/none?host=/nowhere")
    clock = DatabaseClock(away, machine.uptime, machine.wall_clock)

    with pytest.raises(DatabaseUnavailable):
        clock.compare()

    machine.up += 7
    assert clock() == START + timedelta(seconds=7)
    assert not clock.is_agreed


def test_time_is_the_databases_whatever_the_machine_says(
    wrong: DatabaseClock, engine: Engine
) -> None:
    """Field report 6: a machine whose clock is wrong has the right time."""
    wrong.compare()

    with engine.connect() as connection:
        assert abs(wrong() - database_time(connection)) < CLOSE
    assert wrong.is_agreed


def test_a_machine_whose_clock_is_set_goes_on_in_time(engine: Engine) -> None:
    """Field report 5: a wall clock set back or ahead is not looked at any more."""
    machine = Machine()
    clock = DatabaseClock(engine, machine.uptime, machine.wall_clock)
    clock.compare()
    before = clock()

    machine.wall -= HOUR
    machine.up += 5

    assert clock() == before + timedelta(seconds=5)


def test_processes_agree_after_one_of_them_has_noticed_a_jump(engine: Engine) -> None:
    """Field report 6: who starts after the jump has the time of those before it."""
    with engine.begin() as connection:
        earlier = database_time(connection) - timedelta(seconds=5)
        values = {"id": 1, "ahead_by": HOUR, "confirmed_at": earlier}
        connection.execute(insert(shared_time).values(values))
    clocks = [DatabaseClock(engine), DatabaseClock(engine)]

    for clock in clocks:
        clock.compare()

    assert abs(clocks[0]() - clocks[1]()) < CLOSE
    assert abs(wall_clock() - HOUR - clocks[0]()) < CLOSE


def test_a_query_that_took_long_tells_no_time(engine: Engine) -> None:
    ticks = iter(range(0, 1_000, 10))
    clock = DatabaseClock(engine, lambda: float(next(ticks)), wall_clock)

    with pytest.raises(DatabaseUnavailable, match="to return its time"):
        clock.compare()
