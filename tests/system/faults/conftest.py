"""Databases for fleets, and the figures of every test in pytest's summary."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from gateway.bootstrap import build_gateway
from gateway.config.settings import Settings
from gateway.runtime import Gateway
from tests.integration.channels.conformance.twilio import Twilio
from tests.support import run_figures
from tests.support.fakes import FakeClock, FakeQueue
from tests.support.processes import Postgres
from tests.support.run_figures import ReportFigure
from tests.system.faults.databases import (
    Database,
    OpenDatabase,
    postgresql_on,
    sqlite_in,
)
from tests.system.faults.fleet import Fleet
from tests.system.faults.ledger import Equation
from tests.system.faults.scripted_carrier import ScriptedTwilio, scripted_twilio
from tests.unit.config.test_settings import GOOD

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
def report_figure(record_property: Callable[[str, object], None]) -> ReportFigure:
    """Reports the figures of a fault test in the summary."""
    heading = "accepted = answered once + ended with a reason"
    return run_figures.under(heading, record_property)


@pytest.fixture
def check(report_figure: ReportFigure) -> Check:
    """Checks that every accepted SMS was answered, once, and tells the figures."""

    def check(fleet: Fleet, phones: Sequence[str]) -> None:
        found = fleet.outcome(phones)
        report_figure(found)
        assert found == Equation(accepted=len(phones), answered=len(phones))

    return check


@pytest.fixture
def twilio(clock: FakeClock) -> Iterator[ScriptedTwilio]:
    with scripted_twilio(clock) as running:
        yield running


@pytest.fixture
def whole(
    twilio: ScriptedTwilio,
    database_url: str,
    tmp_path: Path,
    queue: FakeQueue,
    clock: FakeClock,
) -> Iterator[Gateway]:
    """A gateway whose only channel is this Twilio."""
    mine = {
        name: value.format(url=twilio.url) for name, value in Twilio.settings.items()
    }
    stores = {
        "GATEWAY_DATABASE_URL": database_url,
        "GATEWAY_SPOOL_DIR": str(tmp_path / "spool"),
    }
    gateway = build_gateway(Settings.from_env(GOOD | mine | stores), queue, clock)
    yield gateway
    gateway.close()
