"""Claim due rows, each for one worker only, until a lease runs out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Row,
    bindparam,
    func,
    select,
    update,
)

from gateway.db.models.base import UtcDateTime

NOW = bindparam("now", type_=UtcDateTime)
# When the lease runs out and another worker may claim the row.
UNTIL = bindparam("until", type_=UtcDateTime)
# How many rows to take.
MOST: BindParameter[int] = bindparam("most")
# Before version 18 a disabled plan node still has a cost, so high that PostgreSQL
# would compile the statement for a tenth of a second (jit_above_cost).
_OFF = ("enable_sort", "enable_incremental_sort", "jit")
_NO_SORT = select(*(func.set_config(name, "off", True) for name in _OFF))


def read_in_order(connection: Connection) -> None:
    """Make PostgreSQL read rows in index order, until the transaction ends.

    Its statistics are renewed when a tenth of a table has changed. Until then it would
    estimate a grown queue at a handful of rows, and read and sort all of it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_NO_SORT)


class ClaimQuery:
    """One kind of claim: set `values` in rows that are `due`, oldest first.

    PostgreSQL skips rows that another worker has locked; SQLite ignores FOR UPDATE and
    has one writer at a time. With an index on `next_attempt_at` and `id` both read only
    the rows that they claim. The statement is built once, because building it takes
    longer than running it.
    """

    def __init__(
        self,
        columns: Sequence[Column[Any]],
        due: ColumnElement[bool],
        values: Mapping[str, Any],
    ) -> None:
        table = columns[0].table
        free = (
            select(table.c.id)
            .where(due, table.c.next_attempt_at <= NOW)
            .order_by(table.c.next_attempt_at, table.c.id)
            .limit(MOST)
            .with_for_update(skip_locked=True)
        )
        self._statement = (
            update(table)
            .where(table.c.id.in_(free))
            .values({**values, "next_attempt_at": UNTIL})
            .returning(*columns)
        )

    def take(
        self,
        connection: Connection,
        limit: int,
        now: datetime,
        lease: timedelta,
        **given: object,
    ) -> Sequence[Row[Any]]:
        """Claim up to `limit` rows; `given` are further parameters of `due`."""
        read_in_order(connection)
        parameters = {"most": limit, "now": now, "until": now + lease, **given}
        rows = connection.execute(self._statement, parameters).all()
        return sorted(rows, key=lambda row: row.id)
