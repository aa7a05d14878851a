"""Delivery receipts: kept as they come, applied in batches to their replies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    DeliveryReceipt,
    ReceiptMeaning,
    SendOutcome,
    mark_of,
)
from gateway.domain.statuses import OutboundStatus, status_after
from gateway.security.cipher import Cipher

# A receipt without its reply is tried again when it is twice as old; the bounds of that
# back-off.
SOONEST = timedelta(seconds=1)
LATEST = timedelta(hours=1)
# How long a reply waits that the carrier dropped because its queue was full.
DROPPED_WAITS = timedelta(seconds=30)

_ADD = BulkInserts(receipts, {"outbound_id"})
_DUE = (
    select(receipts)
    .where(HAS_NO_REPLY, receipts.c.due_at <= NOW)
    .order_by(receipts.c.due_at, receipts.c.id)
    .limit(MOST)
    .with_for_update(skip_locked=True)
)
_MARK_LOOKED_AT = BulkUpdates(
    {
        "receipt_id": receipts.c.id.type,
        "reply_id": receipts.c.outbound_id.type,
        "due_at": receipts.c.due_at.type,
    },
    lambda given: (
        update(receipts)
        .where(receipts.c.id == given["receipt_id"])
        .values(outbound_id=given["reply_id"], due_at=given["due_at"])
    ),
)


@dataclass(frozen=True)
class _Match:
    """A receipt and the reply that it is about, as rows."""

    receipt: Row[Any]
    reply: Row[Any]

    @property
    def is_drop(self) -> bool:
        """Whether the carrier dropped the latest attempt unsent."""
        is_this_attempt: bool = self.receipt.provider_id == self.reply.provider_id
        return self.has(ReceiptMeaning.DROPPED) and is_this_attempt

    def has(self, meaning: ReceiptMeaning) -> bool:
        """Whether the receipt has this meaning."""
        return bool(self.receipt.meaning == meaning)


class Receipts(Store):
    """Stores delivery receipts and applies them to their replies."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, cipher)
        self._group_commit = GroupCommit(self._add_all)
        self._suppressions = Suppressions(engine, cipher)
        self._unreachable = UnreachablePhones(engine, cipher)

    def add(self, receipt: DeliveryReceipt) -> None:
        """Store a receipt; its reply may not be recorded as sent yet."""
        self._group_commit.submit({**vars(receipt), "due_at": receipt.at})

    def _add_all(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[None]:
        with self._writing() as connection:
            _ADD.execute(connection, rows)
        return [None] * len(rows)

    def apply(self, limit: int, now: datetime, patience: timedelta) -> int:
        """Apply due receipts to their replies, each once, and return how many.

        A receipt without its reply is due again later, until `patience` is over. A
        reply that the carrier dropped is queued again.
        """
        while True:
            due, applied = self._apply_due(limit, now, patience)
            if applied or not due:
                return applied

    def _apply_due(
        self, limit: int, now: datetime, patience: timedelta
    ) -> tuple[int, int]:
        """How many receipts were due, and how many of them were applied."""
        with self._writing() as connection:
            read_in_order(connection)
            due = connection.execute(_DUE, {"now": now, "most": limit}).all()
            # In order of arrival, because the first of two final statuses counts.
            due = sorted(due, key=lambda receipt: receipt.id)
            matches = _match(connection, due)
            opted_out = list(_replies_with(ReceiptMeaning.OPTED_OUT, matches))
            # Lock opt-outs before replies, as STOP does, to prevent deadlocks.
            phones = self._suppressions.add_by_carrier(connection, opted_out, now)
            news = [match for match in matches if not match.is_drop]
            transitions.apply(connection, _outcomes(news, now + patience), now)
            transitions.requeue(connection, _next_attempts(matches, now))
            gone = _replies_with(ReceiptMeaning.PHONE_GONE, matches)
            self._unreachable.count_reports(connection, gone)
            reply_ids = {match.receipt.id: match.reply.id for match in matches}
            rows = [
                _looked_at(receipt, reply_ids.get(receipt.id), now, patience)
                for receipt in due
            ]
            _MARK_LOOKED_AT.execute(connection, rows)
        self._suppressions.cancel_queued(phones, now)
        return len(due), len(matches)


def _looked_at(
    receipt: Row[Any], reply_id: int | None, now: datetime, patience: timedelta
) -> Mapping[str, Any]:
    """The reply of a receipt, or when to look for it again."""
    age = now - receipt.at
    is_over = reply_id is not None or age >= patience
    due_at = None if is_over else now + min(max(age, SOONEST), LATEST)
    return {"receipt_id": receipt.id, "reply_id": reply_id, "due_at": due_at}


def _match(connection: Connection, due: Sequence[Row[Any]]) -> Sequence[_Match]:
    """Find and lock the replies of these receipts.

    Read the replies again under the lock, because they may have changed.
    """
    locked = {reply.id for reply in _candidates(connection, due)}
    if not locked:
        return []
    transitions.lock(connection, locked)
    replies = [reply for reply in _candidates(connection, due) if reply.id in locked]
    by_provider_id = {(reply.channel, reply.provider_id): reply for reply in replies}
    by_our_id = {(reply.channel, reply.id): reply for reply in replies}
    matches = []
    for receipt in due:
        reply = by_provider_id.get((receipt.channel, receipt.provider_id))
        named = by_our_id.get((receipt.channel, receipt.message_id))
        # The provider's id wins, because it may be recorded for an equal reply.
        if reply is None and named is not None and _is_about(receipt, named):
            reply = named
        if reply is not None:
            matches.append(_Match(receipt, reply))
    return matches


def _is_about(receipt: Row[Any], reply: Row[Any]) -> bool:
    """Whether a receipt is about the reply that it names by our own id.

    Before a restore another reply may have had this id, with another mark. After a drop
    only the provider's id counts: our own id names the reply and not the attempt, and a
    late receipt of the dropped attempt must not count for the next one.
    """
    return (
        reply.provider_id is None
        and reply.attempts > 0
        and receipt.mark == mark_of(reply.id, reply.created_at)
        and ReceiptMeaning.DROPPED not in (receipt.meaning, reply.error_code)
    )


def _replies_with(
    meaning: ReceiptMeaning, matches: Iterable[_Match]
) -> dict[int, datetime]:
    """The ids of replies with a receipt of this meaning, and the receipt's time."""
    return {match.reply.id: match.receipt.at for match in matches if match.has(meaning)}


def _next_attempts(matches: Iterable[_Match], now: datetime) -> list[SendOutcome]:
    """One more attempt for each dropped reply."""
    dropped = {match.reply.id: match for match in matches if match.is_drop}
    return [
        SendOutcome(
            reply_id,
            match.reply.attempts,
            OutboundStatus.QUEUED,
            match.receipt.provider_id,
            ReceiptMeaning.DROPPED,
            now + DROPPED_WAITS,
        )
        for reply_id, match in dropped.items()
    ]


def _candidates(connection: Connection, due: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Replies that the receipts may be about, by our own id or by the provider's."""
    if not due:
        return []
    columns = outbound.c
    our_ids = [row.message_id for row in due if row.message_id is not None]
    is_candidate = among(connection, columns.id, our_ids) | (
        among(connection, columns.channel, {row.channel for row in due})
        & among(connection, columns.provider_id, {row.provider_id for row in due})
    )
    ids = (columns.id, columns.channel, columns.provider_id, columns.created_at)
    state = (columns.attempts, columns.status, columns.error_code)
    return list(connection.execute(select(*ids, *state).where(is_candidate)))


def _outcomes(matches: Sequence[_Match], again_at: datetime) -> list[SendOutcome]:
    """One outcome for each reply, after all its receipts in order of arrival."""
    outcomes: dict[int, SendOutcome] = {}
    for match in matches:
        receipt, reply = match.receipt, match.reply
        so_far = outcomes.get(reply.id) or SendOutcome(
            reply.id, reply.attempts, OutboundStatus(reply.status)
        )
        status = OutboundStatus(receipt.status)
        if status_after(so_far.status, status) is status:
            outcomes[reply.id] = replace(
                so_far,
                status=status,
                provider_id=receipt.provider_id,
                error_code=receipt.error_code,
                again_at=again_at if status is OutboundStatus.SENT else None,
            )
        else:
            outcomes[reply.id] = replace(so_far, provider_id=receipt.provider_id)
    return list(outcomes.values())
