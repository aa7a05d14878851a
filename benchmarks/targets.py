"""What the gateway is meant to reach, and whether it did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.results import figures
from benchmarks.run import EMBEDDED, POSTGRESQL, Run


@dataclass(frozen=True)
class Target:
    """A bound on one figure: the least, or else the most, that is good enough."""

    path: str
    text: str
    bound: float
    is_least: bool = False

    def is_met_by(self, value: float) -> bool:
        """Whether a figure is good enough."""
        return value >= self.bound if self.is_least else value < self.bound


@dataclass(frozen=True)
class Verdict:
    """How one installation did on one target."""

    installation: str
    target: Target
    value: float | None
    is_met: bool


_RATE = Target("burst.replies_per_second", "burst: replies per second", 400, True)
_FOR_ALL = (
    Target("burst.acknowledged.p99", "burst: acknowledged p99, ms", 100),
    Target("steady.acknowledged.p99", "steady: acknowledged p99, ms", 15),
    Target("steady.answered.p95", "steady: answered p95, ms", 500),
    Target("peak_mb.web", "largest web process, MB", 150),
    Target("peak_mb.worker", "largest worker process, MB", 150),
)
TARGETS: Mapping[str, tuple[Target, ...]] = {
    EMBEDDED: _FOR_ALL,
    POSTGRESQL: (_RATE, *_FOR_ALL),
}


def verdicts(run: Run) -> Iterator[Verdict]:
    """Each target against what was measured; a figure that is missing is a miss."""
    for name, targets in TARGETS.items():
        if name not in run.results:
            continue
        measured = figures(run.results[name])
        for target in targets:
            value = measured.get(target.path)
            is_met = value is not None and target.is_met_by(value)
            yield Verdict(name, target, value, is_met)
