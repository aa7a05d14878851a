"""For machines that watch: is it alive, is it ready, what does it count."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from gateway.db.messages.backlog import MOST_COUNTED, VitalSigns
from gateway.domain.errors import DatabaseUnavailable
from gateway.domain.participants import Directory

log = logging.getLogger(__name__)

# Whether the process lives is asked of every server, also where `bp` is elsewhere.
pulse = Blueprint("pulse", __name__)
bp = Blueprint("health", __name__)


@dataclass(frozen=True)
class Vitals:
    """What health is told from. `carrier` is set when Twilio is not the real one."""

    signs: Callable[[], VitalSigns]
    queue_answers: Callable[[], bool]
    clock: Callable[[], datetime]
    carrier: str | None
    metrics_dir: Path | None
    directory: Directory

    def seconds_since(self, moment: datetime | None) -> float:
        """How long something has been waiting; 0 where nothing waits."""
        return (self.clock() - moment).total_seconds() if moment else 0.0


@pulse.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """SMS can be accepted. Without Redis they are answered, only a little later.

    Without the directory enquiries wait; no other machine could answer them sooner.
    """
    vitals: Vitals = current_app.extensions["vitals"]
    report: dict[str, Any] = {"carrier": vitals.carrier}
    report["redis"] = "ok" if vitals.queue_answers() else "away"
    try:
        backlog = vitals.signs().backlog
    except Exception as error:
        _tell_away(error)
        return jsonify(report | {"database": "away"}), 503
    report["database"] = "ok"
    report["directory"] = _state_of(vitals.directory)
    report["unanswered"], report["unsent"] = backlog.unanswered, backlog.unsent
    since = backlog.oldest_unanswered
    report["oldest_unanswered_seconds"] = vitals.seconds_since(since)
    return jsonify(report), 200


def _tell_away(error: Exception) -> None:
    """Log why, with a traceback only for an error that is not ours."""
    is_expected = isinstance(error, DatabaseUnavailable)
    why = {"why": str(error)} if is_expected else {}
    log.error("database is away", extra=why, exc_info=not is_expected)


def _state_of(directory: Directory) -> str:
    try:
        return "empty" if directory.is_empty() else "ok"
    except Exception:
        log.warning("directory does not answer", exc_info=True)
        return "away"


@bp.get("/metrics")
def metrics() -> Response:
    """Counters of all processes, and what waits right now, for Prometheus."""
    vitals: Vitals = current_app.extensions["vitals"]
    waiting = CollectorRegistry()
    waiting.register(_Waiting(vitals))
    text = _counted(vitals.metrics_dir) + generate_latest(waiting)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _counted(folder: Path | None) -> bytes:
    """By all processes; by this one alone where their folder cannot be read."""
    if folder:
        registry = CollectorRegistry()
        try:
            AllProcesses(registry, str(folder))  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        except Exception:
            # Removed, not ours to read, or damaged: the gauges are worth more.
            log.exception("the counters of all processes cannot be read")
    return generate_latest(REGISTRY)


class AllProcesses(MultiProcessCollector):
    """What is in every process's file; one that is damaged takes no other along.

    A process that is killed while it makes its file leaves an empty one for good:
    https://github.com/prometheus/client_python/issues/1199
    """

    def collect(self) -> Any:
        """All files at once, or one by one to find those that can be read."""
        try:
            return super().collect()  # type: ignore[no-untyped-call]
        except Exception:
            files = [*Path(self._path).glob("*.db")]
            good = [str(file) for file in files if _is_readable(file)]
            facts = {"left_out": len(files) - len(good)}
            log.warning("counters of some processes cannot be read", extra=facts)
            return self.merge(good, accumulate=True)  # type: ignore[no-untyped-call]


def _is_readable(file: Path) -> bool:
    try:
        MultiProcessCollector.merge([str(file)], accumulate=True)  # type: ignore[no-untyped-call]
    except Exception:
        return False
    return True


class _Waiting:
    """Gauges read from the message log at the moment of the scrape."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            signs = self._vitals.signs()
        except Exception as error:
            _tell_away(error)
            return
        backlog, since = signs.backlog, self._vitals.seconds_since
        for name, text, value in (
            (
                "unanswered",
                f"SMS that wait for an answer, up to {MOST_COUNTED}",
                backlog.unanswered,
            ),
            (
                "unsent",
                f"Replies that the carrier has not taken, up to {MOST_COUNTED}",
                backlog.unsent,
            ),
            (
                "oldest_unanswered_seconds",
                "How long the oldest unanswered SMS has been waiting",
                since(backlog.oldest_unanswered),
            ),
            (
                "oldest_unsent_seconds",
                "How long the oldest reply has been waiting for the carrier",
                since(signs.oldest_unsent),
            ),
            (
                "replies_in_doubt",
                "Replies that may have been sent and wait for a person",
                signs.in_doubt,
            ),
        ):
            yield GaugeMetricFamily(f"gateway_{name}", text, value=value)
