"""How the status of a reply changes: always by one of the allowed moves."""

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
from gateway.domain.messages import (
    DROPPED_CODES,
    OutboundStatus,
    SendOutcome,
    is_final,
    sources_of,
)

_SENT = (OutboundStatus.SENT, OutboundStatus.DELIVERED)
_GIVEN: Types = {
    "its_id": outbound.c.id.type,
    "its_attempt": outbound.c.attempts.type,
    "their_id": outbound.c.provider_id.type,
    "code": outbound.c.error_code.type,
    "again_at": outbound.c.next_attempt_at.type,
    "at": outbound.c.sent_at.type,
}
_LEARNT: Types = {name: _GIVEN[name] for name in ("its_id", "their_id")}
_DROPPED: Types = {
    name: _GIVEN[name] for name in ("its_id", "their_id", "code", "again_at")
}
_twin = outbound.alias("twin")
# The carrier has thrown the latest attempt away: no news of it counts any more.
_IS_DROPPED = or_(
    *(outbound.c.error_code.is_not_distinct_from(it) for it in sorted(DROPPED_CODES))
)


def hold(connection: Connection, ids: Iterable[int]) -> None:
    """Lock replies in id order until the transaction ends, to prevent deadlocks.

    Call it before moving several: outcomes and receipts come in orders of their own.
    """
    # NO KEY UPDATE: attempts and receipts of a locked reply may still be inserted.
    connection.execute(
        select(outbound.c.id)
        .where(among(connection, outbound.c.id, set(ids)))
        .order_by(outbound.c.id)
        .with_for_update(key_share=True)
    )


def move(connection: Connection, outcomes: Sequence[SendOutcome], at: datetime) -> None:
    """Move many replies of different statuses, each only where its status allows it.

    What is told of an attempt that is not the latest moves nothing, but the carrier's
    id is learnt in any case.
    """
    moved = 0
    by_status: dict[OutboundStatus, list[SendOutcome]] = {}
    for outcome in outcomes:
        by_status.setdefault(outcome.status, []).append(outcome)
    for status, alike in by_status.items():
        rows = [_parameters(it, at) for it in _without_twins(alike)]
        moved += _MOVES[status].execute(connection, rows)
    if moved < len(outcomes):
        _learn_ids(connection, outcomes)


def _without_twins(outcomes: Iterable[SendOutcome]) -> Iterator[SendOutcome]:
    """Of those to whom the carrier gives one id only the first can have it."""
    seen: set[str] = set()
    for outcome in outcomes:
        if outcome.provider_id not in seen:
            yield outcome
        if outcome.provider_id is not None:
            seen.add(outcome.provider_id)


def _learn_ids(connection: Connection, outcomes: Iterable[SendOutcome]) -> None:
    learnt = [
        {"its_id": it.message_id, "their_id": it.provider_id}
        for it in _without_twins(outcomes)
        if it.provider_id is not None
    ]
    _LEARN_ID.execute(connection, learnt)


def requeue(connection: Connection, dropped: Sequence[SendOutcome]) -> None:
    """Queue replies again that the carrier took and then dropped, each once.

    Each only while it is sent and known by the id that was dropped. It forgets the id:
    another attempt gets another one.
    """
    rows = [
        {name: row[name] for name in _DROPPED}
        for row in (_parameters(it, it.again_at) for it in _without_twins(dropped))
    ]
    _REQUEUE.execute(connection, rows)


def close(
    connection: Connection,
    status: OutboundStatus,
    ids: Collection[int],
    now: datetime,
    reason: str | None = None,
) -> None:
    """Move these replies to a final status, where theirs allows it.

    `reason` goes on record as the error code.
    """
    # PostgreSQL would read a whole index to find none.
    if ids:
        _close(connection, status, among(connection, outbound.c.id, ids), now, reason)


