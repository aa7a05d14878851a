"""Take rows that are due, each for one worker alone."""

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
# When the claim runs out, and somebody else may take the row.
UNTIL = bindparam("until", type_=UtcDateTime)
# How many rows to take.
MOST: BindParameter[int] = bindparam("most")
# Before version 18 what is off has a price all the same, at which PostgreSQL compiles
# the statement, for a tenth of a second (runtime-config-query, jit_above_cost).
_OFF = ("enable_sort", "enable_incremental_sort", "jit")
_NO_SORT = select(*(func.set_config(it, "off", True) for it in _OFF))


def read_in_order(connection: Connection) -> None:
    """Let PostgreSQL take rows from an index in order, until the transaction ends.

    It counts rows when a tenth of a table has changed. A queue that has grown since is
    a handful to it, and it would read and sort the whole of it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_NO_SORT)


class ClaimQuery:
    """One kind of claim: `values` are set in rows that are `due`, oldest first.

    PostgreSQL skips rows that another worker is claiming at this moment; SQLite ignores
    FOR UPDATE and lets one writer in at a time. An index in the order of
    `next_attempt_at` and `id` lets both read no more rows than they take, however many
    wait; the statement is built once, because building it takes longer than running it.
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
        """The columns of what is taken now; `given` is what else `due` asks for."""
        read_in_order(connection)
        parameters = {"most": limit, "now": now, "until": now + lease, **given}
        rows = connection.execute(self._statement, parameters).all()
        return sorted(rows, key=lambda row: row.id)
