"""Until when all texts of a table are gone, so that a purge begins where one ended."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Table, select, update

from gateway.db.core.store import Upsert
from gateway.db.models.operations import text_marks

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def begin(connection: Connection, table: Table) -> datetime:
    """No message before this has a text."""
    query = select(text_marks.c.until).where(text_marks.c.place == table.name)
    return connection.scalar(query) or _EVER


def hold(connection: Connection, table: Table) -> None:
    """Who would move it back waits until the transaction ends."""
    mine = text_marks.c.place == table.name
    connection.execute(select(text_marks).where(mine).with_for_update())


def move(connection: Connection, new: Upsert, table: Table, until: datetime) -> None:
    """A purge has come this far."""
    statement = new(text_marks).values(place=table.name, until=until)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[text_marks.c.place], set_={"until": until}
        )
    )


def move_back(connection: Connection, table: Table, at: datetime) -> None:
    """A message of that time has come late, with a text."""
    passed = (text_marks.c.place == table.name) & (text_marks.c.until > at)
    connection.execute(update(text_marks).where(passed).values(until=at))
