"""Log and count how attempts to send ended."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from gateway.domain.messages import OutboundMessage, SendOutcome
from gateway.domain.statuses import OutboundStatus
from gateway.telemetry import metrics

log = logging.getLogger(__name__)


class _LogLine(NamedTuple):
    """The facts that replies in one log line share."""

    channel: str
    status: OutboundStatus
    attempt: int
    error_code: str | None


def log_outcomes(
    outcomes: Iterable[tuple[OutboundMessage, SendOutcome]], now: datetime
) -> None:
    """Count attempts, and log those with the same outcome in one line."""
    ids = defaultdict[_LogLine, list[int]](list)
    for message, outcome in outcomes:
        line = _LogLine(
            message.channel, outcome.status, message.attempt, outcome.error_code
        )
        ids[line].append(message.id)
        if outcome.status is OutboundStatus.SENT:
            waited = (now - message.asked_at).total_seconds()
            metrics.answer_seconds.labels(message.channel).observe(waited)
    for line, reply_ids in ids.items():
        metrics.sends.labels(line.channel, line.status).inc(len(reply_ids))
        is_sent = line.status is OutboundStatus.SENT
        level = logging.INFO if is_sent else logging.WARNING
        log.log(level, "replies", extra={"reply_ids": reply_ids, **line._asdict()})
