"""Status transitions of replies: only those that the state machine allows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    exists,
    false,
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

_SENT = (OutboundStatus.SENT, OutboundStatus.DELIVERED)
_TYPES: Types = {
    "reply_id": outbound.c.id.type,
    "attempt": outbound.c.attempts.type,
    "provider_id": outbound.c.provider_id.type,
    "error_code": outbound.c.error_code.type,
    "again_at": outbound.c.next_attempt_at.type,
    "at": outbound.c.sent_at.type,
}
_ID_TYPES: Types = {name: _TYPES[name] for name in ("reply_id", "provider_id")}
_DROPPED_TYPES: Types = {
    name: _TYPES[name] for name in ("reply_id", "provider_id", "error_code", "again_at")
}
_twin = outbound.alias("twin")
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
    changed = 0
    by_status: dict[OutboundStatus, list[SendOutcome]] = {}
    for outcome in outcomes:
        by_status.setdefault(outcome.status, []).append(outcome)
    for status, alike in by_status.items():
        rows = [_parameters(outcome, at) for outcome in _without_twins(alike)]
        changed += _CHANGES[status].execute(connection, rows)
    if changed < len(outcomes):
        record_provider_ids(connection, outcomes)


def _without_twins(outcomes: Iterable[SendOutcome]) -> Iterator[SendOutcome]:
    """Leave out outcomes with the provider id of an earlier one."""
    seen: set[str] = set()
    for outcome in outcomes:
        if outcome.provider_id not in seen:
            yield outcome
        if outcome.provider_id is not None:
            seen.add(outcome.provider_id)


def record_provider_ids(
    connection: Connection, outcomes: Iterable[SendOutcome]
) -> None:
    """Record the provider's id of replies that have none yet."""
    rows = [
        {"reply_id": outcome.message_id, "provider_id": outcome.provider_id}
        for outcome in _without_twins(outcomes)
        if outcome.provider_id is not None
    ]
    _RECORD_PROVIDER_ID.execute(connection, rows)


def requeue(connection: Connection, dropped: Sequence[SendOutcome]) -> None:
    """Queue replies again that the carrier accepted and then dropped, each once.

    A reply has to be SENT under the id that was dropped. That id is removed, because
    the next attempt gets another one.
    """
    rows = [_parameters(outcome, None) for outcome in _without_twins(dropped)]
    lock(connection, (outcome.message_id for outcome in dropped))
    _REQUEUE.execute(connection, rows)


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
    """Build the update that sets this status; a final status erases the text."""
    columns = outbound.c
    values: dict[Any, Any] = {
        columns.status: status,
        columns.provider_id: func.coalesce(columns.provider_id, given["provider_id"]),
        columns.error_code: func.coalesce(given["error_code"], columns.error_code),
        columns.next_attempt_at: func.coalesce(
            given["again_at"], columns.next_attempt_at
        ),
    }
    if status is OutboundStatus.QUEUED:
        # The next attempt starts with no questions asked.
        values[columns.questions] = 0
    if status in _SENT:
        values[columns.sent_at] = func.coalesce(columns.sent_at, given["at"])
    if is_final(status):
        values[columns.final_at] = given["at"]
        values[columns.text_sealed] = None
    was = without_index(columns.status)
    return (
        update(outbound)
        .where(columns.id == given["reply_id"], columns.attempts == given["attempt"])
        .where(_is_free(given))
        # Not IN: its parameters cannot be in a statement for many rows (SQLite).
        .where(or_(false(), *(was == source for source in _sources(status))))
        .where(or_(was != OutboundStatus.QUEUED, ~_IS_DROPPED))
        .values(values)
    )


def _requeue(given: Given) -> Update:
    columns = outbound.c
    return (
        update(outbound)
        .where(columns.id == given["reply_id"])
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
        .where(columns.id == given["reply_id"], columns.provider_id.is_(None))
        .where(_is_free(given), ~_IS_DROPPED)
        .values(provider_id=given["provider_id"])
    )


def _is_free(given: Given) -> ColumnElement[bool]:
    """Whether no other reply has this provider id.

    Two equal texts to one phone look the same to the carrier, so the id may have been
    recorded for the other reply.
    """
    return ~exists().where(
        _twin.c.channel == outbound.c.channel,
        _twin.c.provider_id == given["provider_id"],
        _twin.c.id != outbound.c.id,
    )


def _sources(status: OutboundStatus) -> frozenset[OutboundStatus]:
    """The statuses that may change to this one; UNKNOWN may stay UNKNOWN."""
    stays = {status} if status is OutboundStatus.UNKNOWN else frozenset()
    return sources_of(status) | stays


def _parameters(outcome: SendOutcome, at: datetime | None) -> dict[str, Any]:
    return {
        "reply_id": outcome.message_id,
        "attempt": outcome.attempt,
        "provider_id": outcome.provider_id,
        "error_code": outcome.error_code,
        "again_at": outcome.again_at,
        "at": at,
    }


_CHANGES = {
    status: BulkUpdates(_TYPES, partial(_change_to, status))
    for status in OutboundStatus
}
_RECORD_PROVIDER_ID = BulkUpdates(_ID_TYPES, _record_provider_id)
_REQUEUE = BulkUpdates(_DROPPED_TYPES, _requeue)
