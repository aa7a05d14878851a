"""The directory in our own database: imported members, each record sealed."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from sqlalchemy import Engine, delete, exists, insert, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.db.models import participants
from gateway.directory.records import dump, load
from gateway.participants import KPJ, DirectoryUnavailable, Participant
from gateway.privacy import Vault

ROWS_A_STATEMENT = 500


class SqlDirectory:
    """Looks members up by the keyed hash of their KPJ."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def find(self, kpjs: Collection[KPJ]) -> Mapping[KPJ, Participant]:
        """Those that exist. Raises DirectoryUnavailable when the database is away."""
        indexes = {self._vault.index(kpj.digits) for kpj in kpjs}
        query = select(participants.c.record_sealed).where(
            participants.c.kpj_index.in_(indexes)
        )
        try:
            with self._engine.connect().execution_options(read_only=True) as connection:
                sealed = connection.scalars(query).all()
        except SQLAlchemyError as error:
            msg = "the table of members cannot be read"
            raise DirectoryUnavailable(msg) from error
        found = [load(self._vault.unseal(record)) for record in sealed]
        return {participant.kpj: participant for participant in found}

    def is_empty(self) -> bool:
        """Whether no member has been imported yet."""
        with self._engine.connect().execution_options(read_only=True) as connection:
            return not connection.scalar(select(exists(select(participants))))

    def replace(self, members: Iterable[Participant]) -> None:
        """Put these members in the place of all others, or change nothing."""
        rows = map(self._row, members)
        with self._engine.begin() as connection:
            connection.execute(delete(participants))
            while batch := list(islice(rows, ROWS_A_STATEMENT)):
                connection.execute(insert(participants), batch)

    def _row(self, participant: Participant) -> dict[str, bytes]:
        return {
            "kpj_index": self._vault.index(participant.kpj.digits),
            "record_sealed": self._vault.seal(dump(participant)),
        }
