"""Sessions of the console: the browser holds a token, the database its keyed hash."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from gateway.db.audit_log import record
from gateway.db.console.operators import operator_of
from gateway.db.core.store import Store
from gateway.db.models.console import failed_logins, operators, sessions
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import (
    IDLE_LIFETIME,
    SESSION_LIFETIME,
    THROTTLE_TIME,
    Operator,
)

# How often the use of a session is recorded.
USED_AGAIN = timedelta(minutes=1)


class Sessions(Store):
    """Begins, finds and ends sessions, which also end when unused or old."""

    def begin(self, operator: Operator, now: datetime) -> str:
        """Begin a session and return its token."""
        token = secrets.token_urlsafe(32)
        with self._writing() as connection:
            entry = AuditEntry(now, operator.name)
            record(connection, entry, "log in", operator.name)
            self._drop_old(connection, now)
            connection.execute(
                insert(sessions).values(
                    token_index=self._cipher.index(token),
                    operator_id=operator.id,
                    began_at=now,
                    seen_at=now,
                )
            )
        return token

    def find(self, token: str, now: datetime) -> Operator | None:
        """The operator of a live session; records that the session is in use."""
        columns = sessions.c
        alive = (
            (columns.token_index == self._cipher.index(token))
            & (columns.seen_at > now - IDLE_LIFETIME)
            & (columns.began_at > now - SESSION_LIFETIME)
        )
        query = (
            select(operators, columns.seen_at)
            .join(sessions, columns.operator_id == operators.c.id)
            .where(alive, operators.c.disabled_at.is_(None))
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        # Not for every request of a page: the time of use need not be exact.
        if now - row.seen_at > USED_AGAIN:
            self._touch(token, now)
        return operator_of(row)

    def end(self, token: str) -> None:
        """End the session of this token."""
        this = sessions.c.token_index == self._cipher.index(token)
        with self._writing() as connection:
            connection.execute(delete(sessions).where(this))

    def _touch(self, token: str, now: datetime) -> None:
        this = sessions.c.token_index == self._cipher.index(token)
        with self._writing() as connection:
            connection.execute(update(sessions).where(this).values(seen_at=now))

    def _drop_old(self, connection: Connection, now: datetime) -> None:
        """Delete sessions that have ended and failed logins that no longer count."""
        old = sessions.c.began_at < now - SESSION_LIFETIME
        connection.execute(delete(sessions).where(old))
        past = failed_logins.c.at < now - THROTTLE_TIME
        connection.execute(delete(failed_logins).where(past))
