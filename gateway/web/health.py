"""Health endpoints for machines: liveness, readiness and metrics."""

import logging
from collections.abc import Iterator
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

from gateway.doctor.backlog import GAUGES
from gateway.doctor.checks import View, examine
from gateway.doctor.findings import Level, State
from gateway.doctor.installation import Installation
from gateway.domain.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

# Every server has a liveness endpoint, also one without the other endpoints.
liveness = Blueprint("liveness", __name__)
bp = Blueprint("health", __name__)
# The keys of /readyz, by the subject of the check. The queue is a part of the database.
_KEYS = {
    "valkey": "redis",
    "database": "database",
    "queue": "database",
    "members": "directory",
}


@liveness.get("/healthz")
def alive() -> Response:
    """Answer 200: the process is alive."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Report every part; 503 only without the database, where SMS cannot be stored.

    Without Redis, SMS are answered a little later. Without the directory, enquiries
    wait, and another machine could not answer them sooner.
    """
    installation: Installation = current_app.extensions["installation"]
    twilio = installation.settings.twilio
    report: dict[str, Any] = {"carrier": twilio.api_url if twilio else None}
    for finding in examine(installation, View.READYZ):
        if finding.state is State.SKIPPED:
            continue
        report[_KEYS[finding.subject]] = finding.state
        if finding.subject == "queue":
            report |= finding.facts
        if finding.state is State.AWAY and finding.level is Level.FAIL:
            why = {"subject": finding.subject, "why": finding.text}
            log.error("health check failed", extra=why)
    return jsonify(report), 200 if report["database"] == State.OK else 503


@bp.get("/metrics")
def metrics() -> Response:
    """Counters of all processes, and the gauges of the backlog, for Prometheus."""
    installation: Installation = current_app.extensions["installation"]
    gauges = CollectorRegistry()
    gauges.register(_Backlog(installation))
    text = _counters(installation.settings.metrics_dir) + generate_latest(gauges)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _counters(folder: Path | None) -> bytes:
    """The counters of all processes, or of this one if their folder cannot be read."""
    if folder:
        registry = CollectorRegistry()
        try:
            AllProcesses(registry, str(folder))  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        except Exception:
            # The folder was removed, is not readable or is damaged: still serve gauges.
            log.exception("the counters of all processes cannot be read")
    return generate_latest(REGISTRY)


class AllProcesses(MultiProcessCollector):
    """Reads the counters in the files of all processes, and skips damaged files.

    A process that is killed while it creates its file leaves an empty one for good:
    https://github.com/prometheus/client_python/issues/1199
    """

    def collect(self) -> Any:
        """Read all files at once; if that fails, only those that can be read."""
        try:
            return super().collect()  # type: ignore[no-untyped-call]
        except Exception:
            files = [*Path(self._path).glob("*.db")]
            readable = [str(file) for file in files if _is_readable(file)]
            facts = {"left_out": len(files) - len(readable)}
            log.warning("counters of some processes cannot be read", extra=facts)
            return self.merge(readable, accumulate=True)  # type: ignore[no-untyped-call]


def _is_readable(file: Path) -> bool:
    try:
        MultiProcessCollector.merge([str(file)], accumulate=True)  # type: ignore[no-untyped-call]
    except Exception:
        return False
    return True


class _Backlog:
    """Gauges that are read from the database at each scrape.

    There are none while the database is down or read-only: an alert fires when they are
    missing.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            self._installation.database.try_to_write()
            signs = self._installation.vital_signs()
        except Exception as error:
            is_expected = isinstance(error, DatabaseUnavailable)
            why = {"why": str(error)} if is_expected else {}
            log.error("database is away", extra=why, exc_info=not is_expected)
            return
        now = self._installation.clock()
        for gauge in GAUGES:
            value = gauge.value(signs, now)
            yield GaugeMetricFamily(f"gateway_{gauge.name}", gauge.help, value=value)
