"""Fill SQLite's staging tables in short transactions, so that other processes write.

SQLite cannot add a primary key later: the staging tables have it from the start.
"""

import fcntl
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy
from sqlalchemy import Column, Connection, Engine, LargeBinary, insert, text

from gateway.db.core.engine import translated_errors
from gateway.db.member_import.staging import (
    TABLES,
    EncryptedMember,
    MembersBusy,
    Staging,
    staging_name,
)
from gateway.db.models.members import participant_phones, participants

_members = sqlalchemy.table(
    staging_name(participants),
    Column("kpj_index", LargeBinary),
    Column("record_sealed"),
)
_phones = sqlalchemy.table(
    staging_name(participant_phones), Column("msisdn_index"), Column("kpj_index")
)


class SqliteStaging(Staging):
    """Copies of the live tables; members that come again are skipped and counted."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._repeated: Counter[bytes] = Counter()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock a file beside the database; the lock ends with the process."""
        with open(f"{self._engine.url.database}.import", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise MembersBusy from error
            yield

    def create(self, connection: Connection) -> None:
        """Repeat the statement that created the live table, key names included."""
        query = text("SELECT sql FROM sqlite_master WHERE name = :name")
        for table in TABLES:
            statement = connection.scalar(query, {"name": table.name})
            name = r'(?<=^CREATE TABLE )"?\w+"?'
            copy = re.sub(name, staging_name(table), statement, count=1)
            connection.exec_driver_sql(copy)

    def add(self, members: Sequence[EncryptedMember]) -> None:
        """Insert members whose KPJ has not come yet."""
        rows = [
            {"kpj_index": member.kpj_index, "record_sealed": member.record_sealed}
            for member in members
        ]
        phones = [
            {"msisdn_index": phone, "kpj_index": member.kpj_index}
            for member in members
            for phone in member.phones
        ]
        new = insert(_members).prefix_with("OR IGNORE")
        with translated_errors(), self._engine.begin() as connection:
            if rows:
                added = connection.scalars(new.returning(_members.c.kpj_index), rows)
                self._repeated += Counter(member.kpj_index for member in members)
                self._repeated -= Counter(added)
            if phones:
                connection.execute(insert(_phones).prefix_with("OR IGNORE"), phones)

    def repeated(self, most: int) -> Sequence[bytes]:
        """Keyed hashes of the skipped members."""
        return list(self._repeated)[:most]

    def complete(self) -> None:
        """Do nothing: the tables have had their keys from the start."""

    def replace_tables(self, connection: Connection) -> None:
        """Rename without a lock timeout: in WAL mode readers do not block it."""
        for table in TABLES:
            connection.exec_driver_sql(f"DROP TABLE {table}")
            renamed = f"ALTER TABLE {staging_name(table)} RENAME TO {table}"
            connection.exec_driver_sql(renamed)
