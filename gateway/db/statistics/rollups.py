"""What came in a slice of time, counted once it is over, and again now and then.

Nothing final is awaited: a receipt may come days late, an SMS may have waited on disk,
an operator may have a dead letter answered. So each count is made anew when the slice
has been over, say, twice as long as when it was counted, and is not believed much
longer.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    delete,
    func,
    insert,
    select,
)

from gateway.db.core.store import Store
from gateway.db.models.messages import inbound, outbound
from gateway.db.statistics.counting import KEYS, SUMS, Counting, summed
from gateway.db.statistics.grains import GRAINS, Grain
from gateway.db.statistics.slices import joined, slice_of, span_of
from gateway.security.cipher import Cipher

# In one transaction: SQLite has one writer at a time.
BATCH = 4
# Whoever has just found a count that is too old still has the time to read it.
MARGIN = timedelta(minutes=10)
# As an age: not believed, however long the slice has been over.
_NEVER = -(2**30)


class Rollups(Store):
    """Counts slices, and knows which counts hold."""

    def __init__(
        self,
        engine: Engine,
        cipher: Cipher,
        batch: int = BATCH,
        grains: Sequence[Grain] = GRAINS,
    ) -> None:
        super().__init__(engine, cipher)
        self.batch = batch
        self._grains = grains
        self._counting = Counting(engine)

    def count(self, now: datetime) -> int:
        """Count some slices that are due, the newest first; how many.

        Raises DatabaseUnavailable.
        """
        # What is looked at most comes first.
        return sum(self._count_some(grain, now) for grain in reversed(self._grains))

    def believed(self, grain: Grain, since: datetime, now: datetime) -> Collection[int]:
        """The slices whose counts hold."""
        first = slice_of(max(since, now - grain.kept), grain.seconds)
        with self._reading() as connection:
            return _younger(connection, grain, first, now, grain.believed_until)

    def forget(self, at: datetime) -> None:
        """Something came late that belongs there: count its slices again, soon.

        A worker that is counting one at this moment has not seen it: we wait for it.
        """
        with self._writing() as connection:
            for grain in self._grains:
                number = slice_of(at, grain.seconds)
                row = {grain.name: number, "age": _NEVER}
                new = self._insert(grain.counted).values(row)
                connection.execute(
                    new.on_conflict_do_update(
                        index_elements=[_number(grain)], set_={"age": _NEVER}
                    )
                )

    def _count_some(self, grain: Grain, now: datetime) -> int:
        self._drop_old(grain, now - grain.kept - MARGIN)
        due = self._due(grain, now)[: self.batch]
        if not due:
            return 0
        with self._writing() as connection:
            mine = self._claim(connection, grain, due, now)
            self._count(connection, grain, mine, now)
        return len(mine)

    def _drop_old(self, grain: Grain, before: datetime) -> None:
        """It looks first: nothing is written where nothing happens."""
        with self._reading() as connection:
            oldest = connection.scalar(select(func.min(_number(grain))))
        if oldest is not None and oldest < slice_of(before, grain.seconds):
            with self._writing() as connection:
                _drop(connection, grain, before)

    def _due(self, grain: Grain, now: datetime) -> Sequence[int]:
        # Over for as long as it is: one more has passed since.
        last = slice_of(now, grain.seconds) - 2
        with self._reading() as connection:
            began = connection.scalar(select(func.min(inbound.c.received_at))) or now
            since = max(began, now - grain.kept)
            if not _is_worth_it(connection, grain, since):
                return []
            first = slice_of(since, grain.seconds)
            known = _younger(connection, grain, first, now, grain.again_at)
        return [it for it in range(last, first - 1, -1) if it not in known]

    def _claim(
        self, connection: Connection, grain: Grain, due: Sequence[int], now: datetime
    ) -> Sequence[int]:
        """Those that no other worker has counted meanwhile; it waits for us then."""
        rows = [{grain.name: it, "age": _age(grain, it, now)} for it in sorted(due)]
        new = self._insert(grain.counted).values(rows)
        claimed = new.on_conflict_do_update(
            index_elements=[_number(grain)],
            set_={"age": new.excluded.age},
            where=~_is_younger(grain, now, grain.again_at),
        ).returning(_number(grain))
        return connection.scalars(claimed).all()

    def _count(
        self, connection: Connection, grain: Grain, slices: Sequence[int], now: datetime
    ) -> None:
        spans = joined(span_of(it, grain.seconds) for it in slices)
        for kind, table in grain.rollups.items():
            before = table.c[grain.name].in_(slices)
            connection.execute(delete(table).where(before))
            rows = self._counting.rows(kind, spans, now).subquery()
            counts = summed(kind, rows, lambda second: second // grain.seconds)
            columns = [grain.name, *KEYS[kind], *SUMS[kind]]
            connection.execute(insert(table).from_select(columns, counts))


def drop(connection: Connection, before: datetime) -> None:
    """Forget the counts of slices that are over then."""
    for grain in GRAINS:
        _drop(connection, grain, before)


def _drop(connection: Connection, grain: Grain, before: datetime) -> None:
    for table in (grain.counted, *grain.rollups.values()):
        old = table.c[grain.name] < slice_of(before, grain.seconds)
        connection.execute(delete(table).where(old))


def _is_worth_it(connection: Connection, grain: Grain, since: datetime) -> bool:
    """Whether so much came, or was made, that reading it would take long."""
    for at in (inbound.c.received_at, outbound.c.created_at):
        others = select(at).where(at >= since).order_by(at).offset(grain.worth_it)
        if connection.scalar(others.limit(1)) is not None:
            return True
    return False


def _younger(
    connection: Connection, grain: Grain, first: int, now: datetime, times: float
) -> Collection[int]:
    """The slices that have been over not so many times as long as when counted."""
    is_late = _number(grain) >= first
    is_younger = _is_younger(grain, now, times)
    query = select(_number(grain)).where(is_late, is_younger)
    return set(connection.scalars(query))


def _is_younger(grain: Grain, now: datetime, times: float) -> ColumnElement[bool]:
    end = (_number(grain) + 1) * grain.seconds
    return int(now.timestamp()) - end < grain.counted.c.age * times


def _number(grain: Grain) -> Column[int]:
    """The column of counted slices."""
    return grain.counted.c[grain.name]


def _age(grain: Grain, number: int, now: datetime) -> int:
    """For how many seconds it has been over."""
    return int(now.timestamp()) - span_of(number, grain.seconds).high
