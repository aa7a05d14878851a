"""Exchange all members at once, whatever the database is."""

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
    """Tables to fill and to put in place; they are gone afterwards if they were not.

    Raises MembersBusy, DatabaseUnavailable.
    """
    stage = _KINDS[engine.dialect.name](engine)
    with stage.alone():
        stage.begin()
        try:
            yield stage
        finally:
            # Otherwise the next one does.
            with suppress(DatabaseUnavailable):
                stage.clear()


def members_kept(engine: Engine) -> AbstractContextManager[None]:
    """No import begins or ends meanwhile. Raises MembersBusy."""
    return _KINDS[engine.dialect.name](engine).alone()
