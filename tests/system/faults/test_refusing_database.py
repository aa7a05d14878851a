"""A database that answers and refuses amid SMS: accepted = answered exactly once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import wait_until
from tests.support.run_figures import ReportFigure
from tests.system.faults.conftest import Check
from tests.system.faults.databases import OpenDatabase, damage
from tests.system.faults.fleet import TEXT, Fleet
from tests.system.faults.flow import text_amid

MESSAGES = 400


@pytest.fixture
def fleet(
    request: pytest.FixtureRequest, open_database: OpenDatabase, tmp_path: Path
) -> Iterator[Fleet]:
    database = open_database(request.param, tmp_path)
    with Fleet(tmp_path, database, in_a_hurry=True) as fleet:
        yield fleet


def await_spooled(fleet: Fleet) -> None:
    """Wait until an SMS met the database as it is now."""
    wait_until(lambda: any(fleet.spool.glob("*.sealed")), "a spooled SMS")


@pytest.mark.parametrize("fleet", ["sqlite", "postgresql"], indirect=True)
def test_a_failover_to_a_standby_amid_sms_refuses_and_doubles_nothing(
    fleet: Fleet, tmp_path: Path, report_figure: ReportFigure, check: Check
) -> None:
    """Field report 2: no webhook is answered with 500, and all SMS are answered."""
    phones = fleet.new_phones(MESSAGES)

    refused = text_amid(
        fleet,
        dict.fromkeys(phones, TEXT),
        [
            *(fleet.database.read_only, lambda: await_spooled(fleet)),
            fleet.database.read_write,
        ],
    )

    report_figure(f"read-only amid {MESSAGES} SMS: {refused} webhooks refused")
    assert refused == 0
    check(fleet, phones)
    # What has to wait says so in a line, not in a traceback every five seconds.
    for log in tmp_path.glob("*.log"):
        assert "work loop failed" not in log.read_text()


@pytest.mark.parametrize("fleet", ["sqlite"], indirect=True)
def test_a_damaged_file_amid_sms_refuses_and_doubles_nothing(
    fleet: Fleet, report_figure: ReportFigure, check: Check
) -> None:
    """Field report F3: a malformed SQLite file is spooled around until it is mended."""
    phones = fleet.new_phones(MESSAGES)
    fleet.text_from_all(phones[: MESSAGES // 2])
    fleet.settle()
    mend = damage(fleet.database, "inbound")

    refused = fleet.text_from_all(phones[MESSAGES // 2 :])
    await_spooled(fleet)
    mend()

    report_figure(
        f"a damaged root page amid {MESSAGES} SMS: {refused} webhooks refused"
    )
    assert refused == 0
    check(fleet, phones)
