"""How the status of a reply changes: always by one of the allowed moves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Update,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from gateway.db.models import UtcDateTime, bindings, outbound, subscriptions
from gateway.messages import (
    GONE_CODES,
    OutboundStatus,
    SendOutcome,
    is_final,
    sources_of,
)

_SENT = (OutboundStatus.SENT, OutboundStatus.DELIVERED)
_IS_IT = outbound.c.id == bindparam("its_id")
_THEIR_ID = bindparam("their_id", type_=String)
_twin = outbound.alias("twin")
# Of two equal texts to one phone nobody can say which is which: the carrier's id may
# have been given to the other one, and stands for that one then.
_IS_FREE = ~exists().where(
    _twin.c.channel == outbound.c.channel,
    _twin.c.provider_id == _THEIR_ID,
    _twin.c.id != outbound.c.id,
)


def move(connection: Connection, outcomes: Sequence[SendOutcome], at: datetime) -> None:
    """Move many replies of different statuses, each only where its status allows it.

    What is told of an attempt that is not the latest moves nothing, but the carrier's
    id is learnt in any case.
    """
    _end_bindings(connection, outcomes, at)
    moved = 0
    by_status: dict[OutboundStatus, list[dict[str, Any]]] = {}
    for outcome in outcomes:
        by_status.setdefault(outcome.status, []).append(_parameters(outcome, at))
    for status, parameters in by_status.items():
        moved += connection.execute(_MOVES[status], parameters).rowcount
    if moved < len(outcomes):
        _learn_ids(connection, outcomes)


def _end_bindings(
    connection: Connection, outcomes: Iterable[SendOutcome], at: datetime
) -> None:
    """A phone that seems to be gone is enrolled no more, and not reminded either."""
    gone = [it.message_id for it in outcomes if it.error_code in GONE_CODES]
    if gone:
        phones = select(outbound.c.recipient_index).where(outbound.c.id.in_(gone))
        for table in (bindings, subscriptions):
            theirs = table.c.msisdn_index.in_(phones) & table.c.ended_at.is_(None)
            ended = {"ended_at": at, "end_reason": "phone_gone"}
            connection.execute(update(table).where(theirs).values(ended))


def _learn_ids(connection: Connection, outcomes: Iterable[SendOutcome]) -> None:
    learnt = [
        {"its_id": it.message_id, "their_id": it.provider_id}
        for it in outcomes
        if it.provider_id is not None
    ]
    if learnt:
        connection.execute(_LEARN_ID, learnt)


def close(
    connection: Connection,
    status: OutboundStatus,
    which: ColumnElement[bool],
    now: datetime,
) -> int:
    """Move all replies of a kind to a final status; how many."""
    statement = (
        update(outbound)
        .where(which, outbound.c.status.in_(sources_of(status)))
        .values(status=status, final_at=now, text_sealed=None)
    )
    return connection.execute(statement).rowcount


def _move_to(status: OutboundStatus) -> Update:
    """A statement for executemany; a final status erases the text."""
    columns = outbound.c
    values: dict[Any, Any] = {
        columns.status: status,
        columns.provider_id: func.coalesce(columns.provider_id, _THEIR_ID),
        columns.error_code: func.coalesce(
            bindparam("code", type_=String), columns.error_code
        ),
        columns.next_attempt_at: func.coalesce(
            bindparam("again_at", type_=UtcDateTime), columns.next_attempt_at
        ),
    }
    if status is OutboundStatus.QUEUED:
        # Another attempt, another doubt: the carrier may be asked as often again.
        values[columns.questions] = 0
    if status in _SENT:
        at = bindparam("at", type_=UtcDateTime)
        values[columns.sent_at] = func.coalesce(columns.sent_at, at)
    if is_final(status):
        values[columns.final_at] = bindparam("at", type_=UtcDateTime)
        values[columns.text_sealed] = None
    return (
        update(outbound)
        .where(_IS_IT, columns.attempts == bindparam("its_attempt"), _IS_FREE)
        .where(or_(false(), *(columns.status == it for it in _sources(status))))
        .values(values)
    )


def _sources(status: OutboundStatus) -> frozenset[OutboundStatus]:
    """A reply in doubt may stay in doubt, to be asked about later."""
    is_doubt = status is OutboundStatus.UNKNOWN
    return sources_of(status) | ({status} if is_doubt else frozenset())


def _parameters(outcome: SendOutcome, at: datetime) -> dict[str, Any]:
    parameters = {
        "its_id": outcome.message_id,
        "its_attempt": outcome.attempt,
        "their_id": outcome.provider_id,
        "code": outcome.error_code,
        "again_at": outcome.again_at,
    }
    if outcome.status in _SENT or is_final(outcome.status):
        parameters["at"] = at
    return parameters


_MOVES = {status: _move_to(status) for status in OutboundStatus}
_LEARN_ID = (
    update(outbound)
    .where(_IS_IT, outbound.c.provider_id.is_(None), _IS_FREE)
    .values(provider_id=_THEIR_ID)
)
