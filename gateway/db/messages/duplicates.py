"""The same SMS under a second carrier id: which of a phone's SMS are repeats.

docs/decisions/0013-repeated-sms.md says why a minute, and why only the phone's last SMS
is compared with.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, ScalarSelect, exists, func, select

from gateway.db.core.bulk import among, without_index
from gateway.db.models.messages import inbound, outbound
from gateway.domain.messages import IgnoreReason, InboundStatus, OutboundStatus

WINDOW = timedelta(minutes=1)
# Ids are nearly in the order of arrival: clocks of two web servers differ a little. Ten
# seconds of a hundred SMS a second.
_DISORDER = 1_000
# Who was not reached by the reply asks again, and must hear something.
_NOT_HEARD = (
    OutboundStatus.FAILED,
    OutboundStatus.UNDELIVERED,
    OutboundStatus.EXPIRED,
)
_IS_UNHEARD = (
    exists()
    .where(outbound.c.in_reply_to == inbound.c.id)
    .where(outbound.c.recipient_index == inbound.c.sender_index)
    .where(without_index(outbound.c.status).in_(_NOT_HEARD))
)
_WHAT = (
    *(inbound.c.id, inbound.c.sender_index, inbound.c.text_index),
    *(inbound.c.received_at, inbound.c.status, inbound.c.reason),
    _IS_UNHEARD.label("is_unheard"),
)


def repeats_among(
    connection: Connection,
    mine: Collection[int],
    phones: Collection[bytes],
    oldest: datetime,
) -> set[int]:
    """Those of these messages that are repeats of another SMS of the same phone.

    The phones must be locked, so that of two copies in two batches one is answered.
    `oldest` is when the first of the messages came.
    """
    since = oldest - WINDOW
    recent = (
        select(*_WHAT)
        .where(among(connection, inbound.c.sender_index, phones))
        # The index of phones holds ids, so that what they sent last year is not read.
        .where(inbound.c.id >= _first_id(since), inbound.c.received_at >= since)
        # What waited in a spool has a late id.
        .order_by(inbound.c.received_at, inbound.c.id)
    )
    by_phone = defaultdict[bytes, list[Any]](list)
    for row in connection.execute(recent):
        by_phone[row.sender_index].append(row)
    return {it for rows in by_phone.values() for it in _repeats(rows, mine)}


def _first_id(since: datetime) -> ScalarSelect[int]:
    """No SMS that came since then has a smaller id."""
    early = (
        select(inbound.c.id)
        .where(inbound.c.received_at >= since)
        .order_by(inbound.c.received_at)
        .limit(_DISORDER)
        .subquery()
    )
    return select(func.min(early.c.id)).scalar_subquery()


def _repeats(rows: Sequence[Any], mine: Collection[int]) -> Iterable[int]:
    """The ids of repeats among one phone's SMS, in the order they came.

    Each is compared with the SMS before it that is no repeat itself,
    unless the reply to that one was not heard.
    """
    last = None
    for row in rows:
        if row.reason == IgnoreReason.REPEATED:
            continue
        if last is not None and _is_same(last, row):
            if row.status == InboundStatus.RECEIVED:
                if row.id in mine:
                    yield row.id
                continue
            # Its copy was committed later under an earlier id, and comes second.
            if last.id in mine:
                yield last.id
        last = None if row.is_unheard else row


def _is_same(one: Any, other: Any) -> bool:
    return (
        one.text_index is not None
        and one.text_index == other.text_index
        and abs(other.received_at - one.received_at) <= WINDOW
    )
