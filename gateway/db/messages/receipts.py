"""Delivery receipts: kept as they come, applied in batches to the replies they name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from gateway.db.core.bulk import BulkInserts, BulkUpdates, among
from gateway.db.core.claims import MOST, NOW, read_in_order
from gateway.db.core.group_commit import GroupCommit
from gateway.db.core.store import Store
from gateway.db.messages import transitions
from gateway.db.models.messages import HAS_NO_REPLY, outbound, receipts
from gateway.db.subscribers.suppressions import Suppressions
from gateway.db.subscribers.unreachable import UnreachablePhones
from gateway.domain.messages import (
    DROPPED_CODES,
    OPTED_OUT_CODE,
    DeliveryReceipt,
    OutboundStatus,
    SendOutcome,
    after,
    mark_of,
)
from gateway.security.cipher import Cipher

# A receipt whose reply is not known is looked at again when it is twice as old, within
# these.
SOONEST = timedelta(seconds=1)
LATEST = timedelta(hours=1)
# How long what the carrier dropped waits before it is sent again: its queue is full.
DROPPED_WAITS = timedelta(seconds=30)

_ADD = BulkInserts(receipts, {"outbound_id"})
_DUE = (
    select(receipts)
    .where(HAS_NO_REPLY, receipts.c.due_at <= NOW)
    .order_by(receipts.c.due_at, receipts.c.id)
    .limit(MOST)
    .with_for_update(skip_locked=True)
)
_NOTE = BulkUpdates(
    {
        "its_id": receipts.c.id.type,
        "reply_id": receipts.c.outbound_id.type,
        "due_at": receipts.c.due_at.type,
    },
    lambda given: (
        update(receipts)
        .where(receipts.c.id == given["its_id"])
        .values(outbound_id=given["reply_id"], due_at=given["due_at"])
    ),
)

# A receipt, and its reply.
Pair = tuple[Row[Any], Row[Any]]


class Receipts(Store):
    """Every delivery receipt, in the order in which they came."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, cipher)
        self._joining = GroupCommit(self._add_all)
        self._suppressions = Suppressions(engine, cipher)
        self._unreachable = UnreachablePhones(engine, cipher)

    def add(self, receipt: DeliveryReceipt) -> None:
        """Keep a receipt, whether we know its reply already or not."""
        self._joining.ask({**vars(receipt), "due_at": receipt.at})

    def _add_all(self, told: Sequence[Mapping[str, Any]]) -> Sequence[None]:
        with self._writing() as connection:
            _ADD.execute(connection, told)
        return [None] * len(told)

    def apply(self, limit: int, now: datetime, patience: timedelta) -> int:
        """Apply, once, receipts whose replies are known; how many, 0 if none is due.

        One whose reply is not known is due again later, for as long as `patience`. What
        the carrier has dropped is sent again in a while.
        """
        while True:
            due, applied = self._apply_due(limit, now, patience)
            if applied or not due:
                return applied

    def _apply_due(
        self, limit: int, now: datetime, patience: timedelta
    ) -> tuple[int, int]:
        """How many were due, and how many of them were applied."""
        with self._writing() as connection:
            read_in_order(connection)
            first = connection.execute(_DUE, {"now": now, "most": limit}).all()
            # In the order they came: of two ends the first counts.
            due = sorted(first, key=lambda it: it.id)
            pairs = _paired(connection, due)
            # The opt-out before its replies, in the order of STOP: no deadlock.
            phones = self._suppressions.add_by_carrier(
                connection, _opted_out(pairs), now
            )
            told = [it for it in pairs if not _is_dropped(*it)]
            transitions.apply(connection, _outcomes(told, now + patience), now)
            dropped = [it for it in pairs if _is_dropped(*it)]
            transitions.requeue(connection, _again(dropped, now))
            gone = {reply.id: told.at for told, reply in pairs if told.is_gone}
            self._unreachable.note(connection, gone)
            found = {told.id: reply.id for told, reply in pairs}
            notes = [_note(it, found.get(it.id), now, patience) for it in due]
            _NOTE.execute(connection, notes)
        self._suppressions.cancel_queued(phones, now)
        return len(due), len(pairs)


