"""The rights of a phone: its open enrolments and its reminders."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, or_, update

from gateway.db.models.subscribers import bindings, subscriptions

RIGHTS = (bindings, subscriptions)


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
    ended = 0
    for table in RIGHTS:
        theirs = (table.c.msisdn_index == phone) & table.c.ended_at.is_(None)
        values = {"ended_at": now, "end_reason": why}
        done = connection.execute(update(table).where(theirs).values(values))
        ended += done.rowcount
    return ended
