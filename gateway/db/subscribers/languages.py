"""The language that a phone has asked for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.db.core.bulk import among
from gateway.db.core.store import Store
from gateway.db.core.upsert import upsert
from gateway.db.models.subscribers import phone_languages


class Languages(Store):
    """Languages chosen with BAHASA, as two letters."""

    def of_phones(self, msisdns: Collection[str]) -> dict[str, str]:
        """The languages of the phones that have chosen. Raises DatabaseUnavailable."""
        by_index = {self._cipher.index(msisdn): msisdn for msisdn in msisdns}
        columns = phone_languages.c
        query = select(columns.msisdn_index, columns.language).where(
            among(self._engine, columns.msisdn_index, by_index)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return {by_index[row.msisdn_index]: row.language for row in rows}

    def choose(
        self, connection: Connection, msisdn: str, language: str, now: datetime
    ) -> None:
        """Store a choice in the transaction that answers the SMS."""
        chosen = {"language": language, "since": now}
        phone = {"msisdn_index": self._cipher.index(msisdn)}
        upsert(connection, phone_languages, phone, chosen)
