"""The process dies amid notices of an import: everybody is told, once."""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.calendar import day_of
from gateway.worker.jobs import Notifier, connect
from tests.support.processes import wait_until
from tests.support.run_figures import ReportFigure
from tests.system.faults import mortal
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import Fleet
from tests.system.faults.test_reminders import import_members

# As many as one wants to wait for: NOTICES=10000 takes some minutes.
MEMBERS = int(os.environ.get("NOTICES", "120"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest, open_database: OpenDatabase, tmp_path: Path
) -> Iterator[Fleet]:
    """One worker, for which every second begins a round."""
    database = open_database(request.param, tmp_path)
    settings = {mortal.ANY_TIME: "1"}
    with Fleet(tmp_path, database, settings, in_a_hurry=True) as fleet:
        fleet.kill("second worker")
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


def ask_for_notices(fleet: Fleet, kpjs: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = kpjs.items()
        list(pool.map(lambda item: fleet.say(item[0], f"INGAT KLAIM {item[1]}"), asked))
    fleet.settle()


def test_a_worker_that_dies_amid_notices_tells_everybody_once(
    fleet: Fleet, tmp_path: Path, report_figure: ReportFigure
) -> None:
    phones = fleet.new_phones(MEMBERS)
    kpjs = import_members(fleet, phones, tmp_path)
    ask_for_notices(fleet, kpjs)
    import_claims(fleet, kpjs, tmp_path)
    schedule = Notifier(connect(fleet.valkey.url))

    for step in mortal.NOTICE_STEPS:
        fleet.kill("worker")
        fleet.programs["worker"].die_at(step)
        fleet.start("worker")

        def has_died() -> bool:
            schedule.notify("remind")
            return fleet.programs["worker"].reached_its_step()

        wait_until(has_died, f"death at: {step}", 60 + MEMBERS / 20, pause=0.2)
    fleet.kill("worker")
    fleet.programs["worker"].change_settings({mortal.STEP: ""})
    fleet.start("worker")

    left = list(phones)

    def are_all_told() -> bool:
        schedule.notify("remind")
        left[:] = [phone for phone in left if len(fleet.received(phone)) < 2]
        return not left

    wait_until(are_all_told, "the last notice", 120 + MEMBERS / 5, pause=1)
    schedule.notify("remind")
    fleet.settle()
    notices = [_notices(fleet, phone) for phone in phones]
    report_figure(f"notices by phones: {dict(Counter(notices))}")
    assert Counter(notices) == {1: MEMBERS}


def _notices(fleet: Fleet, phone: str) -> int:
    return sum("Ada klaim" in text["body"] for text in fleet.received(phone))
