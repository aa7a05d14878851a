"""What a phone holds: the enrolments that are open to it, and its reminders."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, or_, update

from gateway.db.models.subscribers import bindings, subscriptions

RIGHTS = (bindings, subscriptions)


def are_held_by(phone: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Whether anything is live for this keyed hash of a phone number."""
    return or_(
        *(
            exists().where(it.c.msisdn_index == phone, it.c.ended_at.is_(None))
            for it in RIGHTS
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
