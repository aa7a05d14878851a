"""Create every counter at start-up with the value 0.

Prometheus notices an event when a counter grows. If the first event creates the
counter, Prometheus never sees it grow from 0 to 1.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from gateway.domain.alarms import AlarmKind
from gateway.domain.messages import IgnoreReason
from gateway.domain.reminder_schedule import ReminderKind, ReminderOutcome
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.telemetry import metrics

# HTTP statuses of webhooks that are counted.
REFUSED, FAILED = ("400", "403"), ("500", "503")
CLOSED = (OutboundStatus.EXPIRED, OutboundStatus.CANCELED, OutboundStatus.UNCONFIRMED)

# A counter, and the values of each of its labels.
_Series = tuple[MetricWrapperBase, tuple[Iterable[str], ...]]


def start_counting(folder: Path | None, channels: Iterable[str]) -> None:
    """Create all counters, in `folder` if servers share one. Call it once."""
    if folder:
        metrics.count_together(folder)
    for metric, labels in _known_series(tuple(channels)):
        for label_values in product(*labels):
            metric.labels(*label_values)


def _known_series(channels: tuple[str, ...]) -> Iterator[_Series]:
    for counter in (metrics.received, metrics.repeated, metrics.spooled):
        yield counter, (channels,)
    yield metrics.answer_seconds, (channels,)
    yield metrics.refused, (channels, REFUSED)
    yield metrics.webhook_failures, (channels, FAILED)
    yield metrics.sends, (channels, OutboundStatus)
    yield metrics.receipts, (channels, OutboundStatus)
    yield metrics.closed, (CLOSED,)
    yield metrics.errors, (metrics.Where,)
    yield metrics.alarms, (AlarmKind,)
    yield metrics.reminders, (ReminderKind, ReminderOutcome)
    yield metrics.settled, ((InboundStatus.IGNORED,), IgnoreReason)
