"""Status transitions of replies: only those that the state machine allows."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    exists,
    func,
    or_,
    select,
    update,
)

from gateway.db.core.bulk import BulkUpdates, Given, Types, among, without_index
from gateway.db.models.messages import outbound
from gateway.db.statistics.counts import REPLY_COLUMNS, count_changes, uncounted
from gateway.domain.messages import ReceiptMeaning, SendOutcome
from gateway.domain.statuses import OutboundStatus, is_final, sources_of

_ACCEPTED = (OutboundStatus.SENT, OutboundStatus.DELIVERED)
# The parameters of the updates: the fields of a SendOutcome, and the time.
_TYPES: Types = {
    "message_id": outbound.c.id.type,
    "attempt": outbound.c.attempts.type,
    "provider_id": outbound.c.provider_id.type,
    "error_code": outbound.c.error_code.type,
    "again_at": outbound.c.next_attempt_at.type,
    "at": outbound.c.sent_at.type,
}
_other = outbound.alias("other")
# The carrier has dropped the latest attempt, so nothing about it counts any more.
_IS_DROPPED = outbound.c.error_code.is_not_distinct_from(ReceiptMeaning.DROPPED)


def lock(connection: Connection, ids: Iterable[int]) -> None:
    """Lock replies in id order until the transaction ends, to prevent deadlocks.

    Changes of locked replies are counted when the transaction ends.
    """
    new = uncounted(connection, ids)
    if not new:
        return
    # NO KEY UPDATE: attempts and receipts of a locked reply may still be inserted.
    locked = connection.execute(
        select(*REPLY_COLUMNS)
        .where(among(connection, outbound.c.id, new))
        .order_by(outbound.c.id)
        .with_for_update(key_share=True)
    )
    count_changes(connection, locked.all())


def apply(
    connection: Connection, outcomes: Sequence[SendOutcome], at: datetime
) -> None:
    """Change the status of each reply if its present status allows it.

    The outcome of an attempt before the latest changes no status, but the provider's
    id is recorded in any case.
    """
    lock(connection, (outcome.message_id for outcome in outcomes))
    by_status: dict[OutboundStatus, list[SendOutcome]] = {}
    for outcome in outcomes:
        by_status.setdefault(outcome.status, []).append(outcome)
    changed = sum(
        _CHANGES[status].execute(connection, _rows(alike, at))
        for status, alike in by_status.items()
    )
    if changed < len(outcomes):
        record_provider_ids(connection, outcomes)


def record_provider_ids(
    connection: Connection, outcomes: Iterable[SendOutcome]
) -> None:
    """Record the provider's id of replies that have none yet."""
    named = [outcome for outcome in outcomes if outcome.provider_id is not None]
    _RECORD_PROVIDER_ID.execute(connection, _rows(named))


def requeue(connection: Connection, dropped: Sequence[SendOutcome]) -> None:
    """Queue replies again that the carrier accepted and then dropped, each once.

    A reply has to be SENT under the id that was dropped. That id is removed, because
    the next attempt gets another one.
    """
    lock(connection, (outcome.message_id for outcome in dropped))
    _REQUEUE.execute(connection, _rows(dropped))


def _rows(
    outcomes: Iterable[SendOutcome], at: datetime | None = None
) -> list[dict[str, Any]]:
    """Parameters of an update; of outcomes with the same provider id only the first.

    Two replies must not get the same id in one statement.
    """
    first: dict[str | int, SendOutcome] = {}
    for outcome in outcomes:
        first.setdefault(outcome.provider_id or outcome.message_id, outcome)
    return [vars(outcome) | {"at": at} for outcome in first.values()]


