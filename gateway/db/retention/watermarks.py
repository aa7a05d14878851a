"""Purge watermarks: no older message has a text, so the next purge starts there."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Table, select, update

from gateway.db.core.store import Upsert
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


def advance(connection: Connection, new: Upsert, table: Table, until: datetime) -> None:
    """Set the watermark after a purge."""
    statement = new(text_marks).values(place=table.name, until=until)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[text_marks.c.place], set_={"until": until}
        )
    )


def move_back(connection: Connection, table: Table, at: datetime) -> None:
    """Let the next purge start at `at`, because a message of that time came late."""
    is_later = (text_marks.c.place == table.name) & (text_marks.c.until > at)
    connection.execute(update(text_marks).where(is_later).values(until=at))
