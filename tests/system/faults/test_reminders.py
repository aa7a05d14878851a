"""The process dies in the middle of a campaign: everybody is reminded, once."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

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

# As many as one wants to wait for: REMINDERS=10000 takes some minutes.
MEMBERS = int(os.environ.get("REMINDERS", "120"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest, open_database: OpenDatabase, tmp_path: Path
) -> Iterator[Fleet]:
    with one_worker_fleet(tmp_path, open_database(request.param, tmp_path)) as fleet:
        yield fleet


def test_a_worker_that_dies_amid_reminders_reminds_everybody_once(
    fleet: Fleet, tmp_path: Path, report_figure: ReportFigure
) -> None:
    phones = fleet.new_phones(MEMBERS)
    subscribe(fleet, import_members(fleet, phones, tmp_path), "INGAT")
    reminding = Reminding(fleet, MEMBERS)

    reminding.die_at_each(mortal.REMINDER_STEPS)

    reminding.await_second_sms(phones, "the last reminder")
    fleet.run("remind")
    fleet.settle()
    reminders = [_reminders(fleet, phone) for phone in phones]
    report_figure(f"reminders by phones: {dict(Counter(reminders))}")
    assert Counter(reminders) == {1: MEMBERS}


def _reminders(fleet: Fleet, phone: str) -> int:
    return sum("belum tercatat" in text["body"] for text in fleet.received(phone)[1:])
