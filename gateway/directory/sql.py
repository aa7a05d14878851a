"""The directory in our own database: imported members, each record sealed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from gateway.db.access_log import Deed
from gateway.db.models import participant_phones, participants
from gateway.directory.records import dump, load
from gateway.participants import (
    KPJ,
    Balance,
    DirectoryUnavailable,
    Identity,
    MembershipStatus,
    Participant,
    Program,
    Segment,
)
from gateway.privacy import Vault

ROWS_A_STATEMENT = 500


_T = TypeVar("_T")
# A record of usual size that is opened where there is none.
_NOBODY = Participant(
    KPJ("00000000000"),
    Segment.PU,
    tuple(Program),
    MembershipStatus.ACTIVE,
    last_contribution=date(2026, 1, 1),
    balance=Balance(12_345_678, date(2026, 1, 31)),
    msisdns=frozenset({"+62810000000000"}),
    identity=Identity(bytes(16), bytes(16), bytes(16)),
)


class SqlDirectory:
    """Looks members up by the keyed hash of their KPJ."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._decoy = vault.seal(dump(_NOBODY))

    def index(self, value: str) -> bytes:
        """The keyed hash that members are looked up and compared by."""
        return self._vault.index(value)

    def find(self, kpjs: Collection[KPJ]) -> Mapping[KPJ, Participant]:
        """Those that exist. Raises DirectoryUnavailable when the database is away."""
        indexes = {self._vault.index(kpj.digits) for kpj in kpjs}
        query = select(participants.c.record_sealed).where(
            participants.c.kpj_index.in_(indexes)
        )
        records = self._read(query, lambda row: row.record_sealed)
        # A KPJ that does not exist costs what one that does costs.
        decoys = [self._decoy] * (len(indexes) - len(records))
        opened = [load(self._vault.unseal(it)) for it in [*records, *decoys]]
        return {it.kpj: it for it in opened[: len(records)]}

    def of_phones(
        self, msisdns: Collection[str]
    ) -> Mapping[str, Sequence[Participant]]:
        """The members in whose records these phones stand. Raises the same."""
        by_index = {self._vault.index(msisdn): msisdn for msisdn in msisdns}
        phones = participant_phones.c
        query = (
            select(phones.msisdn_index, participants.c.record_sealed)
            .join(participants, participants.c.kpj_index == phones.kpj_index)
            .where(phones.msisdn_index.in_(by_index))
            .order_by(phones.kpj_index)
        )
        found: dict[str, list[Participant]] = defaultdict(list)
        for index, sealed in self._read(query, tuple):
            found[by_index[index]].append(load(self._vault.unseal(sealed)))
        return found

    def _read(self, query: Select[Any], take: Callable[[Row[Any]], _T]) -> list[_T]:
        try:
            with self._engine.connect().execution_options(read_only=True) as connection:
                return [take(row) for row in connection.execute(query)]
        except SQLAlchemyError as error:
            msg = "the table of members cannot be read"
            raise DirectoryUnavailable(msg) from error

    def is_empty(self) -> bool:
        """Whether no member has been imported yet. Raises the same."""
        query = select(exists(select(participants)))
        return not any(self._read(query, lambda row: row[0]))

    def replace(self, members: Iterable[Participant], deed: Deed | None = None) -> None:
        """Put these members in the place of all others, or change nothing.

        The deed goes on record, unless the members are made up.
        """
        rest, count = iter(members), 0
        with self._engine.begin() as connection:
            connection.execute(delete(participants))
            connection.execute(delete(participant_phones))
            while batch := list(islice(rest, ROWS_A_STATEMENT)):
                connection.execute(insert(participants), list(map(self._row, batch)))
                count += len(batch)
                if phones := [row for it in batch for row in self._phones(it)]:
                    connection.execute(insert(participant_phones), phones)
            if deed is not None:
                deed.record(connection, "import members", f"{count} members")

    def forget_phone(self, msisdn: str) -> int:
        """Take a phone out of the records of its members; how many records."""
        phones = participant_phones.c
        mine = phones.msisdn_index == self._vault.index(msisdn)
        theirs = select(phones.kpj_index).where(mine)
        query = select(participants).where(participants.c.kpj_index.in_(theirs))
        with self._engine.begin() as connection:
            members = [self._opened(row) for row in connection.execute(query)]
            for member in members:
                left = replace(member, msisdns=member.msisdns - {msisdn})
                self._rewrite(connection, left)
            connection.execute(delete(participant_phones).where(mine))
        return len(members)

    def _opened(self, row: Row[Any]) -> Participant:
        return load(self._vault.unseal(row.record_sealed))

    def _rewrite(self, connection: Connection, member: Participant) -> None:
        row = self._row(member)
        is_it = participants.c.kpj_index == row["kpj_index"]
        connection.execute(update(participants).where(is_it).values(row))

    def _phones(self, participant: Participant) -> Iterator[dict[str, bytes]]:
        kpj_index = self._vault.index(participant.kpj.digits)
        for msisdn in participant.msisdns:
            index = self._vault.index(msisdn)
            yield {"msisdn_index": index, "kpj_index": kpj_index}

    def _row(self, participant: Participant) -> dict[str, bytes]:
        return {
            "kpj_index": self._vault.index(participant.kpj.digits),
            "record_sealed": self._vault.seal(dump(participant)),
        }
