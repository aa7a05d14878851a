"""Find and write many rows by one statement.

A statement costs more than what it does to one row. PostgreSQL takes a column of values
as an array, whatever their number, so that the statement stays the same and is prepared
once; SQLite, which has no arrays and no journey to a server, gets one row at a time.
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

# A parameter must not be called like a column that it changes.
_NAME = "given_"

Types = Mapping[str, TypeEngine[Any]]
# What is given for each row, by name.
Given = Mapping[str, ColumnElement[Any]]
Rows = Sequence[Mapping[str, Any]]


class BulkUpdates:
    """One kind of change; `make` says what it does with what is given for a row.

    A row of the table must not be meant twice in one go: only one change would be made.
    """

    def __init__(self, types: Types, make: Callable[[Given], Update]) -> None:
        self._types = types
        self._one_row = make(_parameters(types))
        self._all_rows = make(_columns(types))

    def execute(self, connection: Connection, rows: Rows) -> int:
        """Change what is given; how many rows of the table that were."""
        if not rows:
            return 0
        if connection.dialect.name == "sqlite":
            renamed = [{_NAME + name: it[name] for name in self._types} for it in rows]
            return connection.execute(self._one_row, renamed).rowcount
        return connection.execute(self._all_rows, _arrays(self._types, rows)).rowcount


class BulkInserts:
    """New rows of a table; `finish` ends the statement.

    Each row has a value for every column that is not filled in by itself, except those
    that stay `empty`. `finish` may say what happens to a row that is there already, and
    what is returned.
    """

    def __init__(
        self,
        table: Table,
        empty: Collection[str] = (),
        finish: Callable[[Any], Insert] = lambda it: it,
    ) -> None:
        self._types = {
            it.name: it.type
            for it in table.c
            if it.name not in empty and not _fills_itself(it)
        }
        given = _columns(self._types)
        self._one_row = finish(sqlite.insert(table))
        self._all_rows = finish(
            postgresql.insert(table).from_select(list(given), select(*given.values()))
        )

    def execute(self, connection: Connection, rows: Rows) -> Sequence[Any]:
        """Insert what is given; the rows that the statement returns, if it does."""
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
    """Whether it is one of these; PostgreSQL takes them as one parameter."""
    if database.dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(bindparam(None, list(values), postgresql.ARRAY(column.type)))


def without_index(status: Column[str]) -> ColumnElement[str]:
    """The status of rows that are found by their ids, or by phones, and not by this.

    PostgreSQL counts how many have a status now and then only: in a burst it takes
    thousands for a handful, and would read them all.
    """
    return status + ""


def _fills_itself(column: Column[Any]) -> bool:
    return column.default is not None or column is column.table.autoincrement_column


def _parameters(types: Types) -> Given:
    return {name: bindparam(_NAME + name, type_=type_) for name, type_ in types.items()}


def _columns(types: Types) -> Given:
    """The columns of arrays that lie side by side."""
    arrays = [
        bindparam(_NAME + name, type_=postgresql.ARRAY(type_))
        for name, type_ in types.items()
    ]
    columns = [column(name, type_) for name, type_ in types.items()]
    given = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return {name: given.c[name] for name in types}


def _arrays(types: Types, rows: Rows) -> Mapping[str, Sequence[Any]]:
    return {
        _NAME + name: [_bare(row[name]) for row in rows]
        if isinstance(type_, String)
        else [row[name] for row in rows]
        for name, type_ in types.items()
    }


def _bare(value: str | None) -> str | None:
    """Without its enumeration: an array in binary holds one kind of values."""
    return None if value is None else str(value)
