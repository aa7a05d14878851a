"""Bulk statements: read and write many rows at once.

PostgreSQL gets each column of values as one array: the statement is the same for any
number of rows and is prepared once. SQLite has no arrays and no round trip to save:
it gets one row at a time.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    String,
    Table,
    Update,
    any_,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

# A parameter must not have the name of a column that it changes.
_NAME = "given_"

Types = Mapping[str, TypeEngine[Any]]
# The values given for a row, by name, as SQL expressions.
Given = Mapping[str, ColumnElement[Any]]
Rows = Sequence[Mapping[str, Any]]


class BulkUpdates:
    """One kind of update; `make` builds the statement from the values given for a row.

    Do not update a row twice in one call: only one of the changes would be made.
    """

    def __init__(self, types: Types, make: Callable[[Given], Update]) -> None:
        self._types = types
        self._one_row = make(_parameters(types))
        self._all_rows = make(_columns(types))

    def execute(self, connection: Connection, rows: Rows) -> int:
        """Update rows and return how many changed."""
        if not rows:
            return 0
        if connection.dialect.name == "sqlite":
            renamed = [
                {_NAME + name: row[name] for name in self._types} for row in rows
            ]
            return connection.execute(self._one_row, renamed).rowcount
        return connection.execute(self._all_rows, _arrays(self._types, rows)).rowcount


class BulkInserts:
    """Inserts into a table; `finish` adds ON CONFLICT and RETURNING clauses.

    Give each row a value for every column that has no default and is not `empty`.
    """

    def __init__(
        self,
        table: Table,
        empty: Collection[str] = (),
        finish: Callable[[Any], Insert] = lambda statement: statement,
    ) -> None:
        self._types = {
            column.name: column.type
            for column in table.c
            if column.name not in empty and not _has_default(column)
        }
        given = _columns(self._types)
        self._one_row = finish(sqlite.insert(table))
        self._all_rows = finish(
            postgresql.insert(table).from_select(list(given), select(*given.values()))
        )

    def execute(self, connection: Connection, rows: Rows) -> Sequence[Any]:
        """Insert rows and return those of the RETURNING clause, if there is one."""
        if not rows:
            return []
        if connection.dialect.name == "sqlite":
            result = connection.execute(self._one_row, rows)
        else:
            result = connection.execute(self._all_rows, _arrays(self._types, rows))
        return result.all() if result.returns_rows else []


def among(
    database: Connection | Engine, column: Column[Any], values: Iterable[Any]
) -> ColumnElement[bool]:
    """Whether a column has one of these values; one array parameter on PostgreSQL."""
    if database.dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(bindparam(None, list(values), postgresql.ARRAY(column.type)))


def without_index(status: Column[str]) -> ColumnElement[str]:
    """Hide `status` from the planner so that it uses another index, or the primary key.

    PostgreSQL's statistics lag behind: in a burst it estimates a handful of rows with a
    status where there are thousands, and would read them all.
    """
    return status + ""


def _has_default(column: Column[Any]) -> bool:
    return column.default is not None or column is column.table.autoincrement_column


def _parameters(types: Types) -> Given:
    return {name: bindparam(_NAME + name, type_=type_) for name, type_ in types.items()}


def _columns(types: Types) -> Given:
    """Columns of arrays that are unnested side by side."""
    arrays = [
        bindparam(_NAME + name, type_=postgresql.ARRAY(type_))
        for name, type_ in types.items()
    ]
    columns = [column(name, type_) for name, type_ in types.items()]
    given = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return {name: given.c[name] for name in types}


def _arrays(types: Types, rows: Rows) -> Mapping[str, Sequence[Any]]:
    return {
        _NAME + name: [_plain(row[name]) for row in rows]
        if isinstance(type_, String)
        else [row[name] for row in rows]
        for name, type_ in types.items()
    }


def _plain(value: str | None) -> str | None:
    """A plain string: a binary array cannot hold members of an enumeration."""
    return None if value is None else str(value)
