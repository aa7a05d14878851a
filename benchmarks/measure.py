"""Measure one installation: warm up, a burst, then a steady stream."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.figures import Figures, figures_of
from benchmarks.installation import Installation
from benchmarks.scale import WARM_UP, Scale
from benchmarks.trial import Plan, conduct
from benchmarks.usage import usage_of

# More than a burst has, so that a slow answer does not hold up the next that is due.
STEADY_CONNECTIONS = 64


@dataclass(frozen=True)
class Result:
    """One installation in figures; `peak_mb` is of the largest process of a kind."""

    burst: Figures
    steady: Figures
    peak_mb: Mapping[str, float]

    @property
    def is_right(self) -> bool:
        """Whether every member heard the balance exactly once."""
        phases = (self.burst, self.steady)
        return not any(phase.lost or phase.doubled or phase.wrong for phase in phases)


def measure(installation: Installation, scale: Scale) -> Result:
    """All trials of one installation, each with members of its own."""
    first_steady = WARM_UP + scale.burst
    warm_up = Plan(0, WARM_UP, scale.connections)
    burst = Plan(WARM_UP, scale.burst, scale.connections)
    steady = Plan(first_steady, scale.steady, STEADY_CONNECTIONS, scale.rate)
    conduct(installation, warm_up)
    return Result(
        figures_of(conduct(installation, burst)),
        figures_of(conduct(installation, steady)),
        {
            kind: usage_of(pids).peak_mb
            for kind, pids in installation.pids.items()
            if pids
        },
    )


def tools_rate(carrier: Installation, scale: Scale) -> float:
    """Requests per second that load generator and carrier reach by themselves."""
    trial = conduct(carrier, Plan(0, scale.burst, scale.connections))
    return figures_of(trial).webhooks_per_second
