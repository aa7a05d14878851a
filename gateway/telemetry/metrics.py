"""Counters for Prometheus. No label carries anything personal.

A process counts in its memory. Servers with a common folder count in files there, which
`/metrics` of any of them adds up: see `count_together`.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import IO

from prometheus_client import Counter, Histogram, values
from prometheus_client.multiprocess import MultiProcessCollector

# Otherwise the library maps files on import of this module, even in commands:
# prometheus.github.io/client_python/multiprocess
values.ValueClass = values.MutexValue

# All our series take some 60 KB. The library grows a file that is too small without
# checking for room on the disk, and a full disk then ends the process by SIGBUS.
FILE_BYTES = 512 * 1024
_KINDS = ("counter", "histogram")
_MOST_PROCESSES = 1_000

log = logging.getLogger(__name__)


class Where(StrEnum):
    """The part of the gateway that an error came from."""

    ANSWER = "answer"
    CONFIGURATION = "configuration"
    DEAD_LETTER = "dead_letter"
    DIRECTORY = "directory"
    SPOOL = "spool"
    CLOCK = "clock"


received = Counter("gateway_received_total", "SMS stored on arrival", ["channel"])
repeated = Counter("gateway_repeated_total", "Webhooks for stored SMS", ["channel"])
spooled = Counter("gateway_spooled_total", "SMS kept on disk at first", ["channel"])
refused = Counter("gateway_refused_total", "Webhooks refused", ["channel", "why"])
webhook_failures = Counter(
    "gateway_webhook_failures_total", "Webhooks that failed here", ["channel", "why"]
)
settled = Counter("gateway_settled_total", "SMS processed", ["status", "topic"])
sends = Counter("gateway_sends_total", "Attempts to send", ["channel", "outcome"])
closed = Counter("gateway_closed_total", "Replies whose time was over", ["status"])
receipts = Counter("gateway_receipts_total", "Delivery receipts", ["channel", "status"])
errors = Counter("gateway_errors_total", "Errors to be looked at", ["where"])
reminders = Counter("gateway_reminders_total", "Reminders due", ["kind", "outcome"])
alarms = Counter("gateway_alarms_total", "Alarms about misuse", ["kind"])
answer_seconds = Histogram(
    "gateway_answer_seconds",
    "Time between receiving an SMS and handing its reply to the carrier",
    ["channel"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 600),
)

# A lock lasts as long as its file is open.
_locks: list[IO[bytes]] = []


def count_together(folder: Path) -> None:
    """Count in files of this folder from now on. Call it before anything is counted.

    The folder is PROMETHEUS_MULTIPROC_DIR, which the library reads again. A process
    takes over the files of a number that no living process holds, so there are as many
    files as processes ever ran at once. If the folder is missing or full, the process
    counts alone: a fault in counting must not stop a gateway from answering.
    """
    try:
        number = _free_number(folder)
        for kind in _KINDS:
            file = folder / f"{kind}_{number}.db"
            _drop_damaged(file)
            _make_room(file)
    except OSError as error:
        why = error.strerror or str(error)
        log.error("metrics of this process counted apart", extra={"why": why})
        return
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]


def _free_number(folder: Path) -> int:
    for number, file in enumerate(_lock_files(folder)):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _locks.append(file)
            return number
        file.close()
    raise OSError(f"{_MOST_PROCESSES} processes already use the metrics folder")


def _lock_files(folder: Path) -> Iterator[IO[bytes]]:
    for number in range(_MOST_PROCESSES):
        yield (folder / f"{number}.lock").open("ab")


def _drop_damaged(path: Path) -> None:
    """Delete a file that a power cut damaged, so that the server can start."""
    try:
        MultiProcessCollector.merge([str(path)])  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        return
    except Exception as error:
        log.warning("damaged metrics dropped", extra={"why": type(error).__name__})
        path.unlink()


def _make_room(path: Path) -> None:
    """Reserve the blocks of the file. Raises OSError on a full disk."""
    with path.open("ab") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
        except OSError:
            if file.tell() == 0:
                path.unlink()  # an empty file cannot be added up
            raise
