"""Fleets on either database, and the figures of every test in pytest's summary."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.faults.databases import Database, OpenDatabase, postgresql_on, sqlite_in
from tests.faults.fleet import Equation, Fleet
from tests.processes import Postgres

_FIGURES = "figures"

Tell = Callable[[object], None]
Check = Callable[[Fleet, Sequence[str]], None]


@pytest.fixture(scope="package")
def open_database(request: pytest.FixtureRequest) -> Iterator[OpenDatabase]:
    """Makes databases; PostgreSQL is started for the first that needs it."""
    servers: list[Postgres] = []

    def open_database(kind: str, folder: Path, *, with_tables: bool = True) -> Database:
        if kind == "sqlite":
            return sqlite_in(folder, with_tables=with_tables)
        if not servers:
            servers.append(Postgres())
            servers[0].start()
        return postgresql_on(servers[0], with_tables=with_tables)

    yield open_database
    for server in servers:
        server.__exit__()


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Tells a figure, to be shown at the end of the run."""
    return partial(record_property, _FIGURES)


@pytest.fixture
def check(tell: Tell) -> Check:
    """Checks that every accepted SMS was answered, once, and tells the figures."""

    def check(fleet: Fleet, phones: Sequence[str]) -> None:
        found = fleet.outcome(phones)
        tell(found)
        assert found == Equation(accepted=len(phones), answered=len(phones))

    return check


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was counted while everything was being broken."""
    lines = [
        f"{report.nodeid.partition('::')[2]}: {figure}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, figure in report.user_properties
        if name == _FIGURES
    ]
    if lines:
        terminalreporter.section("accepted = answered + expired + dead-lettered")
        for line in lines:
            terminalreporter.line(line)
