"""Purge rows past retention, a few in each transaction.

A purge waits for no lock: a row that another transaction has locked stays until the
next night. Other transactions wait for one batch at most. A killed purge loses nothing
of its work.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Row,
    Select,
    Table,
    bindparam,
    func,
    select,
    tuple_,
)

from gateway.db.core.store import Store
from gateway.db.models.limits import alarms, counters, phone_days
from gateway.db.models.messages import (
    HAS_NO_REPLY,
    TEXT_COLUMNS,
    complaints,
    inbound,
    outbound,
    receipts,
)
from gateway.db.models.statistics import quarter_counts
from gateway.db.models.subscribers import (
    bindings,
    reminders,
    subscriptions,
    unreachable_phones,
)
from gateway.db.retention import deletion, watermarks
from gateway.db.statistics.counts import quarter_of
from gateway.domain.calendar import day_of
from gateway.security.cipher import Cipher

# Short, because SQLite has one writer at a time.
BATCH = 500
# After each batch pause this many times as long as the batch took.
RESTS = 3
# Texts are dropped in this many rounds through all messages. When a round comes to a
# page, PostgreSQL has freed what the round before dropped there, so that the updated
# row stays in its page and no index has to change (heap-only tuples,
# postgresql.org/docs/current/storage-hot.html).
ROUNDS = 8

# The tables with texts, and the column with a text's age.
_TEXTS = ((inbound, inbound.c.received_at), (outbound, outbound.c.created_at))


@dataclass(frozen=True)
class Expired:
    """Rows past retention, in the order of these columns, the primary key last."""

    table: Table
    where: ColumnElement[bool]
    order: tuple[Column[Any], ...]

    @classmethod
    def of(
        cls, table: Table, where: ColumnElement[bool], *first: Column[Any]
    ) -> "Expired":
        """Rows in the order of `first`, then of the primary key."""
        return cls(table, where, (*first, *table.primary_key.columns))


class Purge(Store):
    """Deletes texts, messages and counts, the oldest first."""

    def __init__(
        self,
        engine: Engine,
        cipher: Cipher,
        batch: int = BATCH,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(engine, cipher)
        self._batch = batch
        self._rest = rest

    def purge(self, texts_before: datetime, messages_before: datetime) -> int:
        """Delete texts, then whole messages, and return how many rows.

        Raises DatabaseUnavailable; what was deleted until then stays deleted.
        """
        dropped = self._drop_texts(texts_before)
        self._drop_subscriptions(messages_before)
        dropped += self._drop_messages(messages_before)
        return dropped + self._drop_counts(messages_before)

    def _drop_texts(self, before: datetime) -> int:
        has_text = complaints.c.text_sealed.is_not(None)
        is_old = (complaints.c.opened_at < before) & has_text
        old = Expired.of(complaints, is_old, complaints.c.opened_at)
        dropped = self._in_batches(old, deletion.blank(complaints, ["text_sealed"]))
        return dropped + sum(
            self._drop_texts_of(table, at, before) for table, at in _TEXTS
        )

    def _drop_texts_of(
        self, table: Table, at: Column[datetime], before: datetime
    ) -> int:
        with self._reading() as connection:
            since = watermarks.read(connection, table)
        has_text = table.c.text_redacted.is_not(None) | table.c.text_sealed.is_not(None)
        old = (at >= since) & (at < before) & has_text
        blank = deletion.blank(table, TEXT_COLUMNS[table.name])
        rounds = (old & (table.c.id % ROUNDS == number) for number in range(ROUNDS))
        dropped = sum(
            self._in_batches(Expired.of(table, where, at), blank) for where in rounds
        )
        with self._writing() as connection:
            watermarks.lock(connection, table)
            # Rows that were locked keep their texts until the next night.
            left = connection.scalar(select(func.min(at)).where(old))
            watermarks.advance(connection, table, left or before)
        return dropped

    def move_watermark_back(self, at: datetime) -> None:
        """Make the next purge start at this time, because an SMS of it came late."""
        with self._writing() as connection:
            watermarks.move_back(connection, inbound, at)

    def _drop_subscriptions(self, before: datetime) -> None:
        self._in_batches(
            Expired.of(reminders, reminders.c.at < before),
            deletion.delete_rows(reminders),
        )
        over = subscriptions.c.ended_at < before
        self._in_batches(Expired.of(subscriptions, over), deletion.delete_subscriptions)

    def _drop_messages(self, before: datetime) -> int:
        """Delete SMS with their replies, then older replies to younger SMS."""
        at = inbound.c.received_at
        dropped = self._in_batches(
            Expired.of(inbound, at < before, at), deletion.delete_messages
        )
        at = outbound.c.created_at
        self._in_batches(Expired.of(outbound, at < before, at), deletion.delete_replies)
        # Receipts whose reply was never found.
        stray = HAS_NO_REPLY & receipts.c.due_at.is_(None) & (receipts.c.at < before)
        self._in_batches(Expired.of(receipts, stray), deletion.delete_rows(receipts))
        return dropped

    def _drop_counts(self, before: datetime) -> int:
        """Delete daily counts, which are personal data too, and ended bindings."""
        over = (bindings.c.expires_at < before) | (bindings.c.ended_at < before)
        day = day_of(before)
        by_day = (phone_days, counters, alarms, unreachable_phones)
        old = [Expired.of(table, table.c.day < day) for table in by_day]
        counted = quarter_counts.c.quarter < quarter_of(before)
        self._in_batches(
            Expired.of(quarter_counts, counted), deletion.delete_rows(quarter_counts)
        )
        return sum(
            self._in_batches(expired, deletion.delete_rows(expired.table))
            for expired in (*old, Expired.of(bindings, over))
        )

    def _in_batches(self, old: Expired, act: deletion.Action) -> int:
        """Apply an action to all these rows in batches and return the sum of results.

        Pauses between batches, so that other transactions can write.
        """
        last: Row[Any] | None = None
        done = 0
        while True:
            began = time.monotonic()
            with self._writing() as connection:
                rows = connection.execute(_next_batch(old, last, self._batch)).all()
                done += act(connection, rows) if rows else 0
            if len(rows) < self._batch:
                return done
            last = rows[-1]
            self._rest(RESTS * (time.monotonic() - began))


def _next_batch(old: Expired, last: Row[Any] | None, batch: int) -> Select[Any]:
    """Lock the next rows; skip those that another transaction has locked."""
    query = select(*old.order).where(old.where).order_by(*old.order).limit(batch)
    if last is not None:
        pairs = zip(old.order, last, strict=True)
        seen = [bindparam(None, value, column.type) for column, value in pairs]
        query = query.where(tuple_(*old.order) > tuple_(*seen))
    return query.with_for_update(skip_locked=True)
