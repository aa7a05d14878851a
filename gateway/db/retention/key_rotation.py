"""Seal anew with the newest key what older ones have sealed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, update

from gateway.db.core.store import Store
from gateway.db.member_import.swap import members_kept
from gateway.db.models.members import participants
from gateway.db.models.messages import cases, inbound, outbound
from gateway.db.models.subscribers import bindings, enrolments, subscriptions

ROWS_A_BATCH = 500
# Every column that is sealed, with its table.
SEALED: dict[Table, tuple[str, ...]] = {
    inbound: ("sender_sealed", "text_sealed", "fault_sealed", "kpj_sealed"),
    outbound: ("recipient_sealed", "text_sealed"),
    participants: ("record_sealed",),
    enrolments: ("kpj_sealed", "msisdn_sealed"),
    bindings: ("kpj_sealed",),
    cases: ("text_sealed",),
    subscriptions: ("kpj_sealed", "msisdn_sealed"),
}


class KeyRotation(Store):
    """Brings what older keys sealed under the first key, in small batches."""

    def reencrypt(self) -> Iterator[int]:
        """Go through all tables; yields the rows of each batch. Can be repeated.

        Whatever is written meanwhile is sealed with the first key already; an import
        may have begun before, and with another key. Raises MembersBusy.
        """
        with members_kept(self._engine):
            for table, names in SEALED.items():
                yield from self._reseal_all(table, names)

    def _reseal_all(self, table: Table, names: tuple[str, ...]) -> Iterator[int]:
        key = next(iter(table.primary_key.columns))
        last: Any = None
        while rows := self._batch(table, key, names, last):
            last = rows[-1][0]
            yield self._reseal(table, key, names, rows)

    def _batch(
        self, table: Table, key: Column[Any], names: tuple[str, ...], after: Any
    ) -> list[Any]:
        query = select(key, *(table.c[name] for name in names)).order_by(key)
        if after is not None:
            query = query.where(key > after)
        with self._reading() as connection:
            return list(connection.execute(query.limit(ROWS_A_BATCH)))

    def _reseal(
        self, table: Table, key: Column[Any], names: tuple[str, ...], rows: list[Any]
    ) -> int:
        """A value that was changed meanwhile is new, and left as it is."""
        for number, name in enumerate(names, start=1):
            column = table.c[name]
            changes = [
                {"its_key": row[0], "old": row[number], "new": fresh}
                for row in rows
                if row[number] and (fresh := self._cipher.reencrypted(row[number]))
            ]
            same = (key == bindparam("its_key")) & (column == bindparam("old"))
            if changes:
                with self._writing() as connection:
                    statement = update(table).where(same)
                    connection.execute(
                        statement.values({name: bindparam("new")}), changes
                    )
        return len(rows)
