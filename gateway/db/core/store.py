"""The base of all stores: transactions, upserts and the columns of a reply."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Table,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.db.core.engine import translated_errors
from gateway.db.models.messages import inbound
from gateway.db.statistics import counts
from gateway.domain.messages import Reply
from gateway.security.cipher import Cipher

# The columns of an SMS that a later reply to it needs.
ROUTE_COLUMNS: tuple[Any, ...] = (
    *(inbound.c.id, inbound.c.channel, inbound.c.recipient),
)
# Builds an insert with ON CONFLICT.
Upsert = Callable[[Table], postgresql.Insert | sqlite.Insert]


class Store:
    """Access to one database, and the cipher that encrypts personal data in it."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._cipher = cipher

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that writes its counts last. Raises DatabaseUnavailable."""
        with (
            translated_errors(),
            self._engine.begin() as connection,
            counts.written_last(connection),
        ):
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A read-only connection that no writer blocks. Raises DatabaseUnavailable."""
        with translated_errors(), self._engine.connect() as connection:
            yield connection.execution_options(read_only=True)

    def _insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An insert with ON CONFLICT, whose syntax both databases share."""
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def _later_reply_row(
        self,
        message: Row[Any],
        phone: str,
        reply: Reply,
        now: datetime,
        expires_at: datetime,
    ) -> dict[str, Any]:
        """The row of a later reply, on the channel and number that the SMS came by.

        `message` has the `ROUTE_COLUMNS` of the SMS.
        """
        return {
            "in_reply_to": message.id,
            "channel": message.channel,
            "sender": message.recipient,
            "asked_at": now,
            **self._text_columns(phone, reply, now, expires_at),
        }

    def _text_columns(
        self, phone: str, reply: Reply, now: datetime, expires_at: datetime
    ) -> dict[str, Any]:
        """The recipient, text and times of a reply that is queued now."""
        return {
            "recipient_sealed": self._cipher.encrypt(phone),
            "recipient_index": self._cipher.index(phone),
            "template": reply.template,
            "language": reply.language,
            "segments": reply.segments,
            "text_sealed": self._cipher.encrypt(reply.text),
            "text_redacted": reply.redacted,
            "next_attempt_at": now,
            "created_at": now,
            "expires_at": expires_at,
        }
