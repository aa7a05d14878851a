"""The process dies amid notices of an import: everybody is told, once."""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.calendar import day_of
from tests.support.run_figures import ReportFigure
from tests.system.faults import mortal
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import Fleet
from tests.system.faults.subscribers import (
    Reminding,
    import_members,
    one_worker_fleet,
    subscribe,
)

# As many as one wants to wait for: NOTICES=10000 takes some minutes.
MEMBERS = int(os.environ.get("NOTICES", "120"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest, open_database: OpenDatabase, tmp_path: Path
) -> Iterator[Fleet]:
    with one_worker_fleet(tmp_path, open_database(request.param, tmp_path)) as fleet:
        yield fleet


def import_claims(fleet: Fleet, kpjs: dict[str, str], folder: Path) -> None:
    """Today every member has a claim."""
    file = folder / "claims.csv"
    today = day_of(datetime.now(UTC)).isoformat()
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["kpj", "program", "stage", "since"])
        writer.writerows([kpj, "JHT", "registered", today] for kpj in kpjs.values())
    fleet.run("participants", "import", str(folder / "bpu.csv"), "--claims", str(file))


def test_a_worker_that_dies_amid_notices_tells_everybody_once(
    fleet: Fleet, tmp_path: Path, report_figure: ReportFigure
) -> None:
    phones = fleet.new_phones(MEMBERS)
    kpjs = import_members(fleet, phones, tmp_path)
    subscribe(fleet, kpjs, "INGAT KLAIM")
    import_claims(fleet, kpjs, tmp_path)
    reminding = Reminding(fleet, MEMBERS)

    reminding.die_at_each(mortal.NOTICE_STEPS)

    reminding.await_second_sms(phones, "the last notice")
    reminding.wake()
    fleet.settle(MEMBERS)
    notices = [_notices(fleet, phone) for phone in phones]
    report_figure(f"notices by phones: {dict(Counter(notices))}")
    assert Counter(notices) == {1: MEMBERS}


def _notices(fleet: Fleet, phone: str) -> int:
    return sum("Ada klaim" in text["body"] for text in fleet.received(phone))
