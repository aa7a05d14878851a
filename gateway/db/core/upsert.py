"""INSERT with ON CONFLICT, whose syntax both databases share."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(
    connection: Connection, table: Table
) -> postgresql.Insert | sqlite.Insert:
    """An insert that takes an ON CONFLICT clause."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def upsert(
    connection: Connection,
    table: Table,
    new: Mapping[str, Any],
    changes: Mapping[str, Any],
    where: ColumnElement[bool] | None = None,
) -> None:
    """Insert a row of `new` and `changes`, or change the one with this primary key."""
    insert = insert_into(connection, table).values({**new, **changes})
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=table.primary_key.columns, set_=changes, where=where
        )
    )
