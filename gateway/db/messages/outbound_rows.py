"""Rows of replies: new and overdue ones, their decryption, and their attempts."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, select

from gateway.db.core.bulk import BulkInserts
from gateway.db.core.claims import MOST, NOW
from gateway.db.models.messages import attempts, inbound, outbound
from gateway.domain.messages import OutboundMessage, Reply, SendOutcome
from gateway.security.cipher import CannotDecrypt, Cipher

log = logging.getLogger(__name__)

# The columns of an OutboundMessage.
MESSAGE_COLUMNS = [
    *(outbound.c.id, outbound.c.channel, outbound.c.sender, outbound.c.attempts),
    *(outbound.c.recipient_sealed, outbound.c.text_sealed, outbound.c.questions),
    *(outbound.c.asked_at, outbound.c.created_at, outbound.c.expires_at),
    outbound.c.way_back,
]
# The columns of an SMS that a later reply to it needs.
ROUTE_COLUMNS: tuple[Column[Any], ...] = (
    *(inbound.c.id, inbound.c.channel, inbound.c.recipient),
)
_ATTEMPTS = BulkInserts(attempts)


def later_reply_row(
    cipher: Cipher,
    sms: Row[Any],
    phone: str,
    reply: Reply,
    now: datetime,
    expires_at: datetime,
) -> dict[str, Any]:
    """The row of a later reply, on the channel and number that the SMS came by.

    `sms` has the `ROUTE_COLUMNS`.
    """
    return {
        "in_reply_to": sms.id,
        "channel": sms.channel,
        "sender": sms.recipient,
        "asked_at": now,
        **text_columns(cipher, phone, reply, now, expires_at),
    }


def text_columns(
    cipher: Cipher, phone: str, reply: Reply, now: datetime, expires_at: datetime
) -> dict[str, Any]:
    """The recipient, text and times of a reply that is queued now."""
    return {
        "recipient_sealed": cipher.encrypt(phone),
        "recipient_index": cipher.index(phone),
        "template": reply.template,
        "language": reply.language,
        "segments": reply.segments,
        "text_sealed": cipher.encrypt(reply.text),
        "text_redacted": reply.redacted,
        "next_attempt_at": now,
        "created_at": now,
        "expires_at": expires_at,
    }


def overdue(which: ColumnElement[bool], due_at: Column[datetime]) -> Select[int]:
    """A query that locks overdue replies, oldest first; `due_at` needs an index."""
    return (
        select(outbound.c.id)
        .where(which, due_at <= NOW)
        .order_by(due_at)
        .limit(MOST)
        .with_for_update(skip_locked=True, key_share=True)
    )


def decrypt_messages(
    rows: Iterable[Row[Any]], cipher: Cipher
) -> Iterator[OutboundMessage]:
    """Decrypt replies; one that cannot be decrypted is skipped until it expires."""
    for row in rows:
        try:
            recipient = cipher.decrypt(row.recipient_sealed)
            text = cipher.decrypt(row.text_sealed)
        except CannotDecrypt:
            log.exception("reply cannot be decrypted", extra={"reply_id": row.id})
            continue
        yield OutboundMessage(
            id=row.id,
            channel=row.channel,
            sender=row.sender,
            recipient=recipient,
            text=text,
            attempt=row.attempts,
            questions=row.questions,
            asked_at=row.asked_at,
            created_at=row.created_at,
            expires_at=row.expires_at,
            reply_context=row.way_back,
        )


def record_attempts(
    connection: Connection, outcomes: Iterable[SendOutcome], now: datetime
) -> None:
    """Record how each attempt ended; the reply's own row has the last error only."""
    rows = [
        {
            "outbound_id": outcome.message_id,
            "attempt": outcome.attempt,
            "at": now,
            "status": outcome.status,
            "error_code": outcome.error_code,
        }
        for outcome in outcomes
    ]
    _ATTEMPTS.execute(connection, rows)
