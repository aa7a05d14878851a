"""The inbound half of the message log: stored once, claimed, settled."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from gateway.access import Decision
from gateway.db.models import inbound, opt_outs, outbound
from gateway.db.storage import Storage
from gateway.messages import (
    Consent,
    InboundMessage,
    InboundStatus,
    OutboundStatus,
    Reply,
    SenderKind,
    WaitingMessage,
)
from gateway.participants import KPJ
from gateway.privacy import redact


@dataclass(frozen=True)
class Settlement:
    """What a worker decided about a waiting message; `reply` is queued with it."""

    waiting: WaitingMessage
    status: InboundStatus
    reason: str | None = None
    keyword: str | None = None
    kpj: KPJ | None = None
    decision: Decision | None = None
    reply: Reply | None = None
    consent: Consent | None = None


class Inbox(Storage):
    """Messages from members and their wish to hear from us."""

    def add(self, message: InboundMessage) -> int | None:
        """Store a message once; None when its provider id is stored already."""
        values = {
            "channel": message.channel,
            "provider_id": message.provider_id,
            "received_at": message.received_at,
            "sender_sealed": self._vault.seal(message.sender),
            "sender_index": self._vault.index(message.sender),
            "sender_kind": message.sender_kind,
            "recipient": message.recipient,
            "text_sealed": self._vault.seal(message.text),
            "media_count": message.media_count,
            "answered_by_carrier": message.answered_by_carrier,
            "consent": message.consent,
            "status": InboundStatus.RECEIVED,
            "attempts": 0,
            "next_attempt_at": message.received_at,
        }
        statement = self._insert(inbound).values(values).on_conflict_do_nothing()
        with self._writing() as connection:
            new_id: int | None = connection.scalar(statement.returning(inbound.c.id))
        return new_id

    def claim(
        self, limit: int, now: datetime, lease: timedelta
    ) -> list[WaitingMessage]:
        """Take messages to answer; they come back when the lease runs out."""
        waits = inbound.c.status == InboundStatus.RECEIVED
        due = waits & (inbound.c.next_attempt_at <= now)
        values = {"attempts": inbound.c.attempts + 1, "next_attempt_at": now + lease}
        return [self._opened(row) for row in self._claim(inbound, due, limit, values)]

    def opted_out(self, msisdns: Collection[str]) -> set[str]:
        """Those of these phones that want no SMS from us."""
        by_index = {self._vault.index(msisdn): msisdn for msisdn in msisdns}
        column = opt_outs.c.msisdn_index
        with self._reading() as connection:
            found = connection.scalars(select(column).where(column.in_(by_index)))
            return {by_index[index] for index in found}

    def settle(
        self, settlements: Sequence[Settlement], now: datetime, expires_at: datetime
    ) -> int:
        """Close messages and queue their replies, together; the number of replies.

        A message that somebody else has settled meanwhile is left as it is.
        """
        with self._writing() as connection:
            waiting = _still_waiting(connection, settlements)
            mine = [it for it in settlements if it.waiting.id in waiting]
            for settlement in mine:
                self._close(connection, settlement, now)
            replies = [
                self._queued(settlement, reply, now, expires_at)
                for settlement in mine
                if (reply := settlement.reply)
            ]
            if replies:
                connection.execute(insert(outbound), replies)
        return len(replies)

    def postpone(self, waiting: WaitingMessage, until: datetime, reason: str) -> None:
        """Give a message back, to be answered later."""
        self._change(waiting, {"next_attempt_at": until, "reason": reason})

    def set_aside(self, waiting: WaitingMessage, now: datetime, reason: str) -> None:
        """Give up on a message: it becomes a dead letter for an operator."""
        self._change(
            waiting,
            {"status": InboundStatus.FAILED, "settled_at": now, "reason": reason},
        )

    def _opened(self, row: Row[Any]) -> WaitingMessage:
        message = InboundMessage(
            channel=row.channel,
            provider_id=row.provider_id,
            sender=self._vault.unseal(row.sender_sealed),
            sender_kind=SenderKind(row.sender_kind),
            recipient=row.recipient,
            text=self._vault.unseal(row.text_sealed),
            received_at=row.received_at,
            media_count=row.media_count,
            answered_by_carrier=row.answered_by_carrier,
            consent=Consent(row.consent) if row.consent else None,
        )
        return WaitingMessage(row.id, row.attempts, message)

    def _close(
        self, connection: Connection, settlement: Settlement, now: datetime
    ) -> None:
        kpj, message = settlement.kpj, settlement.waiting.inbound
        values = {
            "status": settlement.status,
            "settled_at": now,
            "reason": settlement.reason,
            "keyword": settlement.keyword,
            "kpj_index": self._vault.index(kpj.digits) if kpj else None,
            "decision": settlement.decision,
            "text_sealed": None,
            "text_redacted": redact(message.text.replace("\0", "")),
        }
        connection.execute(
            update(inbound).where(inbound.c.id == settlement.waiting.id).values(values)
        )
        if settlement.consent is not None:
            self._set_consent(connection, message.sender, settlement.consent, now)

    def _set_consent(
        self, connection: Connection, msisdn: str, consent: Consent, now: datetime
    ) -> None:
        index = self._vault.index(msisdn)
        if consent is Consent.GIVEN:
            mine = opt_outs.c.msisdn_index == index
            connection.execute(delete(opt_outs).where(mine))
        else:
            values = {"msisdn_index": index, "since": now}
            statement = self._insert(opt_outs).values(values)
            connection.execute(statement.on_conflict_do_nothing())

    def _queued(
        self, settlement: Settlement, reply: Reply, now: datetime, expires_at: datetime
    ) -> dict[str, Any]:
        message = settlement.waiting.inbound
        return {
            "in_reply_to": settlement.waiting.id,
            "channel": message.channel,
            "sender": message.recipient,
            "recipient_sealed": self._vault.seal(message.sender),
            "template": reply.template,
            "language": reply.language,
            "segments": reply.segments,
            "text_sealed": self._vault.seal(reply.text),
            "text_redacted": redact(reply.text),
            "status": OutboundStatus.QUEUED,
            "attempts": 0,
            "next_attempt_at": now,
            "asked_at": message.received_at,
            "created_at": now,
            "expires_at": expires_at,
        }

    def _change(self, waiting: WaitingMessage, values: dict[str, Any]) -> None:
        still = inbound.c.status == InboundStatus.RECEIVED
        with self._writing() as connection:
            connection.execute(
                update(inbound).where(inbound.c.id == waiting.id, still).values(values)
            )


def _still_waiting(
    connection: Connection, settlements: Iterable[Settlement]
) -> set[int]:
    """Lock the messages that nobody else has settled meanwhile."""
    ids = [settlement.waiting.id for settlement in settlements]
    query = (
        select(inbound.c.id)
        .where(inbound.c.id.in_(ids))
        .where(inbound.c.status == InboundStatus.RECEIVED)
        .with_for_update()
    )
    return set(connection.scalars(query))
