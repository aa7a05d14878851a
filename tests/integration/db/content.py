"""Everything that a thief of the database could read."""

from pathlib import Path

from sqlalchemy import Engine, select

from gateway.db.models import metadata


def stored(engine: Engine) -> bytes:
    """Every file of an SQLite database, or every value in a PostgreSQL one."""
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        return b"".join(item.read_bytes() for item in file.parent.glob(f"{file.name}*"))
    with engine.connect() as connection:
        values = [
            value
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        ]
    return b"\n".join(
        item if type(item) is bytes else str(item).encode() for item in values
    )
