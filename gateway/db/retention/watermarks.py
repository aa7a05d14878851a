"""Purge watermarks: no older message has a text, so the next purge starts there."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Table, select, update

from gateway.db.core.upsert import upsert
from gateway.db.models.operations import text_marks

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(connection: Connection, table: Table) -> datetime:
    """The watermark; no older message has a text."""
    query = select(text_marks.c.until).where(text_marks.c.place == table.name)
    return connection.scalar(query) or _EPOCH


def lock(connection: Connection, table: Table) -> None:
    """Make `move_back` in other transactions wait until this one ends."""
    mine = text_marks.c.place == table.name
    connection.execute(select(text_marks).where(mine).with_for_update())


def advance(connection: Connection, table: Table, until: datetime) -> None:
    """Set the watermark after a purge."""
    upsert(connection, text_marks, {"place": table.name}, {"until": until})


def move_back(connection: Connection, table: Table, at: datetime) -> None:
    """Let the next purge start at `at`, because a message of that time came late."""
    is_later = (text_marks.c.place == table.name) & (text_marks.c.until > at)
    connection.execute(update(text_marks).where(is_later).values(until=at))
