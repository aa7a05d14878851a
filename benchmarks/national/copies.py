"""Two copies of the code side by side on one database and one Valkey.

Each copy has a web server of its own, which half of the SMS come to. The carrier takes
long for each SMS, so that a worker's time is spent waiting: on few cores nothing else
could grow.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks.figures import MEASURING, figures_of
from benchmarks.installation import Installation, start_web
from benchmarks.national.stand import (
    Stand,
    installation_at,
    server_pids,
    start_carrier,
)
from benchmarks.programs import address, programs_in
from benchmarks.trial import Plan, Trial, conduct
from tests.support.processes import free_port

LATENCY_MS = 1_000.0
MESSAGES = 3_000
ROOT = Path(__file__).parent.parent.parent
_CONNECTIONS = 8


@dataclass(frozen=True)
class Doubled:
    """What came of a burst; `cpu_ms` is per message, without what only measures."""

    webs: int
    workers: int
    messages: int
    replies_per_second: float
    lost: int
    doubled: int
    wrong: int
    cpu_ms: float


def side_by_side(stand: Stand, first: int) -> Iterator[Doubled]:
    """One web and one worker, then two and three; members from this number on."""
    copies = [_copy_of_the_code(stand.folder / f"copy-{name}") for name in "ab"]
    for webs, workers in ((1, 1), (2, 3)):
        with _running(stand, copies[:webs], workers) as installations:
            yield _burst(installations, workers, first)
        first += MESSAGES


def _copy_of_the_code(folder: Path) -> Path:
    """The last commit, as another machine would have it."""
    archive = subprocess.run(
        ["git", "archive", "HEAD", "gateway"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    folder.mkdir()
    unpack = ["tar", "--extract", "--directory", str(folder)]
    subprocess.run(unpack, input=archive.stdout, check=True)
    return folder


@contextmanager
def _running(
    stand: Stand, copies: Sequence[Path], workers: int
) -> Iterator[list[Installation]]:
    """A web server of each copy, and workers of one copy after the other."""
    with programs_in(stand.folder) as programs:
        carrier = start_carrier(programs, stand, LATENCY_MS)
        worker_pids = [
            programs.start(f"worker-{number}", _of(stand, copy), "gateway", "worker")
            for number, copy in enumerate(islice(cycle(copies), workers), start=1)
        ]
        ports = [free_port() for _ in copies]
        envs = [
            _of(stand, copy) | {"GATEWAY_PUBLIC_URL": address(port)}
            for copy, port in zip(copies, ports, strict=True)
        ]
        webs = [
            start_web(programs, env, port, f"web-{port}")
            for env, port in zip(envs, ports, strict=True)
        ]
        pids = {
            **{"carrier": [carrier], "worker": worker_pids, "web": webs},
            **server_pids(),
        }
        yield [
            installation_at(stand, port, env, pids)
            for env, port in zip(envs, ports, strict=True)
        ]


def _of(stand: Stand, copy: Path) -> dict[str, str]:
    """The environment in which programs run from a copy, and from nowhere else."""
    env = dict(stand.env) | {"PYTHONSAFEPATH": "1", "PYTHONPATH": f"{copy}:{ROOT}"}
    command = [sys.executable, "-c", "import gateway; print(gateway.__file__)"]
    reported = subprocess.run(
        command, env=env, capture_output=True, text=True, check=True
    )
    assert Path(reported.stdout).is_relative_to(copy)
    return env


def _burst(installations: Sequence[Installation], workers: int, first: int) -> Doubled:
    """All web servers get as many SMS at once."""
    each = MESSAGES // len(installations)
    plans = [
        Plan(first + number * each, each, _CONNECTIONS)
        for number in range(len(installations))
    ]
    with ThreadPoolExecutor() as pool:
        trials = list(pool.map(conduct, installations, plans))
    figures = [figures_of(trial) for trial in trials]
    return Doubled(
        webs=len(installations),
        workers=workers,
        messages=each * len(installations),
        replies_per_second=_rate(trials),
        lost=sum(figure.lost for figure in figures),
        doubled=sum(figure.doubled for figure in figures),
        wrong=sum(figure.wrong for figure in figures),
        cpu_ms=_cpu_ms(trials),
    )


def _rate(trials: Sequence[Trial]) -> float:
    start = min(note.due for trial in trials for note in trial.notes if note.due)
    ends = [reply.at for trial in trials for reply in trial.replies]
    return len(ends) / (max(ends) - start)


def _cpu_ms(trials: Sequence[Trial]) -> float:
    """All trials watch the same processes, at the same time."""
    used = max(
        sum(value for kind, value in trial.cpu_seconds.items() if kind not in MEASURING)
        for trial in trials
    )
    return used * 1000 / sum(len(trial.notes) for trial in trials)
