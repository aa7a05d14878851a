"""Every counter exists from the start, at 0.

Prometheus learns of an event by a counter that has grown; one that is made by its first
event is never seen to grow from 0 to 1.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from gateway.domain.alarms import AlarmKind
from gateway.domain.messages import IgnoreReason, InboundStatus, OutboundStatus
from gateway.domain.reminder_schedule import ReminderKind, ReminderOutcome
from gateway.telemetry import metrics

# The answers of a webhook that are counted.
REFUSED, FAILED = ("400", "403"), ("500", "503")
CLOSED = (OutboundStatus.EXPIRED, OutboundStatus.CANCELED, OutboundStatus.UNCONFIRMED)

# A counter, and the values of each of its labels.
_Series = tuple[MetricWrapperBase, tuple[Iterable[str], ...]]


def start_counting(folder: Path | None, channels: Iterable[str]) -> None:
    """Let a server count, with the others in this folder; once, before it works."""
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
