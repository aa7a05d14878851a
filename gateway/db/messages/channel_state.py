"""The pauses of channels, as the console and the command line see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from gateway.db.audit_log import record
from gateway.db.core.store import Store
from gateway.db.core.upsert import upsert
from gateway.db.messages.outbox import FOR_EVER, MAKE_UP, is_paused
from gateway.db.models.operations import channels
from gateway.domain.audit import AuditEntry

BY_OPERATOR = "operator"


@dataclass(frozen=True)
class SendingState:
    """The pause of a channel; `pause_code` is the carrier's, or BY_OPERATOR."""

    name: str
    paused_until: datetime | None
    pause_code: str | None

    def is_paused(self, now: datetime) -> bool:
        """Whether sending is paused now."""
        return is_paused(self.paused_until, now)

    @property
    def is_paused_by_operator(self) -> bool:
        """Whether only an operator ends the pause."""
        return self.paused_until == FOR_EVER


class Channels(Store):
    """Reads and changes the pauses of channels."""

    def states(self) -> Sequence[SendingState]:
        """Every channel that has been used."""
        columns = channels.c
        query = select(columns.name, columns.paused_until, columns.pause_code)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(columns.name))
            return [SendingState(*row) for row in rows]

    def pause(self, name: str, entry: AuditEntry) -> None:
        """Pause sending until an operator resumes it."""
        new = {"name": name, "used_until": entry.at - MAKE_UP}
        pause = {"paused_until": FOR_EVER, "pause_code": BY_OPERATOR}
        with self._writing() as connection:
            upsert(connection, channels, new, pause)
            record(connection, entry, "pause sending", name)

    def resume(self, name: str, entry: AuditEntry) -> bool:
        """Resume sending, whoever paused it; False if it was not paused."""
        is_paused_now = channels.c.paused_until > entry.at
        with self._writing() as connection:
            changed = connection.execute(
                update(channels)
                .where(channels.c.name == name, is_paused_now)
                .values(paused_until=None, pause_code=None)
            )
            if changed.rowcount:
                record(connection, entry, "resume sending", name)
        return changed.rowcount == 1
