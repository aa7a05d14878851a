"""A spool that can keep no more: the carrier hears 503 and brings the SMS again."""

import os
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.support.run_figures import ReportFigure
from tests.system.faults.conftest import Check
from tests.system.faults.databases import OpenDatabase, sqlite_in
from tests.system.faults.disks import fill, small_disk
from tests.system.faults.fleet import Fleet

MESSAGES = 60
LIMIT = 10


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest, open_database: OpenDatabase, tmp_path: Path
) -> Iterator[Fleet]:
    database = open_database(request.param, tmp_path)
    settings = {"GATEWAY_SPOOL_LIMIT": str(LIMIT)}
    with Fleet(tmp_path, database, settings, in_a_hurry=True) as fleet:
        yield fleet


def test_what_a_full_spool_refused_is_answered_when_it_is_brought_again(
    fleet: Fleet, report_figure: ReportFigure, check: Check
) -> None:
    phones = fleet.new_phones(MESSAGES)
    fleet.database.stop()

    answers = fleet.offer_from_all(phones)

    report_figure(f"spool of {LIMIT}, {MESSAGES} SMS: {dict(answers)}")
    assert set(answers) == {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    # A file for each that was accepted, and for no other.
    assert len(list(fleet.spool.iterdir())) == answers[HTTPStatus.OK] >= LIMIT
    fleet.database.start()
    fleet.text_from_all(phones)
    check(fleet, phones)


def test_what_cannot_be_spooled_at_all_is_answered_when_it_is_brought_again(
    fleet: Fleet, check: Check
) -> None:
    phones = fleet.new_phones(MESSAGES)
    fleet.spool.write_text("a file where the folder should be")
    fleet.database.stop()

    answers = fleet.offer_from_all(phones)

    assert answers == {HTTPStatus.SERVICE_UNAVAILABLE: MESSAGES}
    fleet.database.start()
    fleet.text_from_all(phones)
    check(fleet, phones)


def test_a_full_disk_is_told_leaves_nothing_behind_and_is_used_again(
    tmp_path: Path, report_figure: ReportFigure, check: Check
) -> None:
    """Field report 21: 503 and not ready while it is full, no `.part` afterwards."""
    with small_disk(tmp_path / "disk", megabytes=20) as disk:
        (disk / "spool").mkdir()
        (tmp_path / "spool").symlink_to(disk / "spool")
        # Only root may make a disk that is full.
        can_be_full = os.path.ismount(disk)
        with Fleet(tmp_path, sqlite_in(disk), in_a_hurry=True) as fleet:
            phones = fleet.new_phones(MESSAGES)
            filler = fill(disk)

            answers = fleet.offer_from_all(phones)
            is_ready = fleet.state() is not None
            filler.unlink()
            fleet.text_from_all(phones)

            report_figure(f"full disk, {MESSAGES} SMS: {dict(answers)}")
            assert set(answers) <= {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
            assert (HTTPStatus.SERVICE_UNAVAILABLE in answers) is can_be_full
            assert is_ready is not can_be_full
            check(fleet, phones)
            assert not list(fleet.spool.iterdir())
