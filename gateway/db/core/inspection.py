"""Facts about the database: version, schema, clock, and whether it is durable."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from gateway.db.core import upgrade
from gateway.db.core.engine import translated_errors
from gateway.db.core.shared_time import SharedTime, database_time
from gateway.db.core.upgrade import Standing
from gateway.db.core.write_probe import try_to_write
from gateway.domain.errors import DatabaseUnavailable

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# Whether a commit survives a power cut, and what a backup can restore.
_DURABILITY = ("fsync", "full_page_writes", "synchronous_commit", "archive_mode")


@dataclass(frozen=True)
class DatabaseFacts:
    """The facts about a database that `doctor` judges.

    `ahead_by` is how far its clock is ahead of this machine's, and `set_by` how far it
    is ahead of the gateway's time since somebody set it. `refusal` says why nothing can
    be written, if so.
    """

    kind: str
    revision: str | None
    standing: Standing
    ahead_by: timedelta = timedelta()
    settings: Mapping[str, str] | None = None
    # How many standbys or pg_receivewal processes receive its WAL.
    receivers: int = 0
    refusal: str | None = None
    set_by: timedelta = timedelta()


def inspect(engine: Engine) -> DatabaseFacts:
    """Query the database for its facts. Raises DatabaseUnavailable."""
    standing, revision = upgrade.standing(engine), upgrade.revision_of(engine)
    version = ".".join(map(str, _version(engine)))
    # Without tables there is nothing to write to.
    refusal = _refusal(engine) if revision else None
    has_shared_time = standing in (Standing.CURRENT, Standing.NEWER)
    set_by = SharedTime(engine).database_ahead_by() if has_shared_time else timedelta()
    kind = f"{_NAMES[engine.dialect.name]} {version}"
    facts = DatabaseFacts(kind, revision, standing, refusal=refusal, set_by=set_by)
    if engine.dialect.name == "sqlite":
        # A file of this machine, which `open_engine` makes durable.
        return facts
    receivers = text("SELECT count(*) FROM pg_stat_replication")
    with translated_errors(), engine.connect() as connection:
        return replace(
            facts,
            ahead_by=_ahead_by(connection),
            settings=_settings(connection),
            receivers=connection.scalar(receivers) or 0,
        )


def _refusal(engine: Engine) -> str | None:
    try:
        try_to_write(engine)
    except DatabaseUnavailable as error:
        return str(error)
    return None


def _version(engine: Engine) -> tuple[int | str, ...]:
    with (
        translated_errors(),
        engine.connect().execution_options(read_only=True) as connection,
    ):
        return connection.dialect.server_version_info or ()


def _ahead_by(connection: Connection) -> timedelta:
    before = datetime.now(UTC)
    theirs = database_time(connection)
    return theirs - (before + (datetime.now(UTC) - before) / 2)


def _settings(connection: Connection) -> dict[str, str]:
    query = text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)")
    rows = connection.execute(query, {"names": list(_DURABILITY)})
    return {row.name: row.setting for row in rows}
