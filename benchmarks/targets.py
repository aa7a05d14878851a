"""What the gateway is meant to reach, and whether it did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.results import figures
from benchmarks.run import EMBEDDED, PEER, POSTGRESQL, Run


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


RATE = "burst.replies_per_second"
_FLOOR = Target(RATE, "burst: replies per second", 700, True)
_FOR_ALL = (
    Target("burst.acknowledged.p99", "burst: acknowledged p99, ms", 100),
    Target("steady.acknowledged.p99", "steady: acknowledged p99, ms", 15),
    Target("steady.answered.p95", "steady: answered p95, ms", 500),
    Target("peak_mb.web", "largest web process, MB", 150),
    Target("peak_mb.worker", "largest worker process, MB", 150),
)
TARGETS: Mapping[str, tuple[Target, ...]] = {
    EMBEDDED: _FOR_ALL,
    POSTGRESQL: (_FLOOR, *_FOR_ALL),
}


def verdicts(run: Run) -> Iterator[Verdict]:
    """Each target against what was measured; a figure that is missing is a miss."""
    for name, targets in TARGETS.items():
        if name not in run.results:
            continue
        for target in targets:
            yield _verdict(run, name, target)
    if {POSTGRESQL, PEER} <= run.results.keys():
        yield _verdict(run, POSTGRESQL, _as_fast_as_peer(run))


def _as_fast_as_peer(run: Run) -> Target:
    """The bound is what the peer reached in this very run."""
    rate = round(figures(run.results[PEER])[RATE], 1)
    return Target(RATE, "burst: as fast as Kannel", rate, True)


def _verdict(run: Run, name: str, target: Target) -> Verdict:
    value = figures(run.results[name]).get(target.path)
    is_met = value is not None and target.is_met_by(value)
    return Verdict(name, target, value, is_met)
