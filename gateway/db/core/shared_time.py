"""The time that all processes share: the database's clock without its jumps.

A process measures the database's clock every ten seconds and counts on by its uptime in
between (gateway.db.core.clock). If that clock is set, the processes keep their time,
write the offset into one row and slew it away. See docs/decisions/0001-one-clock.md.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, select, text, update

from gateway.db.core.engine import translated_errors
from gateway.db.core.upsert import insert_into
from gateway.db.models.operations import shared_time
from gateway.domain.errors import DatabaseUnavailable

# Clocks that differ by more than this have been set; drift is smaller.
BOUND = timedelta(seconds=2)
COMPARE_SECONDS = 10.0
# A difference shrinks by two seconds in a hundred: an hour takes two days, and a lease
# of 20 s is wrong by 0.4 s meanwhile.
SLEW = 0.02
# Beyond this difference the database's clock is followed at once. It is above seven
# hours, the error of a clock that was set to Jakarta time in place of UTC.
LARGEST = timedelta(hours=12)
# A measurement is wrong by at most half of its round trip.
_LONGEST_ROUND_TRIP = 1.0
_EPOCH_AS_JULIAN_DAY = 2_440_587.5
_NONE = timedelta()


class Verdict(StrEnum):
    """The result of a comparison, in the words of the log."""

    AGREES = "clocks agree"
    DATABASE_WAS_SET = "the database's clock was set: it is followed slowly"
    TOO_FAR = "the database's clock was set too far: it is followed at once"
    WE_WERE_WRONG = "the time of this process was wrong: it follows the others"


@dataclass(frozen=True)
class Agreement:
    """How far the database's clock is ahead of the gateway's time.

    `confirmed_at` is when a process last confirmed it, by the database's clock.
    """

    ahead_by: timedelta
    confirmed_at: datetime


@dataclass(frozen=True)
class Comparison:
    """The gateway's time `at` an uptime of this machine, and how it was found."""

    at: datetime
    uptime: float
    verdict: Verdict
    jump: timedelta
    agreement: Agreement


def uptime() -> float:
    """Seconds since this machine booted, with suspended time where the system has it.

    Nobody can set this clock.
    """
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Decision(NamedTuple):
    """Which clock jumped, by how much, and the agreement from now on."""

    verdict: Verdict
    jump: timedelta
    agreement: Agreement


def decide(ours: datetime | None, theirs: datetime, last: Agreement) -> Decision:
    """Compare the time of this process with the database's clock.

    `ours` is None in a process that has just started.
    """
    verdict, jump = _verdict(ours, theirs, last)
    since = theirs - last.confirmed_at
    ahead_by = _slewed(last.ahead_by, since)
    if verdict is Verdict.DATABASE_WAS_SET:
        ahead_by += jump
    if abs(ahead_by) > LARGEST:
        verdict, ahead_by = Verdict.TOO_FAR, _NONE
    return Decision(verdict, jump, Agreement(ahead_by, theirs))


def _verdict(
    ours: datetime | None, theirs: datetime, last: Agreement
) -> tuple[Verdict, timedelta]:
    since = theirs - last.confirmed_at
    # A process that starts detects only a step back: a clock that was set ahead looks
    # the same as a time in which no process ran.
    jump = min(since, _NONE) if ours is None else theirs - last.ahead_by - ours
    if abs(jump) <= BOUND:
        return Verdict.AGREES, _NONE
    # If another process has confirmed the clock since the jump, the clock did not jump.
    was_set = since < _NONE if jump < _NONE else since >= jump - BOUND
    return Verdict.DATABASE_WAS_SET if was_set else Verdict.WE_WERE_WRONG, jump


def _slewed(ahead_by: timedelta, since: timedelta) -> timedelta:
    if since > LARGEST:
        # No process ran for so long, or a backup was restored: no lease is that old.
        return _NONE
    counted = min(max(since, _NONE), timedelta(seconds=2 * COMPARE_SECONDS))
    most = SLEW * counted
    return ahead_by - max(-most, min(ahead_by, most))


class SharedTime:
    """The row that the processes agree in; one compares at a time."""

    def __init__(self, engine: Engine, uptime: Callable[[], float] = uptime) -> None:
        self._engine = engine
        self._uptime = uptime

    def compare(self, ours: Callable[[float], datetime | None]) -> Comparison:
        """Measure the database's clock and agree on the time with all processes.

        `ours` is the clock of this process, by uptime. Raises DatabaseUnavailable.
        """
        with translated_errors(), self._engine.begin() as connection:
            row = _locked(connection)
            theirs, at = self._measured(connection)
            last = Agreement(row.ahead_by, row.confirmed_at or theirs)
            decision = decide(ours(at), theirs, last)
            connection.execute(update(shared_time).values(vars(decision.agreement)))
        return Comparison(theirs - decision.agreement.ahead_by, at, *decision)

    def database_ahead_by(self) -> timedelta:
        """How far the database's clock is ahead of the gateway's time.

        Raises DatabaseUnavailable.
        """
        with translated_errors(), self._engine.connect() as connection:
            reading = connection.execution_options(read_only=True)
            return reading.scalar(select(shared_time.c.ahead_by)) or _NONE

    def _measured(self, connection: Connection) -> tuple[datetime, float]:
        """The database's clock, and the uptime in the middle of the round trip."""
        before = self._uptime()
        theirs = database_time(connection)
        took = self._uptime() - before
        if took > _LONGEST_ROUND_TRIP:
            msg = f"the database took {took:.1f} s to return its time"
            raise DatabaseUnavailable(msg)
        return theirs, before + took / 2


def _locked(connection: Connection) -> Row[Any]:
    """Lock the one row, so that processes compare one after the other."""
    query = select(shared_time).with_for_update()
    if row := connection.execute(query).one_or_none():
        return row
    first = insert_into(connection, shared_time).values(id=1, ahead_by=_NONE)
    connection.execute(first.on_conflict_do_nothing())
    return connection.execute(query).one()


def database_time(connection: Connection) -> datetime:
    """The database's clock; SQLite's is that of this machine."""
    if connection.dialect.name == "sqlite":
        day: float = connection.scalar(text("SELECT julianday('now')"))
        seconds = (day - _EPOCH_AS_JULIAN_DAY) * timedelta(days=1).total_seconds()
        return datetime.fromtimestamp(seconds, UTC)
    theirs: datetime = connection.scalar(text("SELECT clock_timestamp()"))
    return theirs.astimezone(UTC)
