"""Find duplicates: the same SMS of a phone under a second provider id.

docs/decisions/0013-repeated-sms.md explains the window of a minute, and why an SMS is
compared only with the one before it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, ScalarSelect, exists, func, select

from gateway.db.core.bulk import among, without_index
from gateway.db.models.messages import inbound, outbound
from gateway.domain.messages import IgnoreReason
from gateway.domain.statuses import InboundStatus, OutboundStatus

WINDOW = timedelta(minutes=1)
# How far ids may be out of order with arrival times, because the clocks of web servers
# differ: ten seconds at a hundred SMS a second.
_DISORDER = 1_000
# A sender who did not get the reply may ask again and must be answered.
_NOT_DELIVERED = (
    OutboundStatus.FAILED,
    OutboundStatus.UNDELIVERED,
    OutboundStatus.EXPIRED,
)
_IS_UNDELIVERED = (
    exists()
    .where(outbound.c.in_reply_to == inbound.c.id)
    .where(outbound.c.recipient_index == inbound.c.sender_index)
    .where(without_index(outbound.c.status).in_(_NOT_DELIVERED))
)
_COLUMNS = (
    *(inbound.c.id, inbound.c.sender_index, inbound.c.text_index),
    *(inbound.c.received_at, inbound.c.status, inbound.c.reason),
    _IS_UNDELIVERED.label("is_undelivered"),
)


def duplicates_among(
    connection: Connection,
    ids: Collection[int],
    phones: Collection[bytes],
    oldest: datetime,
) -> set[int]:
    """Those of these messages that duplicate another SMS of the same phone.

    The phones must be locked, so that one of two duplicates in two batches is answered.
    `oldest` is when the first of the messages came.
    """
    since = oldest - WINDOW
    recent = (
        select(*_COLUMNS)
        .where(among(connection, inbound.c.sender_index, phones))
        # The index of phones holds ids, so that old messages are not read.
        .where(inbound.c.id >= _first_id(since), inbound.c.received_at >= since)
        # A spooled message has a late id.
        .order_by(inbound.c.received_at, inbound.c.id)
    )
    by_phone = defaultdict[bytes, list[Any]](list)
    for row in connection.execute(recent):
        by_phone[row.sender_index].append(row)
    return {
        duplicate for rows in by_phone.values() for duplicate in _duplicates(rows, ids)
    }


def _first_id(since: datetime) -> ScalarSelect[int]:
    """An id below which no SMS came since then."""
    early = (
        select(inbound.c.id)
        .where(inbound.c.received_at >= since)
        .order_by(inbound.c.received_at)
        .limit(_DISORDER)
        .subquery()
    )
    return select(func.min(early.c.id)).scalar_subquery()


def _duplicates(rows: Sequence[Any], ids: Collection[int]) -> Iterable[int]:
    """The ids of duplicates among one phone's SMS, in the order they came.

    Each is compared with the SMS before it that is no duplicate itself, unless the
    reply to that one was not delivered.
    """
    last = None
    for row in rows:
        if row.reason == IgnoreReason.REPEATED:
            continue
        if last is not None and _is_same(last, row):
            if row.status == InboundStatus.RECEIVED:
                if row.id in ids:
                    yield row.id
                continue
            # This one is settled, so its duplicate, committed later, is the second.
            if last.id in ids:
                yield last.id
        last = None if row.is_undelivered else row


def _is_same(one: Any, other: Any) -> bool:
    return (
        one.text_index is not None
        and one.text_index == other.text_index
        and abs(other.received_at - one.received_at) <= WINDOW
    )
