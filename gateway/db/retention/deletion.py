"""Delete rows that a purge has locked, with their child rows.

A row stays for the next night if another transaction has locked one of its child rows.
"""

from collections.abc import Callable, Sequence, Set
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Table,
    delete,
    select,
    tuple_,
    update,
)

from gateway.db.core.bulk import among
from gateway.db.models.messages import attempts, complaints, inbound, outbound, receipts
from gateway.db.models.subscribers import enrolments, reminders, subscriptions

# Foreign keys of child rows, which are deleted with their parents.
_CHILDREN_OF_SUBSCRIPTIONS = (reminders.c.subscription_id,)
_CHILDREN_OF_MESSAGES = (enrolments.c.inbound_id, complaints.c.inbound_id)
_CHILDREN_OF_REPLIES = (attempts.c.outbound_id, receipts.c.outbound_id)
_REMINDED = reminders.c.outbound_id

# An action on locked rows; it returns how many rows it changed.
Action = Callable[[Connection, Sequence[Row[Any]]], int]


def blank(table: Table, columns: Sequence[str]) -> Action:
    """Set these columns to NULL."""

    def act(connection: Connection, rows: Sequence[Row[Any]]) -> int:
        statement = update(table).where(_is_one_of(connection, table, rows))
        return connection.execute(statement.values(dict.fromkeys(columns))).rowcount

    return act


def delete_rows(table: Table) -> Action:
    """Delete rows that have no child rows."""

    def act(connection: Connection, rows: Sequence[Row[Any]]) -> int:
        return connection.execute(
            delete(table).where(_is_one_of(connection, table, rows))
        ).rowcount

    return act


def _is_one_of(
    connection: Connection, table: Table, rows: Sequence[Row[Any]]
) -> ColumnElement[bool]:
    """Whether a row of the table is one of these."""
    key = tuple(table.primary_key.columns)
    names = [column.name for column in key]
    if len(key) == 1:
        return among(connection, key[0], [getattr(row, names[0]) for row in rows])
    return tuple_(*key).in_([[getattr(row, name) for name in names] for row in rows])


def delete_subscriptions(connection: Connection, rows: Sequence[Row[Any]]) -> int:
    """Delete subscriptions with their reminders."""
    ids = _unlocked(connection, {row.id for row in rows}, _CHILDREN_OF_SUBSCRIPTIONS)
    return _delete_with_children(
        connection, subscriptions, ids, _CHILDREN_OF_SUBSCRIPTIONS
    )


def delete_messages(connection: Connection, rows: Sequence[Row[Any]]) -> int:
    """Delete SMS with their child rows, unless a subscription still needs them."""
    in_reply_to = outbound.c.in_reply_to
    ids = {row.id for row in rows} - _needed_by_subscriptions(connection, rows)
    ids = _unlocked(connection, ids, (*_CHILDREN_OF_MESSAGES, in_reply_to))
    query = select(outbound.c.id, in_reply_to)
    query = query.where(among(connection, in_reply_to, ids))
    replies = connection.execute(query).all()
    free = _unlocked(
        connection, {row.id for row in replies}, (*_CHILDREN_OF_REPLIES, _REMINDED)
    )
    ids -= {row.in_reply_to for row in replies if row.id not in free}
    _delete_replies_with_children(
        connection, {row.id for row in replies if row.in_reply_to in ids}
    )
    return _delete_with_children(connection, inbound, ids, _CHILDREN_OF_MESSAGES)


def delete_replies(connection: Connection, rows: Sequence[Row[Any]]) -> int:
    """Delete replies with their attempts and receipts."""
    ids = {row.id for row in rows}
    free = _unlocked(connection, ids, (*_CHILDREN_OF_REPLIES, _REMINDED))
    return _delete_replies_with_children(connection, free)


def _delete_replies_with_children(connection: Connection, ids: Set[int]) -> int:
    """Delete replies; a younger reminder keeps its row without the reply."""
    theirs = update(reminders).where(among(connection, _REMINDED, ids))
    connection.execute(theirs.values(outbound_id=None))
    return _delete_with_children(connection, outbound, ids, _CHILDREN_OF_REPLIES)


def _needed_by_subscriptions(
    connection: Connection, rows: Sequence[Row[Any]]
) -> set[int]:
    """Ids of SMS that prove a subscription's consent."""
    origin = subscriptions.c.inbound_id
    is_needed = among(connection, origin, [row.id for row in rows])
    return set(connection.scalars(select(origin).where(is_needed)))


def _unlocked(
    connection: Connection, ids: Set[int], columns: Sequence[Column[Any]]
) -> set[int]:
    """Ids among our locked rows whose child rows are not locked by another transaction.

    Afterwards we hold locks on all their child rows, and no child row can be added.
    """
    free = set(ids)
    for column in columns:
        [key] = column.table.primary_key.columns
        is_child = among(connection, column, free)
        ours = select(key).where(is_child).with_for_update(skip_locked=True)
        locked = select(column).where(is_child, key.not_in(ours))
        free -= set(connection.scalars(locked))
    return free


def _delete_with_children(
    connection: Connection, table: Table, ids: Set[int], columns: Sequence[Column[Any]]
) -> int:
    """Delete child rows, then the rows themselves, and return how many of these."""
    for column in columns:
        connection.execute(delete(column.table).where(among(connection, column, ids)))
    return connection.execute(
        delete(table).where(among(connection, table.c.id, ids))
    ).rowcount
