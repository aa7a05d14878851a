"""Kill -9 at every step of a message's way: it goes on by itself, nothing is doubled.

One process kills itself when it reaches the step; it is started again as usual.
"""

from collections.abc import Iterator

import pytest

from tests.support.processes import wait_until
from tests.system.faults import mortal
from tests.system.faults.conftest import Check
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import Fleet

MESSAGES = 24


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest,
    open_database: OpenDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Fleet]:
    """Without a second worker nobody else takes the step that has to be reached."""
    folder = tmp_path_factory.mktemp("fleet")
    database = open_database(request.param, folder)
    with Fleet(folder, database, in_a_hurry=True) as fleet:
        fleet.kill("second worker")
        yield fleet


def start_mortal(fleet: Fleet, name: str, step: str) -> None:
    fleet.kill(name)
    fleet.programs[name].die_at(step)
    fleet.start(name)


def await_death(fleet: Fleet, name: str) -> None:
    wait_until(fleet.programs[name].reached_its_step, "its death")


def await_receipts(fleet: Fleet, phones: list[str]) -> None:
    wait_until(lambda: fleet.is_confirmed(phones), "all receipts", pause=0.1)


@pytest.mark.parametrize("step", mortal.WORKER_STEPS)
def test_a_worker_that_dies_on_the_way_loses_and_doubles_nothing(
    fleet: Fleet, step: str, check: Check
) -> None:
    phones = fleet.new_phones(MESSAGES)
    fleet.kill("worker")
    fleet.text_from_all(phones[: MESSAGES // 2])

    start_mortal(fleet, "worker", step)
    fleet.text_from_all(phones[MESSAGES // 2 :])
    await_death(fleet, "worker")

    check(fleet, phones)
    await_receipts(fleet, phones)


@pytest.mark.parametrize("step", mortal.DOUBT_STEPS)
def test_a_worker_that_dies_between_us_and_the_carrier_sends_nothing_blindly(
    fleet: Fleet, step: str, check: Check
) -> None:
    phones = fleet.new_phones(MESSAGES)
    for fault in ("500", "cut", "taken and cut"):
        fleet.plan(fault, MESSAGES // 6)
    # Otherwise the receipts would tell what the carrier has.
    fleet.plan("receipt lost", MESSAGES)

    start_mortal(fleet, "worker", step)
    fleet.text_from_all(phones)
    await_death(fleet, "worker")

    check(fleet, phones)


@pytest.mark.parametrize("step", mortal.WEB_STEPS)
def test_a_web_process_that_dies_amid_a_webhook_is_brought_it_again(
    fleet: Fleet, step: str, check: Check
) -> None:
    phones = fleet.new_phones(MESSAGES)

    start_mortal(fleet, "web", step)
    fleet.text_from_all(phones)
    await_death(fleet, "web")

    check(fleet, phones)
    await_receipts(fleet, phones)


@pytest.mark.parametrize("step", mortal.SPOOL_STEPS)
def test_a_web_process_that_dies_at_the_spool_keeps_each_message_once(
    fleet: Fleet, step: str, check: Check
) -> None:
    phones = fleet.new_phones(MESSAGES)
    # It would take in what is spooled on its machine.
    fleet.kill("worker")

    start_mortal(fleet, "web", step)
    fleet.database.stop()
    fleet.text_from_all(phones)
    fleet.database.start()
    await_death(fleet, "web")
    fleet.start("worker")

    check(fleet, phones)
    await_receipts(fleet, phones)
