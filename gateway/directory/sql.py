"""The directory of imported members in our own database, each record encrypted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, exists, select, update
from sqlalchemy.exc import SQLAlchemyError

from gateway.db.core.bulk import among
from gateway.db.models.members import imports, participant_phones, participants
from gateway.directory.records import dump, load
from gateway.domain.calendar import day_of
from gateway.domain.participants import (
    KPJ,
    DirectoryUnavailable,
    Participant,
)
from gateway.domain.policy import Policy
from gateway.security.cipher import Cipher

# Joined into each query, so that the day always belongs to the records returned.
_latest = select(imports.c.as_of).order_by(imports.c.id.desc()).limit(1).subquery()


class SqlDirectory:
    """Looks members up by the keyed hash of their KPJ."""

    def __init__(
        self,
        engine: Engine,
        cipher: Cipher,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._cipher = cipher
        self._policy = policy
        self._clock = clock

    def find(self, kpjs: Collection[KPJ]) -> Mapping[KPJ, Participant]:
        """The members that exist.

        Raises DirectoryUnavailable if the database is down or the records are too old.
        """
        indexes = {self._cipher.index(kpj.digits) for kpj in kpjs}
        wanted = among(self._engine, participants.c.kpj_index, indexes)
        query = select(_latest.c.as_of, participants.c.record_sealed)
        rows = self._read(query.outerjoin_from(_latest, participants, wanted))
        stale_since = self._stale_since(rows)
        records = [record for _, record in rows if record is not None]
        members = [self._decrypted(record, stale_since) for record in records]
        return {member.kpj: member for member in members}

    def of_phones(
        self, msisdns: Collection[str]
    ) -> Mapping[str, Sequence[Participant]]:
        """The members with these phones in their records.

        Raises DirectoryUnavailable like `find`.
        """
        by_index = {self._cipher.index(msisdn): msisdn for msisdn in msisdns}
        phones = participant_phones.c
        wanted = among(self._engine, phones.msisdn_index, by_index)
        query = (
            select(_latest.c.as_of, phones.msisdn_index, participants.c.record_sealed)
            .outerjoin_from(_latest, participant_phones, wanted)
            .outerjoin(participants, participants.c.kpj_index == phones.kpj_index)
            .order_by(phones.kpj_index)
        )
        rows = self._read(query)
        stale_since = self._stale_since(rows)
        found: dict[str, list[Participant]] = defaultdict(list)
        for _, index, record in rows:
            if record is not None:
                found[by_index[index]].append(self._decrypted(record, stale_since))
        return found

    def _stale_since(self, rows: list[Any]) -> date | None:
        """The day of the records, first in every row, if replies have to mention it."""
        if not rows:
            return None
        as_of: date = rows[0][0]
        age = day_of(self._clock()) - as_of
        if age > self._policy.expires_after:
            msg = f"the records of members date from {as_of}, which is too old"
            raise DirectoryUnavailable(msg)
        return as_of if age > self._policy.stale_after else None

    def _decrypted(self, record: bytes, stale_since: date | None) -> Participant:
        participant = load(self._cipher.decrypt(record))
        if stale_since is None:
            return participant
        return replace(participant, stale_since=stale_since)

    def _read(self, query: Select[Any]) -> list[Any]:
        try:
            with self._engine.connect().execution_options(read_only=True) as connection:
                return list(connection.execute(query))
        except SQLAlchemyError as error:
            raise DirectoryUnavailable("the table of members cannot be read") from error

    def is_empty(self) -> bool:
        """Whether no member has been imported yet. Raises DirectoryUnavailable."""
        query = select(exists(select(participants)))
        return not self._read(query)[0][0]

    def day(self) -> date | None:
        """The day of the imported records, if any. Raises DirectoryUnavailable."""
        rows = self._read(select(_latest.c.as_of))
        return rows[0][0] if rows else None

    def close(self) -> None:
        self._engine.dispose()

    def forget_phone(self, msisdn: str) -> int:
        """Remove a phone from its members' records, and return their number."""
        phones = participant_phones.c
        is_phone = phones.msisdn_index == self._cipher.index(msisdn)
        its_members = select(phones.kpj_index).where(is_phone)
        query = select(participants).where(participants.c.kpj_index.in_(its_members))
        count = 0
        with self._engine.begin() as connection:
            for row in connection.execute(query).all():
                member = load(self._cipher.decrypt(row.record_sealed))
                left = replace(member, msisdns=member.msisdns - {msisdn})
                record = self._cipher.encrypt(dump(left))
                is_member = participants.c.kpj_index == row.kpj_index
                change = update(participants).where(is_member)
                connection.execute(change.values(record_sealed=record))
                count += 1
            connection.execute(delete(participant_phones).where(is_phone))
        return count
