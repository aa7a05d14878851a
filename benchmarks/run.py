"""A whole run: one installation after the other, on a machine that is written down."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import kannel, machine
from benchmarks.installation import Installation, carrier_alone, gateway, tutorial_app
from benchmarks.measure import Result, measure, tools_rate
from benchmarks.programs import ProgramFailed
from benchmarks.scale import Scale

TUTORIAL, KANNEL = "tutorial", "kannel"
EMBEDDED, POSTGRESQL = "embedded", "postgresql"
NAMES = (TUTORIAL, KANNEL, EMBEDDED, POSTGRESQL)
BASELINE, PEER = TUTORIAL, KANNEL


@dataclass(frozen=True)
class Run:
    """What was measured, on what, and how fast the tools are without a gateway.

    `left_out` tells why an installation could not be measured.
    """

    machine: Mapping[str, object]
    scale: Scale
    tools_per_second: float
    results: Mapping[str, Result]
    left_out: Mapping[str, str]

    @property
    def is_right(self) -> bool:
        """Whether every member heard the balance exactly once, everywhere."""
        return all(result.is_right for result in self.results.values())


def run(
    scale: Scale, names: Sequence[str], folder: Path, say: Callable[[str], None]
) -> Run:
    """Measure the installations with these names; `say` hears what is going on.

    Raises ProgramFailed, also when there is nothing to measure.
    """
    left_out = _left_out(names)
    if left_out.keys() == set(names):
        raise ProgramFailed(*left_out.values())
    facts = machine.facts(folder)
    say("carrier and load generator alone")
    with carrier_alone(_subfolder(folder, "tools")) as carrier:
        rate = tools_rate(carrier, scale)
    results = {}
    for name in [item for item in names if item not in left_out]:
        say(f"{name}: {scale.burst} at once, then {scale.steady} in a steady stream")
        with _open(name, _subfolder(folder, name), scale) as installation:
            results[name] = measure(installation, scale)
    return Run(facts, scale, rate, results, left_out)


def _left_out(names: Sequence[str]) -> Mapping[str, str]:
    """What is not here to be measured, and why."""
    if KANNEL not in names or kannel.is_installed():
        return {}
    return {KANNEL: kannel.MISSING}


def _open(
    name: str, folder: Path, scale: Scale
) -> AbstractContextManager[Installation]:
    if name == TUTORIAL:
        return tutorial_app(folder, scale)
    if name == KANNEL:
        return kannel.kannel(folder, scale)
    return gateway(folder, scale, embedded=name == EMBEDDED)


def _subfolder(folder: Path, name: str) -> Path:
    path = folder / name
    path.mkdir()
    return path