def close(
    connection: Connection,
    status: OutboundStatus,
    ids: Collection[int],
    now: datetime,
    reason: str | None = None,
) -> None:
    """Set a final status if the present one allows it; `reason` is an error code."""
    # Without any id PostgreSQL would read the whole index.
    if not ids:
        return
    lock(connection, ids)
    present = without_index(outbound.c.status)
    statement = (
        update(outbound)
        .where(among(connection, outbound.c.id, ids), present.in_(sources_of(status)))
        .values(status=status, final_at=now, text_sealed=None)
    )
    connection.execute(statement.values(error_code=reason) if reason else statement)


def cancel(connection: Connection, whose: ColumnElement[bool], now: datetime) -> None:
    """Cancel those of these replies that are still queued."""
    queued = (
        select(outbound.c.id)
        .where(whose, without_index(outbound.c.status) == OutboundStatus.QUEUED)
        .order_by(outbound.c.id)
        .with_for_update(key_share=True)
    )
    close(connection, OutboundStatus.CANCELED, connection.scalars(queued).all(), now)


def _change_to(status: OutboundStatus, given: Given) -> Update:
    """Build the update that sets this status, where the present one allows it."""
    columns = outbound.c
    sources = sources_of(status)
    if status is OutboundStatus.UNKNOWN:
        # A reply may stay in doubt.
        sources |= {status}
    present = without_index(columns.status)
    return (
        update(outbound)
        .where(columns.id == given["message_id"], columns.attempts == given["attempt"])
        .where(_is_unused_id(given))
        # Not IN: its parameters cannot be in a statement for many rows (SQLite).
        .where(or_(*(present == source for source in sources)))
        .where(or_(present != OutboundStatus.QUEUED, ~_IS_DROPPED))
        .values(_values_of(status, given))
    )


def _values_of(status: OutboundStatus, given: Given) -> dict[Any, Any]:
    """The columns that change with a status; a final one erases the text."""
    columns = outbound.c
    due_at = columns.next_attempt_at
    values: dict[Any, Any] = {
        columns.status: status,
        columns.provider_id: func.coalesce(columns.provider_id, given["provider_id"]),
        columns.error_code: func.coalesce(given["error_code"], columns.error_code),
        due_at: func.coalesce(given["again_at"], due_at),
    }
    if status is OutboundStatus.QUEUED:
        # The next attempt starts with no questions asked.
        values[columns.questions] = 0
    if status in _ACCEPTED:
        values[columns.sent_at] = func.coalesce(columns.sent_at, given["at"])
    if is_final(status):
        values |= {columns.final_at: given["at"], columns.text_sealed: None}
    return values


def _requeue(given: Given) -> Update:
    columns = outbound.c
    return (
        update(outbound)
        .where(columns.id == given["message_id"])
        .where(columns.provider_id == given["provider_id"])
        .where(without_index(columns.status) == OutboundStatus.SENT)
        .values(
            status=OutboundStatus.QUEUED,
            provider_id=None,
            sent_at=None,
            questions=0,
            error_code=given["error_code"],
            next_attempt_at=given["again_at"],
        )
    )


def _record_provider_id(given: Given) -> Update:
    columns = outbound.c
    return (
        update(outbound)
        .where(columns.id == given["message_id"], columns.provider_id.is_(None))
        .where(_is_unused_id(given), ~_IS_DROPPED)
        .values(provider_id=given["provider_id"])
    )


def _is_unused_id(given: Given) -> ColumnElement[bool]:
    """Whether no other reply has this provider id.

    Two replies with the same text to one phone look alike in the carrier's list, so the
    id may have been recorded for the other one.
    """
    return ~exists().where(
        _other.c.channel == outbound.c.channel,
        _other.c.provider_id == given["provider_id"],
        _other.c.id != outbound.c.id,
    )


_CHANGES = {
    status: BulkUpdates(_TYPES, partial(_change_to, status))
    for status in OutboundStatus
}
_RECORD_PROVIDER_ID = BulkUpdates(
    {name: _TYPES[name] for name in ("message_id", "provider_id")}, _record_provider_id
)
_REQUEUE = BulkUpdates(_TYPES, _requeue)
