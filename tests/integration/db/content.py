"""What a thief of the database would hold."""

from pathlib import Path

from sqlalchemy import Engine, select

from gateway.db.models import metadata


def stored(engine: Engine) -> bytes:
    """Every file of an SQLite database, or every value in a PostgreSQL one."""
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        return b"".join(it.read_bytes() for it in file.parent.glob(f"{file.name}*"))
    with engine.connect() as connection:
        values = [
            value
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        ]
    return b"\n".join(it if type(it) is bytes else str(it).encode() for it in values)