def _note(
    told: Row[Any], reply_id: int | None, now: datetime, patience: timedelta
) -> Mapping[str, Any]:
    """What a look at a receipt came to."""
    age = now - told.at
    is_over = reply_id is not None or age >= patience
    due_at = None if is_over else now + min(max(age, SOONEST), LATEST)
    return {"its_id": told.id, "reply_id": reply_id, "due_at": due_at}


def _paired(connection: Connection, due: Sequence[Row[Any]]) -> Sequence[Pair]:
    """Receipts with their replies, which are locked.

    Read the replies again under the lock: they may have changed meanwhile.
    """
    held = {reply.id for reply in _candidates(connection, due)}
    if not held:
        return []
    transitions.lock(connection, held)
    replies = _candidates(connection, due)
    by_their_id = {(it.channel, it.provider_id): it for it in replies}
    by_our_id = {(it.channel, it.id): it for it in replies}
    pairs = []
    for told in due:
        reply = by_their_id.get((told.channel, told.provider_id))
        named = by_our_id.get((told.channel, told.message_id))
        # An equal reply to the same phone may have got the carrier's id.
        if reply is None and named is not None and _is_about(told, named):
            reply = named
        if reply is not None and reply.id in held:
            pairs.append((told, reply))
    return pairs


def _is_about(told: Row[Any], reply: Row[Any]) -> bool:
    """Whether a receipt is about the reply that it names by our own id.

    Before a restore the id may have been another reply's, with another mark. Around a
    drop only the carrier's id counts: our own id names the reply, not the attempt, and
    late news of a dropped attempt must not pass for news of the next one.
    """
    return (
        reply.provider_id is None
        and reply.attempts > 0
        and told.mark == mark_of(reply.id, reply.created_at)
        and DROPPED_CODES.isdisjoint((told.error_code, reply.error_code))
    )


def _is_dropped(told: Row[Any], reply: Row[Any]) -> bool:
    """Whether the carrier took this reply and has thrown it away unsent."""
    return told.error_code in DROPPED_CODES and told.provider_id == reply.provider_id


def _opted_out(pairs: Iterable[Pair]) -> list[int]:
    return [reply.id for told, reply in pairs if told.error_code == OPTED_OUT_CODE]


def _again(dropped: Iterable[Pair], now: datetime) -> list[SendOutcome]:
    """Another attempt for each, once; one that comes too late expires."""
    return [
        SendOutcome(
            reply.id,
            reply.attempts,
            OutboundStatus.QUEUED,
            told.provider_id,
            told.error_code,
            now + DROPPED_WAITS,
        )
        for told, reply in {reply.id: (told, reply) for told, reply in dropped}.values()
    ]


def _candidates(connection: Connection, due: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Replies that the receipts may be about, by our own id or by theirs."""
    if not due:
        return []
    ours = [it.message_id for it in due if it.message_id is not None]
    channels = {it.channel for it in due}
    theirs = {it.provider_id for it in due}
    columns = outbound.c
    fits = among(connection, columns.id, ours) | (
        among(connection, columns.channel, channels)
        & among(connection, columns.provider_id, theirs)
    )
    known = (columns.id, columns.channel, columns.provider_id, columns.created_at)
    state = (columns.attempts, columns.status, columns.error_code)
    query = select(*known, *state).where(fits)
    return list(connection.execute(query))


def _outcomes(pairs: Sequence[Pair], again_at: datetime) -> list[SendOutcome]:
    """One move for each reply, as far as its receipts lead in the order they came."""
    outcomes: dict[int, SendOutcome] = {}
    for told, reply in pairs:
        known = outcomes.get(reply.id) or SendOutcome(
            reply.id, reply.attempts, OutboundStatus(reply.status)
        )
        status = OutboundStatus(told.status)
        outcomes[reply.id] = replace(known, provider_id=told.provider_id)
        if after(known.status, status) is status:
            outcomes[reply.id] = SendOutcome(
                reply.id,
                reply.attempts,
                status,
                told.provider_id,
                told.error_code,
                again_at if status is OutboundStatus.SENT else None,
            )
    return list(outcomes.values())
