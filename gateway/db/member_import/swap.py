"""Choose the staging tables for the kind of database, and lock the import."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from sqlalchemy import Engine

from gateway.db.member_import.postgres import PostgresStaging
from gateway.db.member_import.sqlite import SqliteStaging
from gateway.db.member_import.staging import Staging
from gateway.domain.errors import DatabaseUnavailable

_KINDS: dict[str, type[Staging]] = {
    "postgresql": PostgresStaging,
    "sqlite": SqliteStaging,
}


@contextmanager
def staging(engine: Engine) -> Iterator[Staging]:
    """Create staging tables and drop them afterwards, unless they were swapped in.

    Raises MembersBusy, DatabaseUnavailable.
    """
    stage = _KINDS[engine.dialect.name](engine)
    with stage.lock():
        stage.begin()
        try:
            yield stage
        finally:
            # After an error here the next import drops them.
            with suppress(DatabaseUnavailable):
                stage.clear()


def import_lock(engine: Engine) -> AbstractContextManager[None]:
    """Hold the import lock. Raises MembersBusy if an import runs."""
    return _KINDS[engine.dialect.name](engine).lock()
