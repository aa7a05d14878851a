"""Count SMS and replies in the same transaction that changes them.

Each quarter of an hour has its own counts. A settled SMS counts in the quarter in which
it came, by its outcome and keyword. A reply counts in the quarter in which it was
queued, by the facts below.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Connection, Row, RowMapping, select

from gateway.db.core.bulk import BulkInserts, among
from gateway.db.core.last_writes import LastWrite
from gateway.db.models.messages import inbound, outbound
from gateway.db.models.statistics import quarter_counts
from gateway.domain.outcomes import Outcome, outcome_of
from gateway.domain.statuses import OutboundStatus, is_final

SECONDS = 900
_HUNDREDTH = timedelta(seconds=0.01)
# Equal answer times share a row, so there are few: in hundredths of a second, steps of
# 5 below a second, of 25 below ten, of 500 from there on.
_STEPS = ((100, 5), (1_000, 25))
_COARSEST = 500
# The columns that decide how an SMS and a reply count.
SMS_COLUMNS: tuple[Column[Any], ...] = (
    *(inbound.c.received_at, inbound.c.status, inbound.c.reason),
    *(inbound.c.decision, inbound.c.keyword),
)
REPLY_COLUMNS: tuple[Column[Any], ...] = (
    *(outbound.c.id, outbound.c.created_at, outbound.c.asked_at, outbound.c.sent_at),
    *(outbound.c.status, outbound.c.segments),
)

_Columns = Mapping[str, Any] | RowMapping


class Fact(StrEnum):
    """The facts counted of replies; an SMS is counted by its outcome and keyword."""

    # The status is final.
    DECIDED = "decided"
    DELIVERED = "delivered"
    # Of replies that the carrier has accepted.
    SEGMENTS = "segments"
    # Labelled with the time from the SMS to the reply, in hundredths of a second.
    ANSWER_TIME = "answer_time"


_ADD = BulkInserts(
    quarter_counts,
    finish=lambda new: new.on_conflict_do_update(
        index_elements=quarter_counts.primary_key.columns,
        set_={"number": quarter_counts.c.number + new.excluded.number},
    ),
)


@dataclass
class _Changes(LastWrite):
    """The counts that a transaction adds, and the replies that it may have changed.

    All workers add to the same few rows, so add last, and in key order, to prevent
    deadlocks.
    """

    counts: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    replies: set[int] = field(default_factory=set)

    def write(self, connection: Connection) -> None:
        """Count the replies as they are now, and add all counts."""
        if self.replies:
            changed = among(connection, outbound.c.id, self.replies)
            for reply in connection.execute(select(*REPLY_COLUMNS).where(changed)):
                count_reply(connection, reply._mapping)
        rows = [
            {"quarter": quarter, "fact": fact, "label": label, "number": number}
            for (quarter, fact, label), number in sorted(self.counts.items())
            if number
        ]
        _ADD.execute(connection, rows)


def uncounted(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Replies that this transaction has not passed to `count_changes` yet."""
    return set(ids) - _Changes.of(connection).replies


def count_changes(connection: Connection, replies: Iterable[Row[Any]]) -> None:
    """Take these locked replies out of the counts; they count again at the end."""
    for reply in replies:
        _Changes.of(connection).replies.add(reply.id)
        count_reply(connection, reply._mapping, by=-1)


def quarter_of(at: datetime) -> int:
    """The number of the quarter of an hour in which a time lies."""
    return int(at.timestamp()) // SECONDS


def count_sms(connection: Connection, sms: _Columns, by: int = 1) -> None:
    """Count an SMS by its `SMS_COLUMNS`, unless it waits to be settled.

    Before a change that may alter its outcome, count it by -1.
    """
    outcome = outcome_of(sms["status"], sms["reason"], sms["decision"])
    if outcome is not Outcome.WAITING:
        _add(connection, sms["received_at"], outcome, sms["keyword"] or "", by)


def count_reply(connection: Connection, reply: _Columns, by: int = 1) -> None:
    """Count the facts of a reply by its `REPLY_COLUMNS`."""
    at, status = reply["created_at"], OutboundStatus(reply["status"])
    if is_final(status):
        _add(connection, at, Fact.DECIDED, by=by)
    if status is OutboundStatus.DELIVERED:
        _add(connection, at, Fact.DELIVERED, by=by)
    if reply["sent_at"]:
        _add(connection, at, Fact.SEGMENTS, by=by * reply["segments"])
        time = _rounded(reply["sent_at"] - reply["asked_at"])
        _add(connection, at, Fact.ANSWER_TIME, str(time), by)


def _add(
    connection: Connection, at: datetime, fact: str, label: str = "", by: int = 1
) -> None:
    _Changes.of(connection).counts[quarter_of(at), str(fact), label] += by


def _rounded(time: timedelta) -> int:
    hundredths = time / _HUNDREDTH
    step = next((step for below, step in _STEPS if hundredths < below), _COARSEST)
    return round(hundredths / step) * step