def cancel(connection: Connection, whose: ColumnElement[bool], now: datetime) -> None:
    """Cancel those of these replies that are still queued."""
    queued = without_index(outbound.c.status) == OutboundStatus.QUEUED
    _close(connection, OutboundStatus.CANCELED, whose & queued, now)


def _close(
    connection: Connection,
    status: OutboundStatus,
    which: ColumnElement[bool],
    now: datetime,
    reason: str | None = None,
) -> None:
    was = without_index(outbound.c.status)
    statement = (
        update(outbound)
        .where(which, was.in_(sources_of(status)))
        .values(status=status, final_at=now, text_sealed=None)
    )
    connection.execute(statement.values(error_code=reason) if reason else statement)


def _move_to(status: OutboundStatus, given: Given) -> Update:
    """A final status erases the text."""
    columns = outbound.c
    values: dict[Any, Any] = {
        columns.status: status,
        columns.provider_id: func.coalesce(columns.provider_id, given["their_id"]),
        columns.error_code: func.coalesce(given["code"], columns.error_code),
        columns.next_attempt_at: func.coalesce(
            given["again_at"], columns.next_attempt_at
        ),
    }
    if status is OutboundStatus.QUEUED:
        # Another attempt, another doubt: the carrier may be asked as often again.
        values[columns.questions] = 0
    if status in _SENT:
        values[columns.sent_at] = func.coalesce(columns.sent_at, given["at"])
    if is_final(status):
        values[columns.final_at] = given["at"]
        values[columns.text_sealed] = None
    was = without_index(columns.status)
    return (
        update(outbound)
        .where(columns.id == given["its_id"], columns.attempts == given["its_attempt"])
        .where(_is_free(given))
        # Not IN: its parameters cannot be in a statement for many rows (SQLite).
        .where(or_(false(), *(was == it for it in _sources(status))))
        .where(or_(was != OutboundStatus.QUEUED, ~_IS_DROPPED))
        .values(values)
    )


def _requeue(given: Given) -> Update:
    columns = outbound.c
    return (
        update(outbound)
        .where(columns.id == given["its_id"])
        .where(columns.provider_id == given["their_id"])
        .where(without_index(columns.status) == OutboundStatus.SENT)
        .values(
            status=OutboundStatus.QUEUED,
            provider_id=None,
            sent_at=None,
            questions=0,
            error_code=given["code"],
            next_attempt_at=given["again_at"],
        )
    )


def _learn_id(given: Given) -> Update:
    columns = outbound.c
    return (
        update(outbound)
        .where(columns.id == given["its_id"], columns.provider_id.is_(None))
        .where(_is_free(given), ~_IS_DROPPED)
        .values(provider_id=given["their_id"])
    )


def _is_free(given: Given) -> ColumnElement[bool]:
    """Whether no equal reply to the phone has the carrier's id.

    Of two equal texts to one phone nobody can say which is which: the id may have been
    given to the other one, and stands for that one then.
    """
    return ~exists().where(
        _twin.c.channel == outbound.c.channel,
        _twin.c.provider_id == given["their_id"],
        _twin.c.id != outbound.c.id,
    )


def _sources(status: OutboundStatus) -> frozenset[OutboundStatus]:
    """A reply in doubt may stay in doubt, to be asked about later."""
    is_doubt = status is OutboundStatus.UNKNOWN
    return sources_of(status) | ({status} if is_doubt else frozenset())


def _parameters(outcome: SendOutcome, at: datetime | None) -> dict[str, Any]:
    return {
        "its_id": outcome.message_id,
        "its_attempt": outcome.attempt,
        "their_id": outcome.provider_id,
        "code": outcome.error_code,
        "again_at": outcome.again_at,
        "at": at,
    }


_MOVES = {
    status: BulkUpdates(_GIVEN, partial(_move_to, status)) for status in OutboundStatus
}
_LEARN_ID = BulkUpdates(_LEARNT, _learn_id)
_REQUEUE = BulkUpdates(_DROPPED, _requeue)
