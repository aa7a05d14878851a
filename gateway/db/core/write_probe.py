"""Probe whether the database accepts writes; the write is rolled back.

A standby, a damaged file and a full disk still answer queries.
"""

import tempfile
from pathlib import Path

from sqlalchemy import Engine, update

from gateway.db.core.engine import translated_errors
from gateway.db.models.messages import inbound
from gateway.domain.errors import DatabaseUnavailable

# No row has this id. Every SMS is written to this table first.
_PROBE = update(inbound).where(inbound.c.id == 0).values(status=inbound.c.status)
# What a commit may add to SQLite's write-ahead log, in bytes.
_ROOM = 64 * 1024


def try_to_write(engine: Engine) -> None:
    """Probe a write. Raises DatabaseUnavailable if an SMS could not be stored now."""
    with translated_errors(), engine.connect() as connection:
        connection.execute(_PROBE)
        connection.rollback()
    if engine.dialect.name == "sqlite":
        _try_to_grow(Path(engine.url.database or "").parent)


def _try_to_grow(folder: Path) -> None:
    """Try to allocate room, because SQLite notices a full disk only at commit."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_ROOM))
            file.flush()
    except OSError as error:
        msg = f"the database has no room beside it: {error.strerror}"
        raise DatabaseUnavailable(msg) from error
