"""One trial: load runs, replies are awaited, and what it cost is read."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import replies
from benchmarks.installation import Installation
from benchmarks.load import READY
from benchmarks.members import Member, made_up
from benchmarks.programs import ProgramFailed
from benchmarks.replies import Reply
from benchmarks.sending import PATIENCE_SECONDS, Note
from benchmarks.usage import machine_cpu_seconds, usage_of

SLOWEST_SECONDS_A_MESSAGE = 0.1


@dataclass(frozen=True)
class Plan:
    """How many members text, from which number on; per second, or all in a burst."""

    first: int
    messages: int
    connections: int
    rate: float | None = None

    @property
    def numbers(self) -> range:
        """The numbers of the members."""
        return range(self.first, self.first + self.messages)

    @property
    def longest_seconds(self) -> float:
        """When the load generator has to be done, at the very latest."""
        sending = self.messages / self.rate if self.rate else 0.0
        return sending + self.messages * SLOWEST_SECONDS_A_MESSAGE + PATIENCE_SECONDS


@dataclass(frozen=True)
class Trial:
    """What came of every member's message, and CPU seconds of each kind of process.

    `others_cpu_seconds` is what processes outside the measurement used in `seconds`,
    the time from the first webhook until everything was settled.
    """

    members: Sequence[Member]
    notes: Sequence[Note]
    replies: Sequence[Reply]
    cpu_seconds: Mapping[str, float]
    others_cpu_seconds: float
    seconds: float


@dataclass(frozen=True)
class _Meters:
    at: float
    by_kind: Mapping[str, float]
    ours: float
    machine: float


def conduct(installation: Installation, plan: Plan) -> Trial:
    """Run the load and wait for the replies. Raises ProgramFailed."""
    path = installation.folder / f"notes-{plan.first}.json"
    expected = replies.count(installation) + plan.messages
    with _load(installation, plan, path) as load:
        before = _read_meters(installation)
        _let_go(load, plan.longest_seconds)
        replies.await_count(installation, expected)
        after = _read_meters(installation)
    written = json.loads(path.read_text())
    notes = [Note(**note) for note in written["notes"]]
    cpu = {kind: after.by_kind[kind] - used for kind, used in before.by_kind.items()}
    return Trial(
        list(made_up(plan.numbers)),
        notes,
        replies.taken(installation, notes),
        cpu | {"load": written["cpu_seconds"]},
        # Both count in ticks, not at the same instant.
        max(0.0, (after.machine - before.machine) - (after.ours - before.ours)),
        after.at - before.at,
    )


@contextmanager
def _load(
    installation: Installation, plan: Plan, path: Path
) -> Iterator[subprocess.Popen[str]]:
    """The load generator with everything prepared, waiting for a word."""
    with (installation.folder / "load.log").open("a") as output:
        process = subprocess.Popen(
            _load_command(installation, plan, path),
            env=installation.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != READY:
            msg = "the load generator did not start, see load.log"
            raise ProgramFailed(msg)
        yield process
    finally:
        process.kill()
        process.wait()


def _let_go(load: subprocess.Popen[str], longest_seconds: float) -> None:
    """Let the load generator send, and wait for its end."""
    try:
        load.communicate("go\n", timeout=longest_seconds)
    except subprocess.TimeoutExpired as error:
        msg = f"the load generator was not done after {longest_seconds:.0f} seconds"
        raise ProgramFailed(msg) from error
    if load.returncode:
        msg = "the load generator failed, see load.log"
        raise ProgramFailed(msg)


def _load_command(installation: Installation, plan: Plan, path: Path) -> list[str]:
    options = {
        "url": installation.webhook_url,
        "first": plan.first,
        "messages": plan.messages,
        "connections": plan.connections,
        "rate": plan.rate,
        "notes": path,
    }
    given = [
        f"--{name}={value}" for name, value in options.items() if value is not None
    ]
    plain = ["--plain"] if installation.takes_plain else []
    return [sys.executable, "-m", "benchmarks.load", *given, *plain]


def _read_meters(installation: Installation) -> _Meters:
    """CPU seconds until now; all of the measurement stands below this process."""
    by_kind = {
        kind: usage_of(pids).cpu_seconds
        for kind, pids in installation.pids.items()
        if pids
    }
    ours = usage_of([os.getpid()]).cpu_seconds
    return _Meters(time.monotonic(), by_kind, ours, machine_cpu_seconds())
