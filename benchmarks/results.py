"""The figures of a run by their path, and how they compare with the baseline's."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from benchmarks.measure import Result
from benchmarks.run import BASELINE, Run

Figures = Mapping[str, float]


def figures(result: Result) -> Figures:
    """Every figure by its path, such as burst.acknowledged.p99."""
    return dict(_flat(asdict(result), ""))


def ratios(run: Run, to: str = BASELINE) -> Mapping[str, Figures]:
    """Each figure divided by that of one installation, for every other one."""
    if to not in run.results:
        return {}
    base = figures(run.results[to])
    return {
        name: _divided(figures(result), base)
        for name, result in run.results.items()
        if name != to
    }


def _divided(mine: Figures, base: Figures) -> Figures:
    return {path: value / base[path] for path, value in mine.items() if base.get(path)}


def _flat(fields: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, float]]:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif value is not None:
            yield prefix + name, float(value)
