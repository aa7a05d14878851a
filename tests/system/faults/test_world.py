"""Accepted = answered once + ended with a reason, whatever the carrier does."""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from tests.support.run_figures import ReportFigure
from tests.system.faults import world
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.doors import Door
from tests.system.faults.fleet import Fleet
from tests.system.faults.flow import text_amid
from tests.system.faults.ledger import End, Equation
from tests.system.faults.world import Trouble

both = pytest.mark.parametrize("fleet_to_be", ["sqlite", "postgresql"], indirect=True)
seeds = pytest.mark.parametrize("seed", world.SEEDS)


@pytest.fixture
def door(fleet_to_be: Fleet) -> Iterator[Door]:
    """What both workers have to pass on their way to the carrier."""
    with Door(fleet_to_be.simulator_port) as door:
        yield door


@pytest.fixture
def shifts_clocks() -> bool:
    return False


@pytest.fixture
def fleet_to_be(
    request: pytest.FixtureRequest,
    open_database: OpenDatabase,
    tmp_path: Path,
    shifts_clocks: bool,
) -> Fleet:
    return Fleet(
        tmp_path,
        open_database(request.param, tmp_path),
        world.SETTINGS,
        in_a_hurry=world.IN_A_HURRY,
        shifts_clocks=shifts_clocks,
    )


@pytest.fixture
def fleet(fleet_to_be: Fleet, door: Door) -> Iterator[Fleet]:
    for name in ("worker", "second worker"):
        fleet_to_be.programs[name].change_settings({"TWILIO_API_URL": door.url})
    with fleet_to_be as fleet:
        yield fleet


def check(
    fleet: Fleet, met: Mapping[str, Trouble], report_figure: ReportFigure, seed: int
) -> None:
    """The equation holds, and who met nothing that ends an SMS was answered."""
    fates = fleet.fates_once_settled(list(met))
    found = Equation.of(fates.values())
    report_figure(f"seed {seed}: {found}")
    assert found.accepted == len(met)
    strange = [
        f"{' + '.join(met[phone].faults) or met[phone].text}: {fate}"
        for phone, fate in fates.items()
        if not Equation.of([fate]).holds
        or (fate.end is not End.ANSWERED and not met[phone].may_end)
    ]
    assert not strange, "\n".join(sorted(strange))
    assert found.holds


def texts_of(met: Mapping[str, Trouble]) -> dict[str, str]:
    return {phone: trouble.text for phone, trouble in met.items()}


@both
@seeds
def test_the_equation_holds_while_the_carrier_does_its_worst(
    fleet: Fleet, seed: int, report_figure: ReportFigure
) -> None:
    met = world.let_loose(fleet, fleet.new_phones(world.SMS), seed)

    text_amid(fleet, texts_of(met), [])

    check(fleet, met, report_figure, seed)


@pytest.mark.parametrize("shifts_clocks", [True])
@both
@seeds
def test_the_equation_holds_while_clocks_jump(
    fleet: Fleet, seed: int, report_figure: ReportFigure
) -> None:
    met = world.let_loose(fleet, fleet.new_phones(world.SMS), seed)
    jumps = [
        *(("worker", 90), ("web", 30), ("second worker", 900), ("worker", -60)),
        *(("web", -30), ("second worker", -900), ("worker", 1.8), ("web", 3_600)),
        *(("worker", 0), ("second worker", 0), ("web", 0)),
    ]

    text_amid(
        fleet, texts_of(met), [partial(fleet.shift_clock, *jump) for jump in jumps]
    )

    check(fleet, met, report_figure, seed)


@both
@seeds
def test_the_equation_holds_while_the_database_refuses_writes(
    fleet: Fleet, seed: int, report_figure: ReportFigure
) -> None:
    met = world.let_loose(fleet, fleet.new_phones(world.SMS), seed)
    failover = [fleet.database.read_only, fleet.database.read_write]

    refused = text_amid(fleet, texts_of(met), [*failover, *failover])

    report_figure(f"seed {seed}: {refused} webhooks refused and brought again")
    check(fleet, met, report_figure, seed)


@both
@seeds
def test_the_equation_holds_while_connections_hang(
    fleet: Fleet, door: Door, seed: int, report_figure: ReportFigure
) -> None:
    """Field report 7: connecting takes longer than any lease."""
    met = world.let_loose(fleet, fleet.new_phones(world.SMS), seed)
    hanging = [door.shut, partial(time.sleep, world.HANG_SECONDS), door.open]

    text_amid(fleet, texts_of(met), hanging)

    check(fleet, met, report_figure, seed)


@pytest.mark.parametrize("fleet_to_be", ["sqlite"], indirect=True)
def test_a_daily_limit_ends_replies_with_a_reason(
    fleet: Fleet, report_figure: ReportFigure
) -> None:
    """Field report F6: the channel rests, and what waited too long is told as such."""
    for name in ("worker", "second worker"):
        fleet.restart(name, {"GATEWAY_REPLY_LIFETIME": "20s"})
    fleet.plan("63038", 1)
    phones = fleet.new_phones(20)

    fleet.text_from_all(phones)

    found = Equation.of(fleet.fates_once_settled(phones).values())
    report_figure(found)
    assert found.holds
    assert 0 < found.expired == 20 - found.answered
