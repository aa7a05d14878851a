"""What the soak and the national benchmark make of their figures."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from benchmarks.national.size import GB, KEPT_FREE, WORKING_ROOM, Size, Weight, fitting
from benchmarks.soak.ledger import MOST_AT_A_TIME, Ledger, Sent
from benchmarks.soak.memory import Growth, Look, Memory
from gateway.domain.statuses import InboundStatus, OutboundStatus

NATION = Size(40_000_000, 20_000_000)
REPLY = {"at": "2026-11-21T09:00:01+00:00"}
NINE = 1_795_251_600.0


@dataclass(frozen=True)
class Fate:
    """An SMS and its reply in the log."""

    status: InboundStatus
    reply_status: OutboundStatus | None = None


@dataclass
class Phones:
    """What phones received, and what the log says of the others."""

    replies: dict[str, int]
    log: list[Fate] = field(default_factory=list)

    def received(self, phone: str) -> list[dict[str, Any]]:
        return [REPLY] * self.replies.get(phone, 0)

    def fates(self, phones: list[str]) -> list[Fate]:
        return self.log if phones else []


def ledger_of(replies: list[int], *fates: Fate) -> Ledger:
    """A ledger of members who heard back so often."""
    sent = [Sent(number, NINE) for number in range(len(replies))]
    heard = {item.phone: count for item, count in zip(sent, replies, strict=True)}
    ledger = Ledger(Phones(heard, list(fates)))  # type: ignore[arg-type]
    for sms in sent:
        ledger.enter(sms)
    ledger.close_all()
    return ledger


def test_who_heard_once_fulfils_the_equation() -> None:
    ledger = ledger_of([1, 1, 1])

    assert ledger.holds
    assert ledger.replies_by_phone == {1: 3}


@pytest.mark.parametrize(
    "fate",
    [
        Fate(InboundStatus.FAILED),
        Fate(InboundStatus.ANSWERED, OutboundStatus.EXPIRED),
    ],
)
def test_what_is_known_to_have_failed_fulfils_the_equation(fate: Fate) -> None:
    assert ledger_of([1, 0], fate).holds


@pytest.mark.parametrize(
    ("replies", "fates"),
    [
        ([1, 2], []),
        ([1, 0], []),
        ([1, 0], [Fate(InboundStatus.ANSWERED, OutboundStatus.DELIVERED)]),
        ([1, 0], [Fate(InboundStatus.RECEIVED)]),
        ([0, 0], [Fate(InboundStatus.FAILED)]),
    ],
    ids=["heard twice", "lost", "said to be delivered", "still waiting", "one lost"],
)
def test_who_heard_twice_or_nothing_breaks_the_equation(
    replies: list[int], fates: list[Fate]
) -> None:
    assert not ledger_of(replies, *fates).holds


def test_phones_are_looked_at_some_at_a_time() -> None:
    ledger = Ledger(Phones({}))  # type: ignore[arg-type]
    for number in range(MOST_AT_A_TIME + 1):
        ledger.enter(Sent(number, at=0.0))

    ledger.close_old()
    assert ledger.replies_by_phone == {0: MOST_AT_A_TIME}

    ledger.close_old()
    assert ledger.replies_by_phone == {0: MOST_AT_A_TIME + 1}


def memory_of(megabytes: list[float], pid: int = 1) -> Memory:
    """A kind of process that was looked at each minute."""
    memory = Memory(["worker"], warm_up_minutes=5)
    looks = enumerate(megabytes)
    memory.looks["worker"] += [Look(pid, minute, mb, mb) for minute, mb in looks]
    return memory


def growth_of(memory: Memory) -> Growth:
    growth = memory.growth("worker")
    assert growth is not None
    return growth


def test_memory_that_grows_is_told() -> None:
    growth = growth_of(memory_of([100 + minute / 6 for minute in range(60)]))

    assert growth.mb_an_hour == pytest.approx(10)
    assert not growth.is_flat


def test_memory_that_grows_only_while_a_process_is_new_is_flat() -> None:
    growth = growth_of(memory_of([60, 70, 80, 90, 95, *[100] * 55]))

    assert growth.is_flat
    assert growth.is_told


def test_growth_of_a_short_life_tells_nothing() -> None:
    growth = growth_of(memory_of([100.0 + minute for minute in range(15)]))

    assert not growth.is_told


def test_processes_that_are_killed_and_start_small_do_not_hide_growth() -> None:
    memory = memory_of([100 + minute / 3 for minute in range(40)])
    later = [Look(2, 40 + minute, 60.0, 60.0) for minute in range(20)]
    memory.looks["worker"] += later

    assert not growth_of(memory).is_flat


def test_a_nation_that_fits_on_the_disk_is_filled_whole() -> None:
    assert fitting(NATION, Weight(500, 1_500), 100 * GB) == NATION


def test_what_does_not_fit_is_filled_in_part_and_leaves_room() -> None:
    weight = Weight(500, 1_500)

    fits = fitting(NATION, weight, 44 * GB)

    assert fits.members == 2 * fits.messages
    assert weight.of(fits) <= 44 * GB - KEPT_FREE - WORKING_ROOM
