"""Accepted = answered exactly once, whatever is killed or taken away meanwhile.

Nothing here lasts long enough for a reply to expire or a message to be set aside, so
nothing else may happen to an accepted SMS.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.run_figures import ReportFigure
from tests.system.faults.conftest import Check
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import TEXT, Fleet
from tests.system.faults.flow import text_amid
from tests.system.faults.world import SMS


@pytest.fixture
def fleet(
    request: pytest.FixtureRequest, open_database: OpenDatabase, tmp_path: Path
) -> Iterator[Fleet]:
    with Fleet(tmp_path, open_database(request.param, tmp_path)) as fleet:
        yield fleet


@pytest.mark.parametrize("fleet", ["sqlite", "postgresql"], indirect=True)
def test_the_equation_holds_while_everything_is_killed(
    fleet: Fleet, report_figure: ReportFigure, check: Check
) -> None:
    for fault, share in {
        "429": 0.03,
        "500": 0.015,
        "cut": 0.015,
        "taken and cut": 0.015,
        "receipt first": 0.05,
        "receipt twice": 0.05,
        "receipts reversed": 0.05,
        "receipt lost": 0.025,
    }.items():
        fleet.plan(fault, int(SMS * share))
    phones = fleet.new_phones(SMS)
    kills: list[Callable[[], object]] = [
        lambda: fleet.restart("worker"),
        lambda: fleet.restart("web"),
        lambda: fleet.restart("second worker"),
    ]
    outages = [
        *(fleet.valkey.stop, fleet.valkey.start),
        *(fleet.database.stop, fleet.database.start),
    ]

    texts = dict.fromkeys(phones, TEXT)
    refused = text_amid(fleet, texts, [*kills, *kills, *outages, *kills])

    report_figure(f"{refused} webhooks refused and brought again")
    check(fleet, phones)


@pytest.mark.parametrize("fleet", ["sqlite"], indirect=True)
def test_without_valkey_every_webhook_is_taken_and_answered(
    fleet: Fleet, check: Check
) -> None:
    phones = fleet.new_phones(200)
    fleet.valkey.stop()

    assert fleet.text_from_all(phones) == 0

    check(fleet, phones)


@pytest.mark.parametrize("fleet", ["postgresql"], indirect=True)
def test_without_postgresql_every_webhook_is_taken_and_answered_later(
    fleet: Fleet, check: Check
) -> None:
    phones = fleet.new_phones(200)
    fleet.database.stop()

    assert fleet.text_from_all(phones) == 0
    fleet.database.start()

    check(fleet, phones)


@pytest.mark.parametrize("fleet", ["sqlite"], indirect=True)
def test_a_reply_that_was_taken_while_the_answer_never_came_is_one_sms(
    fleet: Fleet, check: Check
) -> None:
    phones = fleet.new_phones(1)
    # Otherwise the receipt would tell that the carrier has it.
    fleet.plan("receipt lost", 1)
    fleet.plan("taken and hang", 1)

    fleet.text_from_all(phones)

    check(fleet, phones)
