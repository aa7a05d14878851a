"""What a run has to show besides its dots: lines under a heading, at its end.

Tests run in several processes; what is told travels with a test's report.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain

import pytest

_TOLD = "told"

Tell = Callable[[object], None]


def under(heading: str, record_property: Callable[[str, object], None]) -> Tell:
    """A function that tells a figure under this heading, beside the test's name."""
    return lambda figure: record_property(_TOLD, (heading, str(figure)))


def show(terminalreporter: pytest.TerminalReporter) -> None:
    """Everything that was told, heading by heading."""
    for heading, lines in _lines(terminalreporter).items():
        terminalreporter.section(heading)
        for line in lines:
            terminalreporter.line(line)


def _lines(terminalreporter: pytest.TerminalReporter) -> dict[str, list[str]]:
    lines = defaultdict[str, list[str]](list)
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport) and report.when == "call":
            test = report.nodeid.partition("::")[2]
            for heading, figure in _told(report):
                lines[heading].append(f"{test}: {figure}")
    return lines


def _told(report: pytest.TestReport) -> Iterator[tuple[str, str]]:
    """Headings and figures of one test."""
    for name, value in report.user_properties:
        if name == _TOLD:
            heading, figure = value
            yield heading, figure
