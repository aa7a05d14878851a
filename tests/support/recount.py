"""Recount what the counts of a database should be, from its messages."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, select

from gateway.db.models.messages import inbound, outbound
from gateway.db.models.statistics import quarter_counts
from gateway.domain.outcomes import outcome_of
from gateway.domain.statuses import OutboundStatus, is_final

Counts = Counter[tuple[int, str, str]]


def counts_in(engine: Engine) -> Counts:
    """The counts on record by quarter, fact and label."""
    with engine.connect() as connection:
        rows = connection.execute(select(quarter_counts)).all()
    return Counter({tuple(row[:3]): row.number for row in rows if row.number})


def recount(engine: Engine) -> Counts:
    """The counts that the messages add up to."""
    counts: Counts = Counter()
    with engine.connect() as connection:
        for sms in connection.execute(select(inbound)):
            if sms.status != "received":
                outcome = outcome_of(sms.status, sms.reason, sms.decision)
                counts[quarter(sms.received_at), str(outcome), sms.keyword or ""] += 1
        for reply in connection.execute(select(outbound)):
            counts += _counts_of(reply)
    return counts


def quarter(at: datetime) -> int:
    return int(at.timestamp()) // 900


def _counts_of(reply: Row[Any]) -> Counts:
    at = quarter(reply.created_at)
    counts: Counts = Counter()
    counts[at, "decided", ""] = is_final(OutboundStatus(reply.status))
    counts[at, "delivered", ""] = reply.status == OutboundStatus.DELIVERED
    if reply.sent_at:
        counts[at, "segments", ""] = reply.segments
        seconds = (reply.sent_at - reply.asked_at).total_seconds()
        counts[at, "answer_time", str(_hundredths(seconds))] = 1
    return +counts


def _hundredths(seconds: float) -> int:
    if seconds < 1:
        return 5 * round(seconds * 20)
    return 25 * round(seconds * 4) if seconds < 10 else 500 * round(seconds / 5)
