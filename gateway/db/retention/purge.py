"""What is past retention leaves, a few rows in each transaction.

A purge waits for nobody: a row that somebody holds stays until the next night. Nobody
waits for it longer than for one batch, and what a killed one has done is done.
"""

import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    select,
    tuple_,
    update,
)

from gateway.db.core.bulk import among
from gateway.db.core.store import Store
from gateway.db.models.limits import alarms, counters, phone_days
from gateway.db.models.messages import (
    HAS_NO_REPLY,
    TEXT_COLUMNS,
    attempts,
    cases,
    inbound,
    outbound,
    receipts,
)
from gateway.db.models.statistics import quarter_counts
from gateway.db.models.subscribers import (
    bindings,
    enrolments,
    reminders,
    subscriptions,
    unreachable_phones,
)
from gateway.db.retention import watermarks
from gateway.db.statistics.counts import quarter_of
from gateway.domain.calendar import day_of
from gateway.security.cipher import Cipher

# SQLite has one writer at a time; a batch is over before anybody notices.
BATCH = 500
# After a batch it rests so many times as long as the batch took.
RESTS = 3
# Texts go in so many rounds, each through all of them: when a round comes to a page on
# disk, PostgreSQL has made room there of what the round before has dropped, and what
# stays of a message moves within its page, where no index has to follow it (heap-only
# tuples, postgresql.org/docs/current/storage-hot.html).
ROUNDS = 8

# What hangs on rows and goes with them.
_ON_SUBSCRIPTIONS = (reminders.c.subscription_id,)
_ON_MESSAGES = (enrolments.c.inbound_id, cases.c.inbound_id)
_ON_REPLIES = (attempts.c.outbound_id, receipts.c.outbound_id)
_REMINDED = reminders.c.outbound_id

# Where texts are, and since when.
_TEXTS = ((inbound, inbound.c.received_at), (outbound, outbound.c.created_at))

Act = Callable[[Connection, Sequence[Row[Any]]], int]


@dataclass(frozen=True)
class Old:
    """Rows to be dealt with, in the order of these columns, the key's last of all."""

    table: Table
    where: ColumnElement[bool]
    order: tuple[Column[Any], ...]

    @classmethod
    def of(cls, table: Table, where: ColumnElement[bool], *first: Column[Any]) -> "Old":
        """Rows in the order of some columns, then of their key."""
        return cls(table, where, (*first, *table.primary_key.columns))


class Purge(Store):
    """Drops texts, messages and counts, the oldest first."""

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
        """Drop texts, then whole messages, that are past retention; how many rows.

        Raises DatabaseUnavailable; what was dropped until then stays dropped.
        """
        dropped = self._drop_texts(texts_before)
        self._drop_subscriptions(messages_before)
        dropped += self._drop_messages(messages_before)
        return dropped + self._drop_counts(messages_before)

    def _drop_texts(self, before: datetime) -> int:
        complaints = (cases.c.opened_at < before) & cases.c.text_sealed.is_not(None)
        old = Old.of(cases, complaints, cases.c.opened_at)
        dropped = self._through(old, _blank(cases, ["text_sealed"]))
        return dropped + sum(
            self._drop_texts_of(table, at, before) for table, at in _TEXTS
        )

    def _drop_texts_of(
        self, table: Table, at: Column[datetime], before: datetime
    ) -> int:
        with self._reading() as connection:
            since = watermarks.begin(connection, table)
        has_text = table.c.text_redacted.is_not(None) | table.c.text_sealed.is_not(None)
        old = (at >= since) & (at < before) & has_text
        blank = _blank(table, TEXT_COLUMNS[table.name])
        rounds = (old & (table.c.id % ROUNDS == number) for number in range(ROUNDS))
        dropped = sum(self._through(Old.of(table, it, at), blank) for it in rounds)
        with self._writing() as connection:
            watermarks.hold(connection, table)
            # What somebody else held is left for the next night.
            left = connection.scalar(select(func.min(at)).where(old))
            watermarks.move(connection, self._insert, table, left or before)
        return dropped

    def look_again(self, at: datetime) -> None:
        """An SMS of that time has been stored late: its text has to go, too."""
        with self._writing() as connection:
            watermarks.move_back(connection, inbound, at)

    def _drop_subscriptions(self, before: datetime) -> None:
        self._through(Old.of(reminders, reminders.c.at < before), _delete(reminders))
        over = subscriptions.c.ended_at < before
        self._through(Old.of(subscriptions, over), _delete_subscriptions)

    def _drop_messages(self, before: datetime) -> int:
        """A reply is as old as its SMS, or younger and goes by its own age."""
        at = inbound.c.received_at
        dropped = self._through(Old.of(inbound, at < before, at), _delete_messages)
        at = outbound.c.created_at
        self._through(Old.of(outbound, at < before, at), _delete_replies)
        # Nobody looks for their replies any more.
        stray = HAS_NO_REPLY & receipts.c.due_at.is_(None) & (receipts.c.at < before)
        self._through(Old.of(receipts, stray), _delete(receipts))
        return dropped

    def _drop_counts(self, before: datetime) -> int:
        """What a phone has had on a day says something about a person too."""
        over = (bindings.c.expires_at < before) | (bindings.c.ended_at < before)
        day = day_of(before)
        by_day = (phone_days, counters, alarms, unreachable_phones)
        old = [Old.of(it, it.c.day < day) for it in by_day]
        counted = quarter_counts.c.quarter < quarter_of(before)
        self._through(Old.of(quarter_counts, counted), _delete(quarter_counts))
        return sum(
            self._through(it, _delete(it.table))
            for it in (*old, Old.of(bindings, over))
        )

    def _through(self, old: Old, act: Act) -> int:
        """Do something to all old rows; the sum of what it says.

        Most of the time belongs to others: SQLite lets whoever asks first write next.
        """
        last: Row[Any] | None = None
        done = 0
        while True:
            began = time.monotonic()
            with self._writing() as connection:
                rows = connection.execute(_next(old, last, self._batch)).all()
                done += act(connection, rows) if rows else 0
            if len(rows) < self._batch:
                return done
            last = rows[-1]
            self._rest(RESTS * (time.monotonic() - began))


