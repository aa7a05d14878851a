"""The rights of a phone: its open enrolments and its reminders."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, exists, or_, update

from gateway.db.models.subscribers import bindings, subscriptions
from gateway.domain.participants import KPJ
from gateway.security.cipher import Cipher

RIGHTS = (bindings, subscriptions)


def key_columns(cipher: Cipher, kpj: KPJ, msisdn: str) -> dict[str, Any]:
    """The columns that say which phone has a right about which member."""
    return {
        "kpj_index": cipher.index(kpj.digits),
        "kpj_sealed": cipher.encrypt(kpj.digits),
        "msisdn_index": cipher.index(msisdn),
        "msisdn_sealed": cipher.encrypt(msisdn),
    }


def are_held_by(phone: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Whether a phone, given by its keyed hash, has any right."""
    return or_(
        *(
            exists().where(table.c.msisdn_index == phone, table.c.ended_at.is_(None))
            for table in RIGHTS
        )
    )


def end_rights(connection: Connection, phone: bytes, why: str, now: datetime) -> int:
    """End every enrolment and reminder of a phone; how many."""
    return sum(
        end(connection, table, table.c.msisdn_index == phone, why, now)
        for table in RIGHTS
    )


def end(
    connection: Connection,
    table: Table,
    which: ColumnElement[bool],
    why: str,
    now: datetime,
) -> int:
    """End those of these rights that have not ended; how many."""
    values = {"ended_at": now, "end_reason": why}
    statement = update(table).where(which, table.c.ended_at.is_(None)).values(values)
    return connection.execute(statement).rowcount
