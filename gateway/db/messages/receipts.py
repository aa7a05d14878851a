"""Delivery receipts: stored as they come, applied in batches to their replies."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from gateway.db.core.bulk import BulkInserts, BulkUpdates
from gateway.db.core.claims import MOST, NOW, read_in_order
from gateway.db.core.group_commit import GroupCommit
from gateway.db.core.store import Store
from gateway.db.messages import transitions
from gateway.db.messages.receipt_matching import Match, match_and_lock
from gateway.db.models.messages import HAS_NO_REPLY, receipts
from gateway.db.subscribers.suppressions import Suppressions
from gateway.db.subscribers.unreachable import UnreachablePhones
from gateway.domain.messages import DeliveryReceipt, ReceiptMeaning, SendOutcome
from gateway.domain.statuses import OutboundStatus, may_become
from gateway.security.cipher import Cipher

# Exponential back-off: a receipt whose reply is not found is due again when it is twice
# as old, within these bounds.
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
_RECORD_RESULT = BulkUpdates(
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
            due, applied = self._apply_batch(limit, now, patience)
            if applied or not due:
                return applied

    def _apply_batch(
        self, limit: int, now: datetime, patience: timedelta
    ) -> tuple[int, int]:
        """How many receipts were due, and how many of them were applied."""
        with self._writing() as connection:
            due = _lock_due(connection, limit, now)
            matches = match_and_lock(connection, due)
            opted_out = _times_of(matches, ReceiptMeaning.OPTED_OUT)
            phones = self._suppressions.add_by_carrier(connection, list(opted_out), now)
            outcomes = _reported_outcomes(matches, now + patience)
            transitions.apply(connection, outcomes, now)
            transitions.requeue(connection, _next_attempts(matches, now))
            gone = _times_of(matches, ReceiptMeaning.PHONE_GONE)
            self._unreachable.count_reports(connection, gone)
            _record_results(connection, due, matches, now, patience)
        self._suppressions.cancel_queued(phones, now)
        return len(due), len(matches)


def _lock_due(connection: Connection, limit: int, now: datetime) -> Sequence[Row[Any]]:
    """Due receipts in order of arrival: the first of two final statuses counts."""
    read_in_order(connection)
    due = connection.execute(_DUE, {"now": now, "most": limit}).all()
    return sorted(due, key=lambda receipt: receipt.id)


def _times_of(matches: Sequence[Match], meaning: ReceiptMeaning) -> dict[int, datetime]:
    """The ids of replies with a receipt of this meaning, and the receipt's time."""
    return {
        match.reply.id: match.receipt.at for match in matches if match.means(meaning)
    }


def _reported_outcomes(
    matches: Sequence[Match], receipt_until: datetime
) -> list[SendOutcome]:
    """One outcome for each reply, after all its receipts in order of arrival."""
    outcomes: dict[int, SendOutcome] = {}
    for match in matches:
        reply = match.reply
        if not match.is_dropped:
            so_far = outcomes.get(reply.id) or SendOutcome(
                reply.id, reply.attempts, OutboundStatus(reply.status)
            )
            outcomes[reply.id] = _after(match.receipt, so_far, receipt_until)
    return list(outcomes.values())


def _after(
    receipt: Row[Any], so_far: SendOutcome, receipt_until: datetime
) -> SendOutcome:
    """The outcome after one more receipt, which proves at least the provider's id."""
    outcome = replace(so_far, provider_id=receipt.provider_id)
    status = OutboundStatus(receipt.status)
    if not may_become(so_far.status, status):
        return outcome
    again_at = receipt_until if status is OutboundStatus.SENT else None
    return replace(
        outcome, status=status, error_code=receipt.error_code, again_at=again_at
    )


def _next_attempts(matches: Sequence[Match], now: datetime) -> list[SendOutcome]:
    """Queue each dropped reply for one more attempt."""
    return [
        SendOutcome(
            match.reply.id,
            match.reply.attempts,
            OutboundStatus.QUEUED,
            match.receipt.provider_id,
            ReceiptMeaning.DROPPED,
            now + DROPPED_WAITS,
        )
        for match in matches
        if match.is_dropped
    ]


def _record_results(
    connection: Connection,
    due: Sequence[Row[Any]],
    matches: Sequence[Match],
    now: datetime,
    patience: timedelta,
) -> None:
    """Record the reply of each receipt, or when to look for it again."""
    reply_ids = {match.receipt.id: match.reply.id for match in matches}
    rows = []
    for receipt in due:
        reply_id = reply_ids.get(receipt.id)
        age = now - receipt.at
        is_over = reply_id is not None or age >= patience
        due_at = None if is_over else now + min(max(age, SOONEST), LATEST)
        row = {"receipt_id": receipt.id, "reply_id": reply_id, "due_at": due_at}
        rows.append(row)
    _RECORD_RESULT.execute(connection, rows)
