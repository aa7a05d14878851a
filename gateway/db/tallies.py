"""What came in a quarter of an hour, counted once it is over, and again now and then.

Nothing final is awaited: a receipt may come days late, an SMS may have waited on disk,
an operator may have a dead letter answered. So each count is made anew when the quarter
has been over twice as long as when it was counted, and is not believed much longer.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    delete,
    func,
    insert,
    select,
)

from gateway.db.counting import KEYS, SUMS, Counting, summed
from gateway.db.models import (
    arrival_tallies,
    counted_quarters,
    inbound,
    sending_tallies,
)
from gateway.db.quarters import SECONDS, joined, quarter_of, span_of
from gateway.db.storage import Storage
from gateway.privacy import Vault

# By then most receipts have come.
FIRST_AFTER = timedelta(minutes=15)
# Times the age that a quarter had when it was counted.
COUNT_AGAIN_AT = 2.0
BELIEVED_UNTIL = 2.5
# The overview looks no farther back.
KEPT = timedelta(days=8)
# In one transaction: SQLite has one writer at a time.
BATCH = 4


class Tallies(Storage):
    """Counts quarters, and knows which counts hold."""

    def __init__(self, engine: Engine, vault: Vault, batch: int = BATCH) -> None:
        super().__init__(engine, vault)
        self._batch = batch
        self._counting = Counting(engine)

    def count(self, now: datetime) -> int:
        """Count some quarters that are due, the newest first; how many.

        Raises DatabaseUnavailable.
        """
        due = self._due(now)[: self._batch]
        if not due:
            return 0
        with self._writing() as connection:
            drop(connection, now - KEPT)
            mine = self._claim(connection, due, now)
            self._count(connection, mine, now)
        return len(mine)

    def believed(self, since: datetime, now: datetime) -> Collection[int]:
        """The quarters whose counts hold."""
        with self._reading() as connection:
            return _younger(connection, quarter_of(since), now, BELIEVED_UNTIL)

    def forget(self, at: datetime) -> None:
        """Something came late that belongs there: count this quarter again, soon."""
        late = counted_quarters.c.quarter == quarter_of(at)
        with self._writing() as connection:
            connection.execute(delete(counted_quarters).where(late))

    def _due(self, now: datetime) -> Sequence[int]:
        last = quarter_of(now - FIRST_AFTER) - 1
        with self._reading() as connection:
            began = connection.scalar(select(func.min(inbound.c.received_at))) or now
            first = quarter_of(max(began, now - KEPT))
            known = _younger(connection, first, now, COUNT_AGAIN_AT)
        return [it for it in range(last, first - 1, -1) if it not in known]

    def _claim(
        self, connection: Connection, due: Sequence[int], now: datetime
    ) -> Sequence[int]:
        """Those that no other worker has counted meanwhile; it waits for us then."""
        rows = [{"quarter": it, "age": _age(it, now)} for it in sorted(due)]
        new = self._insert(counted_quarters).values(rows)
        claimed = new.on_conflict_do_update(
            index_elements=[counted_quarters.c.quarter],
            set_={"age": new.excluded.age},
            where=~_is_younger(now, COUNT_AGAIN_AT),
        ).returning(counted_quarters.c.quarter)
        return connection.scalars(claimed).all()

    def _count(
        self, connection: Connection, quarters: Sequence[int], now: datetime
    ) -> None:
        spans = joined(map(span_of, quarters))
        for table in (arrival_tallies, sending_tallies):
            before = table.c.quarter.in_(quarters)
            connection.execute(delete(table).where(before))
            rows = self._counting.rows(table, spans, now).subquery()
            counts = summed(table, rows, lambda second: second // SECONDS)
            columns = ["quarter", *KEYS[table], *SUMS[table]]
            connection.execute(insert(table).from_select(columns, counts))


def drop(connection: Connection, before: datetime) -> None:
    """Forget the counts of quarters that are over then."""
    for table in (counted_quarters, arrival_tallies, sending_tallies):
        old = table.c.quarter < quarter_of(before)
        connection.execute(delete(table).where(old))


def _younger(
    connection: Connection, first: int, now: datetime, times: float
) -> Collection[int]:
    """The quarters that have been over not so many times as long as when counted."""
    query = select(counted_quarters.c.quarter)
    is_late = counted_quarters.c.quarter >= first
    return set(connection.scalars(query.where(is_late, _is_younger(now, times))))


def _is_younger(now: datetime, times: float) -> ColumnElement[bool]:
    end = (counted_quarters.c.quarter + 1) * SECONDS
    return int(now.timestamp()) - end < counted_quarters.c.age * times


def _age(quarter: int, now: datetime) -> int:
    """For how many seconds it has been over."""
    return int(now.timestamp()) - span_of(quarter).high
