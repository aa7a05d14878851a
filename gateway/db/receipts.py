"""Delivery receipts: kept as they come, applied in batches to the replies they name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    exists,
    select,
    true,
    update,
)

from gateway.db.many import ManyInserts, ManyUpdates, among
from gateway.db.models import outbound, receipts
from gateway.db.moves import hold, move
from gateway.db.storage import Storage
from gateway.db.together import Together
from gateway.messages import DeliveryReceipt, OutboundStatus, SendOutcome, after
from gateway.privacy import Vault

_ADD = ManyInserts(receipts, {"outbound_id"})
_APPLY = ManyUpdates(
    {"its_id": receipts.c.id.type, "reply_id": receipts.c.outbound_id.type},
    lambda given: (
        update(receipts)
        .where(receipts.c.id == given["its_id"])
        .values(outbound_id=given["reply_id"])
    ),
)


class Receipts(Storage):
    """What the carriers told, event by event."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        super().__init__(engine, vault)
        self._joining = Together(self._add_all)

    def add(self, receipt: DeliveryReceipt) -> None:
        """Keep a receipt, whether we know its reply already or not."""
        self._joining.ask(vars(receipt))

    def _add_all(self, told: Sequence[Mapping[str, Any]]) -> Sequence[None]:
        with self._writing() as connection:
            _ADD.execute(connection, told)
        return [None] * len(told)

    def apply(self, limit: int, now: datetime, patience: timedelta) -> int:
        """Apply, once, the receipts whose replies are known; how many.

        One whose reply does not become known in time stays where it is.
        """
        kinds = [_waiting(limit, now - patience, is_ours=it) for it in (True, False)]
        with self._writing() as connection:
            rows = _held(connection, kinds)
            if rows:
                applied = [{"its_id": row.id, "reply_id": row.reply_id} for row in rows]
                _APPLY.execute(connection, applied)
                outcomes = _outcomes(rows, now + patience)
                move(connection, outcomes, now)
            return len(rows)


def _held(connection: Connection, kinds: Sequence[Select[Any]]) -> Sequence[Row[Any]]:
    """Receipts that still wait when they and their replies are held by us.

    A second worker has to wait: receipts of one reply are applied in their order.
    """
    ids = (receipts.c.id, outbound.c.id.label("reply_id"))
    found = [
        pair
        for kind in kinds
        for pair in connection.execute(kind.with_only_columns(*ids))
    ]
    if not found:
        return []
    hold(connection, (it.reply_id for it in found))
    these = among(connection, receipts.c.id, [it.id for it in found])
    theirs = among(connection, outbound.c.id, [it.reply_id for it in found])
    held = (it.where(these, theirs).with_for_update(key_share=True) for it in kinds)
    return [row for kind in held for row in connection.execute(kind)]


def _waiting(limit: int, since: datetime, *, is_ours: bool) -> Select[Any]:
    """Receipts with their replies, which are found by our own id or by theirs."""
    same = outbound.c.provider_id == receipts.c.provider_id
    known = outbound.c.id == receipts.c.message_id
    if is_ours:
        fits = known & (same | (outbound.c.provider_id.is_(None) & ~_taken_by_a_twin()))
    else:
        fits = same & known.is_not(true())
    return (
        select(
            receipts,
            outbound.c.id.label("reply_id"),
            outbound.c.attempts,
            outbound.c.status.label("reply_status"),
        )
        .select_from(receipts)
        .join(outbound, fits & (outbound.c.channel == receipts.c.channel))
        .where(receipts.c.outbound_id.is_(None), receipts.c.at > since)
        .order_by(receipts.c.id)
        .limit(limit)
    )


def _taken_by_a_twin() -> ColumnElement[bool]:
    """Whether an equal reply to the same phone was settled by this carrier's id."""
    twin = outbound.alias("twin")
    return exists().where(
        twin.c.channel == receipts.c.channel,
        twin.c.provider_id == receipts.c.provider_id,
    )


def _outcomes(rows: Sequence[Row[Any]], again_at: datetime) -> list[SendOutcome]:
    """One move for each reply, as far as its receipts lead in the order they came."""
    outcomes: dict[int, SendOutcome] = {}
    for row in rows:
        known = outcomes.get(row.reply_id) or SendOutcome(
            row.reply_id, row.attempts, OutboundStatus(row.reply_status)
        )
        told = OutboundStatus(row.status)
        outcomes[row.reply_id] = replace(known, provider_id=row.provider_id)
        if after(known.status, told) is told:
            outcomes[row.reply_id] = SendOutcome(
                row.reply_id,
                row.attempts,
                told,
                row.provider_id,
                row.error_code,
                again_at if told is OutboundStatus.SENT else None,
            )
    return list(outcomes.values())
