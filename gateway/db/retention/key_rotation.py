"""Key rotation: re-encrypt old data with the newest key."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, update

from gateway.db.core.store import Store
from gateway.db.member_import.swap import import_lock
from gateway.db.models.members import participants
from gateway.db.models.messages import complaints, inbound, outbound
from gateway.db.models.subscribers import (
    bindings,
    enrolments,
    reminders,
    subscriptions,
)

ROWS_A_BATCH = 500
# Every encrypted column, by table.
ENCRYPTED: dict[Table, tuple[str, ...]] = {
    inbound: ("sender_sealed", "text_sealed", "fault_sealed", "kpj_sealed"),
    outbound: ("recipient_sealed", "text_sealed"),
    participants: ("record_sealed",),
    enrolments: ("kpj_sealed", "msisdn_sealed"),
    bindings: ("kpj_sealed",),
    complaints: ("text_sealed",),
    subscriptions: ("kpj_sealed", "msisdn_sealed", "snapshot_sealed"),
    reminders: ("reason_sealed",),
}


class KeyRotation(Store):
    """Encrypts all data with the first key, in small batches."""

    def reencrypt(self) -> Iterator[int]:
        """Re-encrypt all tables; yield the number of rows of each batch.

        Idempotent. Holds the import lock, because an import may have begun with an
        older key. Raises MembersBusy.
        """
        with import_lock(self._engine):
            for table, names in ENCRYPTED.items():
                yield from self._reencrypt_table(table, names)

    def _reencrypt_table(self, table: Table, names: tuple[str, ...]) -> Iterator[int]:
        key = next(iter(table.primary_key.columns))
        last: Any = None
        while rows := self._batch(table, key, names, last):
            last = rows[-1][0]
            yield self._reencrypt_batch(table, key, names, rows)

    def _batch(
        self, table: Table, key: Column[Any], names: tuple[str, ...], after: Any
    ) -> list[Any]:
        query = select(key, *(table.c[name] for name in names)).order_by(key)
        if after is not None:
            query = query.where(key > after)
        with self._reading() as connection:
            return list(connection.execute(query.limit(ROWS_A_BATCH)))

    def _reencrypt_batch(
        self, table: Table, key: Column[Any], names: tuple[str, ...], rows: list[Any]
    ) -> int:
        """Re-encrypt rows; values changed since then have the newest key already."""
        for number, name in enumerate(names, start=1):
            column = table.c[name]
            changes = [
                {"its_key": row[0], "old": row[number], "new": fresh}
                for row in rows
                if row[number] and (fresh := self._cipher.reencrypt(row[number]))
            ]
            same = (key == bindparam("its_key")) & (column == bindparam("old"))
            if changes:
                with self._writing() as connection:
                    statement = update(table).where(same)
                    connection.execute(
                        statement.values({name: bindparam("new")}), changes
                    )
        return len(rows)
