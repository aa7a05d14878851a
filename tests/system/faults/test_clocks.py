"""A clock that is set ahead or back loses, doubles, expires and holds up nothing.

Every case moves a clock while replies wait for their channel's rate, and moves it back
in the end, which is one more jump for those that come after.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from tests.support.processes import wait_until
from tests.system.faults.conftest import Check
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import Fleet

MESSAGES = 12
RATE = 2
# What a channel may make up for at once, see gateway.db.messages.outbox.
MADE_UP = RATE
# The carrier dates an SMS when it has read the request, some time after we sent it.
IMPRECISION = timedelta(seconds=1.5)
HOUR = 3_600.0
OURS = ("web", "worker", "second worker")
DATABASE = "database"
JUMPS = {
    "one worker set back": (["worker"], -60.0),
    "one worker set back by more than a lifetime": (["worker"], -HOUR),
    "one worker set ahead": (["second worker"], 30.0),
    "one worker set ahead by more than a lifetime": (["second worker"], 900.0),
    "web set ahead": (["web"], HOUR),
    "web set back": (["web"], -HOUR),
    "all set ahead": (OURS, HOUR),
    "all set back": (OURS, -HOUR),
    "the database set ahead": ([DATABASE], HOUR),
    "the database set back": ([DATABASE], -HOUR),
    "the whole machine set ahead": ([*OURS, DATABASE], HOUR),
    "the whole machine set back": ([*OURS, DATABASE], -HOUR),
    "the carrier set ahead": (["simulator"], 120.0),
    "the carrier set back": (["simulator"], -120.0),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest,
    open_database: OpenDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    database = open_database(request.param, folder)
    settings = {"TWILIO_SEND_RATE": str(RATE)}
    with Fleet(folder, database, settings, shifts_clocks=True) as fleet:
        yield fleet


def jump(fleet: Fleet, clocks: Sequence[str], seconds: float) -> None:
    for name in clocks:
        if name == DATABASE:
            fleet.database.shift_clock(seconds)
        else:
            fleet.shift_clock(name, seconds)


def is_under_way(fleet: Fleet, phones: Sequence[str]) -> bool:
    """Whether some replies have been sent, and others wait."""
    return 0 < sum(bool(fleet.received(phone)) for phone in phones) < len(phones)


def assert_at_the_rate(fleet: Fleet, phones: Sequence[str]) -> None:
    """The carrier took the first and the last as far apart as the rate demands."""
    found = [fleet.received(phone)[0]["at"] for phone in phones]
    times = sorted(datetime.fromisoformat(item) for item in found)
    at_least = (len(phones) - 1 - MADE_UP) / RATE
    assert times[-1] - times[0] >= timedelta(seconds=at_least) - IMPRECISION


@pytest.mark.parametrize("name", JUMPS)
def test_a_clock_that_jumps_doubles_expires_and_holds_up_nothing(
    fleet: Fleet, name: str, check: Check
) -> None:
    """Field report 6: no clock that is set makes a reply come twice, late or never."""
    clocks, seconds = JUMPS[name]
    phones = fleet.new_phones(MESSAGES)
    fleet.text_from_all(phones[: MESSAGES // 2])
    wait_until(lambda: is_under_way(fleet, phones), "the first replies")

    jump(fleet, clocks, seconds)
    fleet.text_from_all(phones[MESSAGES // 2 :])

    check(fleet, phones)
    jump(fleet, clocks, 0)
    if "simulator" not in clocks:
        assert_at_the_rate(fleet, phones)


@pytest.mark.parametrize("seconds", [-60.0, 90.0])
def test_a_worker_that_starts_with_a_wrong_clock_leaves_the_rate_as_it_is(
    fleet: Fleet, seconds: float, check: Check
) -> None:
    """Field report F5: two replies a second stay two a second, whoever sent before."""
    phones = fleet.new_phones(MESSAGES)
    fleet.kill("second worker")
    fleet.shift_clock("worker", seconds)
    fleet.restart("worker")
    fleet.text_from_all(phones[: MESSAGES // 2])
    wait_until(lambda: fleet.received(phones[0]), "a reply by the wrong clock")

    fleet.shift_clock("worker", 0)
    fleet.restart("worker")
    fleet.text_from_all(phones[MESSAGES // 2 :])

    check(fleet, phones)
    assert_at_the_rate(fleet, phones)
    fleet.start("second worker")


def test_a_worker_whose_clock_is_ahead_takes_over_nothing_that_is_under_way(
    fleet: Fleet, check: Check
) -> None:
    """Field report 6: what a slow carrier is taking is not asked about by others."""
    phones = fleet.new_phones(MESSAGES // 2)
    fleet.plan("taken late 7", len(phones))
    fleet.shift_clock("second worker", 30)
    fleet.restart("second worker")

    fleet.text_from_all(phones)

    check(fleet, phones)
    fleet.shift_clock("second worker", 0)


def test_sms_that_come_while_web_knows_a_wrong_time_only_are_answered(
    fleet: Fleet, check: Check
) -> None:
    """Field report 6: the database is away at start, and the machine an hour ahead."""
    phones = fleet.new_phones(MESSAGES // 2)
    fleet.kill("web")
    fleet.shift_clock("web", HOUR)
    fleet.database.stop()
    fleet.start("web")

    fleet.text_from_all(phones)
    fleet.database.start()

    check(fleet, phones)
    fleet.shift_clock("web", 0)