def _next(old: Old, last: Row[Any] | None, batch: int) -> Select[Any]:
    """The next rows, to be held by us; what somebody else holds is left out."""
    query = select(*old.order).where(old.where).order_by(*old.order).limit(batch)
    if last is not None:
        pairs = zip(old.order, last, strict=True)
        seen = [bindparam(None, value, column.type) for column, value in pairs]
        query = query.where(tuple_(*old.order) > tuple_(*seen))
    return query.with_for_update(skip_locked=True)


def _blank(table: Table, columns: Sequence[str]) -> Act:
    def act(connection: Connection, rows: Sequence[Row[Any]]) -> int:
        statement = update(table).where(_are(connection, table, rows))
        return connection.execute(statement.values(dict.fromkeys(columns))).rowcount

    return act


def _delete(table: Table) -> Act:
    def act(connection: Connection, rows: Sequence[Row[Any]]) -> int:
        return connection.execute(
            delete(table).where(_are(connection, table, rows))
        ).rowcount

    return act


def _are(
    connection: Connection, table: Table, rows: Sequence[Row[Any]]
) -> ColumnElement[bool]:
    """Whether a row is one of these."""
    key = tuple(table.primary_key.columns)
    names = [column.name for column in key]
    if len(key) == 1:
        return among(connection, key[0], [getattr(row, names[0]) for row in rows])
    return tuple_(*key).in_([[getattr(row, it) for it in names] for row in rows])


def _delete_subscriptions(connection: Connection, rows: Sequence[Row[Any]]) -> int:
    ids = _free(connection, {row.id for row in rows}, _ON_SUBSCRIPTIONS)
    return _delete_with(connection, subscriptions, ids, _ON_SUBSCRIPTIONS)


def _delete_messages(connection: Connection, rows: Sequence[Row[Any]]) -> int:
    """SMS with all that hangs on them, but for those that reminders still need."""
    in_reply_to = outbound.c.in_reply_to
    ids = {row.id for row in rows} - _wanted(connection, rows)
    ids = _free(connection, ids, (*_ON_MESSAGES, in_reply_to))
    query = select(outbound.c.id, in_reply_to)
    query = query.where(among(connection, in_reply_to, ids))
    replies = connection.execute(query).all()
    free = _free(connection, {row.id for row in replies}, (*_ON_REPLIES, _REMINDED))
    ids -= {row.in_reply_to for row in replies if row.id not in free}
    _forget_replies(connection, {it.id for it in replies if it.in_reply_to in ids})
    return _delete_with(connection, inbound, ids, _ON_MESSAGES)


def _delete_replies(connection: Connection, rows: Sequence[Row[Any]]) -> int:
    ids = {row.id for row in rows}
    free = _free(connection, ids, (*_ON_REPLIES, _REMINDED))
    return _forget_replies(connection, free)


def _forget_replies(connection: Connection, ids: Set[int]) -> int:
    """Of a reminder that is younger than the SMS it went out for the fact stays."""
    theirs = update(reminders).where(among(connection, _REMINDED, ids))
    connection.execute(theirs.values(outbound_id=None))
    return _delete_with(connection, outbound, ids, _ON_REPLIES)


def _wanted(connection: Connection, rows: Sequence[Row[Any]]) -> set[int]:
    """The SMS because of which reminders still go out: they prove the wish."""
    wish = subscriptions.c.inbound_id
    asked = among(connection, wish, [row.id for row in rows])
    return set(connection.scalars(select(wish).where(asked)))


def _free(
    connection: Connection, ids: Set[int], columns: Sequence[Column[Any]]
) -> set[int]:
    """Of rows that we hold, those on which nothing hangs that somebody else holds.

    What hangs on them is held by us afterwards; nothing can be added to it.
    """
    free = set(ids)
    for column in columns:
        [key] = column.table.primary_key.columns
        hangs = among(connection, column, free)
        ours = select(key).where(hangs).with_for_update(skip_locked=True)
        held = select(column).where(hangs, key.not_in(ours))
        free -= set(connection.scalars(held))
    return free


def _delete_with(
    connection: Connection, table: Table, ids: Set[int], columns: Sequence[Column[Any]]
) -> int:
    """Delete rows after what hangs on them; how many of them."""
    for column in columns:
        connection.execute(delete(column.table).where(among(connection, column, ids)))
    return connection.execute(
        delete(table).where(among(connection, table.c.id, ids))
    ).rowcount
