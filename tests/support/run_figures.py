"""Print figures that tests measured in pytest's summary, under a heading.

Tests run in several processes, so the figures travel with each test's report.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain

import pytest

_PROPERTY = "figure"

ReportFigure = Callable[[object], None]


def under(heading: str, record_property: Callable[[str, object], None]) -> ReportFigure:
    """A function that reports a figure under this heading, beside the test's name."""
    return lambda figure: record_property(_PROPERTY, (heading, str(figure)))


def show(terminalreporter: pytest.TerminalReporter) -> None:
    """Print all reported figures, heading by heading."""
    for heading, lines in _lines(terminalreporter).items():
        terminalreporter.section(heading)
        for line in lines:
            terminalreporter.line(line)


def _lines(terminalreporter: pytest.TerminalReporter) -> dict[str, list[str]]:
    lines = defaultdict[str, list[str]](list)
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport) and report.when == "call":
            test = report.nodeid.partition("::")[2]
            for heading, figure in _figures_of(report):
                lines[heading].append(f"{test}: {figure}")
    return lines


def _figures_of(report: pytest.TestReport) -> Iterator[tuple[str, str]]:
    """The headings and figures of one test."""
    for name, value in report.user_properties:
        if name == _PROPERTY:
            heading, figure = value
            yield heading, figure
