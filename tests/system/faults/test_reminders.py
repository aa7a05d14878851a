"""The process dies in the middle of a campaign: everybody is reminded, once."""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.directory.imports.rows import COLUMNS
from gateway.worker.jobs import Notifier, connect
from tests.support.processes import wait_until
from tests.support.run_figures import ReportFigure
from tests.system.faults import mortal
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import Fleet

# As many as one wants to wait for: REMINDERS=10000 takes some minutes.
MEMBERS = int(os.environ.get("REMINDERS", "120"))
MEMBER = {
    "segment": "BPU",
    "programs": "JHT+JKK+JKM",
    "status": "active",
    "last_contribution": "2020-01",
    "time_zone": "WIB",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest, open_database: OpenDatabase, tmp_path: Path
) -> Iterator[Fleet]:
    """One worker, for which it is always time to remind."""
    database = open_database(request.param, tmp_path)
    settings = {mortal.ANY_TIME: "1"}
    with Fleet(tmp_path, database, settings, in_a_hurry=True) as fleet:
        fleet.kill("second worker")
        yield fleet


def import_members(fleet: Fleet, phones: list[str], folder: Path) -> dict[str, str]:
    """A made-up self-employed member for each phone; the KPJ by phone."""
    kpjs = {phone: f"61{number:09}" for number, phone in enumerate(phones, start=1)}
    file = folder / "bpu.csv"
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, [*COLUMNS, "time_zone"], restval="")
        writer.writeheader()
        writer.writerows(
            MEMBER | {"kpj": kpj, "msisdns": phone} for phone, kpj in kpjs.items()
        )
    fleet.run("participants", "import", str(file))
    return kpjs


def ask_for_reminders(fleet: Fleet, kpjs: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(lambda item: fleet.say(item[0], f"INGAT {item[1]}"), kpjs.items())
        )
    fleet.settle()


def test_a_worker_that_dies_amid_reminders_reminds_everybody_once(
    fleet: Fleet, tmp_path: Path, report_figure: ReportFigure
) -> None:
    phones = fleet.new_phones(MEMBERS)
    ask_for_reminders(fleet, import_members(fleet, phones, tmp_path))
    schedule = Notifier(connect(fleet.valkey.url))

    for step in mortal.REMINDER_STEPS:
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

    def are_all_reminded() -> bool:
        schedule.notify("remind")
        fleet.settle()
        left[:] = [phone for phone in left if len(fleet.received(phone)) < 2]
        return not left

    seconds = 120 + MEMBERS / 5
    wait_until(are_all_reminded, "the last reminder", seconds, pause=1)
    fleet.run("remind")
    fleet.settle()
    reminders = [_reminders(fleet, phone) for phone in phones]
    report_figure(f"reminders by phones: {dict(Counter(reminders))}")
    assert Counter(reminders) == {1: MEMBERS}


def _reminders(fleet: Fleet, phone: str) -> int:
    return sum("belum tercatat" in text["body"] for text in fleet.received(phone)[1:])
