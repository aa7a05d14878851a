"""Queue further replies to settled messages, chosen by an operator."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select

from gateway.db.audit_log import record
from gateway.db.core.store import Store
from gateway.db.messages.complaints import close_complaint
from gateway.db.messages.outbound_rows import later_reply_row
from gateway.db.models.messages import inbound, outbound
from gateway.db.models.subscribers import opt_outs
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import Reply, SenderKind
from gateway.domain.participants import KPJ
from gateway.domain.statuses import UNSETTLED, InboundStatus


@dataclass(frozen=True)
class SettledMessage:
    """The stored facts of a settled message that a further reply needs."""

    id: int
    phone: str = field(repr=False)
    sender_kind: SenderKind
    status: InboundStatus
    keyword: str | None
    is_about_member: bool
    kpj: KPJ | None
    language: str | None
    has_opted_out: bool
    is_being_answered: bool


class ManualReplyStore(Store):
    """Reads settled messages and queues further replies to them."""

    def read(self, message_id: int) -> SettledMessage | None:
        """A settled or waiting message; None if no message has this id."""
        with self._reading() as connection:
            return self._read(connection, message_id)

    def add(
        self,
        message: SettledMessage,
        reply: Reply,
        expires_at: datetime,
        entry: AuditEntry,
        action: str,
    ) -> bool:
        """Queue a reply; False if another reply is under way by now."""
        with self._writing() as connection:
            row = connection.execute(_message(message.id).with_for_update()).one()
            if connection.scalar(select(_is_under_way(message.id))):
                return False
            record(connection, entry, action, f"SMS {message.id}")
            values = later_reply_row(
                self._cipher, row, message.phone, reply, entry.at, expires_at
            )
            way_back = {"way_back": row.way_back}
            connection.execute(insert(outbound).values(values | way_back))
            close_complaint(connection, message.id, entry)
        return True

    def _read(self, connection: Connection, message_id: int) -> SettledMessage | None:
        row = connection.execute(_message(message_id)).one_or_none()
        if row is None:
            return None
        latest = (
            select(outbound.c.language)
            .where(outbound.c.in_reply_to == message_id)
            .order_by(outbound.c.id)
            .limit(1)
        )
        return SettledMessage(
            row.id,
            self._cipher.decrypt(row.sender_sealed),
            SenderKind(row.sender_kind),
            InboundStatus(row.status),
            row.keyword,
            row.kpj_index is not None,
            KPJ(self._cipher.decrypt(row.kpj_sealed)) if row.kpj_sealed else None,
            connection.scalar(latest),
            connection.scalar(select(_has_opted_out(row))) or False,
            connection.scalar(select(_is_under_way(message_id))) or False,
        )


def _message(message_id: int) -> Any:
    return select(inbound).where(inbound.c.id == message_id)


def _has_opted_out(row: Row[Any]) -> Any:
    return exists().where(opt_outs.c.msisdn_index == row.sender_index)


def _is_under_way(message_id: int) -> Any:
    columns = outbound.c
    return exists().where(
        columns.in_reply_to == message_id, columns.status.in_(UNSETTLED)
    )
