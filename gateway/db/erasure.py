"""Seal anew with the newest key, and forget a person who asks for it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, bindparam, delete, select, update

from gateway.db.access_log import Deed
from gateway.db.models import (
    bindings,
    enrolments,
    inbound,
    outbound,
    participant_phones,
    participants,
    phone_days,
)
from gateway.db.storage import Storage
from gateway.privacy import mask

ROWS_A_BATCH = 500
# Every column that is sealed, with its table.
SEALED: dict[Table, tuple[str, ...]] = {
    inbound: ("sender_sealed", "text_sealed", "fault_sealed"),
    outbound: ("recipient_sealed", "text_sealed"),
    participants: ("record_sealed",),
    enrolments: ("kpj_sealed", "msisdn_sealed"),
    bindings: ("kpj_sealed",),
}


class Resealing(Storage):
    """Brings what older keys sealed under the first key, in small batches."""

    def reseal(self) -> Iterator[int]:
        """Go through all tables; yields the rows of each batch. Can be repeated.

        Whatever is written meanwhile is sealed with the first key already.
        """
        for table, names in SEALED.items():
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
                if row[number] and (fresh := self._vault.resealed(row[number]))
            ]
            same = (key == bindparam("its_key")) & (column == bindparam("old"))
            if changes:
                with self._writing() as connection:
                    statement = update(table).where(same)
                    connection.execute(
                        statement.values({name: bindparam("new")}), changes
                    )
        return len(rows)


class Erasure(Storage):
    """Forgets what is known of a phone, for the person it belongs to."""

    def forget_phone(self, msisdn: str, deed: Deed) -> int:
        """Erase its texts and numbers; how many messages. The opt-out stays.

        What is counted and decided stays too, without any way back to the person.
        """
        index = self._vault.index(msisdn)
        nobody = {"index": self._vault.index(""), "sealed": self._vault.seal("")}
        texts = {"text_sealed": None, "text_redacted": None}
        with self._writing() as connection:
            came = connection.execute(
                update(inbound)
                .where(inbound.c.sender_index == index)
                .values(
                    sender_sealed=nobody["sealed"],
                    sender_index=nobody["index"],
                    fault_sealed=None,
                    kpj_index=None,
                    **texts,
                )
            )
            went = connection.execute(
                update(outbound)
                .where(outbound.c.recipient_index == index)
                .values(
                    recipient_sealed=nobody["sealed"],
                    recipient_index=nobody["index"],
                    **texts,
                )
            )
            for table in (enrolments, bindings, phone_days, participant_phones):
                connection.execute(delete(table).where(table.c.msisdn_index == index))
            deed.record(connection, "erase phone", mask(msisdn))
        return came.rowcount + went.rowcount

    def forget_member(self, kpj_digits: str, deed: Deed) -> bool:
        """Erase a member's record and everything that leads to it; False if none."""
        index = self._vault.index(kpj_digits)
        with self._writing() as connection:
            connection.execute(
                update(inbound)
                .where(inbound.c.kpj_index == index)
                .values(kpj_index=None, text_redacted=None)
            )
            for table in (enrolments, bindings, participant_phones):
                connection.execute(delete(table).where(table.c.kpj_index == index))
            gone = connection.execute(
                delete(participants).where(participants.c.kpj_index == index)
            )
            deed.record(connection, "erase member", mask(kpj_digits))
        return gone.rowcount == 1
