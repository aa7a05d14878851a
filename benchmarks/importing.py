"""The command `python -m benchmarks.importing`: members come in while SMS are answered.

On a real PostgreSQL with web and worker; it prints how fast, how much memory all
importing processes took together, and how long replies took meanwhile and before.
"""

import math
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks import machine
from benchmarks.installation import Installation, gateway
from benchmarks.members import MOST, write_csv
from benchmarks.programs import ProgramFailed
from benchmarks.scale import Scale
from benchmarks.trial import Plan, Trial, conduct
from benchmarks.usage import resident_mb, usage_of

SIZES = (250_000, 500_000, MOST)
TARGET_SECONDS = 120.0
_TRIAL_SECONDS = 15.0
_CONNECTIONS = 8
_POLL_SECONDS = 0.5
# Who may text: each member once.
_TEXTING = 40_000


@dataclass(frozen=True)
class Import:
    """One import: how long, CPU seconds and most memory of all its processes."""

    members: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    ended_at: float


class Texting:
    """Sends SMS at a rate, a while at a time, every one from another member."""

    def __init__(self, installation: Installation, rate: float) -> None:
        self._installation = installation
        self._rate = rate
        self._next = 0

    def go_on(self) -> Trial:
        """Text for a while. Raises ProgramFailed."""
        count = round(self._rate * _TRIAL_SECONDS)
        plan = Plan(self._next, count, _CONNECTIONS, self._rate)
        self._next += count
        return conduct(self._installation, plan)


@click.command(context_settings={"show_default": True})
@click.option(
    "--members",
    "sizes",
    type=click.IntRange(_TEXTING, MOST),
    multiple=True,
    default=SIZES,
    help="Of one import; repeatable.",
)
@click.option("--rate", type=click.FloatRange(1, 100), default=20.0, help="SMS/s.")
def main(sizes: Sequence[int], rate: float) -> None:
    """Import so many members while SMS come in."""
    scale = Scale(_TEXTING, _CONNECTIONS, rate, _TRIAL_SECONDS, 1, 0.0)
    with (
        tempfile.TemporaryDirectory(prefix="benchmarks-") as folder,
        gateway(Path(folder), scale, embedded=False) as installation,
    ):
        facts = machine.facts(installation.folder)
        click.echo(f"{facts['cores']} cores, load before {facts['load_average']}")
        texting = Texting(installation, rate)
        texting.go_on()
        click.echo(_reply_line("without", _waits([texting.go_on()], math.inf)))
        for size in sizes:
            for line in _measured(installation, texting, size):
                click.echo(line)


def _measured(installation: Installation, texting: Texting, size: int) -> Iterator[str]:
    file = installation.folder / f"members-{size}.csv"
    write_csv(file, size)
    meter = _Meter(installation, file)
    trials = []
    while meter.is_alive():
        trials.append(texting.go_on())
    figure = meter.figures(size)
    file.unlink()
    mark = "" if figure.seconds < TARGET_SECONDS else f"  MISSED {TARGET_SECONDS:.0f} s"
    yield (
        f"{size:>9} members  {figure.seconds:6.1f} s  {size / figure.seconds:7.0f}/s  "
        f"{figure.cpu_seconds:6.1f} CPU s  {figure.peak_mb:5.0f} MB{mark}"
    )
    others = statistics.mean(
        trial.others_cpu_seconds / trial.seconds for trial in trials
    )
    yield _reply_line("meanwhile", _waits(trials, figure.ended_at))
    yield f"          other work on the machine took {others:.1f} cores"


class _Meter(threading.Thread):
    """Runs an import and looks at all its processes until it ends."""

    def __init__(self, installation: Installation, file: Path) -> None:
        super().__init__()
        self._began = time.monotonic()
        log = (installation.folder / "import.log").open("ab")
        command = [sys.executable, "-m", "gateway", "participants", "import", str(file)]
        self._process = subprocess.Popen(
            command, env=installation.env, stdout=log, stderr=subprocess.STDOUT
        )
        log.close()
        self._peak_mb = self._cpu_seconds = 0.0
        self.start()

    def run(self) -> None:
        """Look until it has ended."""
        while self._process.poll() is None:
            pids = [self._process.pid]
            self._peak_mb = max(self._peak_mb, resident_mb(pids))
            self._cpu_seconds = max(self._cpu_seconds, usage_of(pids).cpu_seconds)
            time.sleep(_POLL_SECONDS)
        self._ended = time.monotonic()

    def figures(self, members: int) -> Import:
        """What it took. Raises ProgramFailed."""
        self.join()
        if self._process.returncode:
            msg = "the import failed"
            raise ProgramFailed(msg)
        seconds = self._ended - self._began
        return Import(members, seconds, self._cpu_seconds, self._peak_mb, self._ended)


def _waits(trials: Sequence[Trial], until: float) -> list[float]:
    """Milliseconds from an SMS being due until its reply, of those due by then."""
    waits = []
    for trial in trials:
        dues = {
            note.phone: note.due
            for note in trial.notes
            if note.due and note.due < until
        }
        replies = {reply.phone: reply.at for reply in reversed(trial.replies)}
        waits += [(replies[phone] - due) * 1000 for phone, due in dues.items()]
    return waits


def _reply_line(when: str, waits: Sequence[float]) -> str:
    p50, p95 = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
    return f"  replies {when:<10} p50 {p50:6.0f} ms  p95 {p95:6.0f} ms  of {len(waits)}"


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.importing")
