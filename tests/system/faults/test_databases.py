"""Read-only databases for fleets: they refuse writes as a standby does."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from gateway.db.core.engine import open_engine
from tests.system.faults.databases import OpenDatabase

_CHANGE = text("UPDATE inbound SET status = status WHERE id = 0")


def change(connection: Connection) -> None:
    with connection.begin():
        connection.execute(_CHANGE)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_read_only_database_refuses_writes_until_it_is_promoted(
    kind: str, open_database: OpenDatabase, tmp_path: Path
) -> None:
    database = open_database(kind, tmp_path)
    engine = open_engine(database.url)
    database.read_only()

    with engine.connect() as before:
        with pytest.raises(DBAPIError):
            change(before)
        database.read_write()
        with engine.connect() as after:
            change(after)

    engine.dispose()
