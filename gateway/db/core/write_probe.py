"""Whether the database can be written to, found out by trying; nothing is changed.

A standby, a damaged file and a full disk all answer questions as if they were well.
"""

import tempfile
from pathlib import Path

from sqlalchemy import Engine, update

from gateway.db.core.engine import reachable
from gateway.db.models.messages import inbound
from gateway.domain.errors import DatabaseUnavailable

# No row has this id. The table is that which every SMS needs first.
_TRY = update(inbound).where(inbound.c.id == 0).values(status=inbound.c.status)
# What a commit may add to SQLite's write-ahead log, in bytes.
_ROOM = 64 * 1024


def try_to_write(engine: Engine) -> None:
    """Raises DatabaseUnavailable where an SMS could not be stored now."""
    with reachable(), engine.connect() as connection:
        connection.execute(_TRY)
        connection.rollback()
    if engine.dialect.name == "sqlite":
        _try_to_grow(Path(engine.url.database or "").parent)


def _try_to_grow(folder: Path) -> None:
    """SQLite finds out that its disk is full only when it commits."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_ROOM))
            file.flush()
    except OSError as error:
        msg = f"the database has no room beside it: {error.strerror}"
        raise DatabaseUnavailable(msg) from error
