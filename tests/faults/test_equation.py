"""Accepted = answered exactly once, whatever is killed or taken away meanwhile.

Nothing here lasts long enough for a reply to expire or a message to be set aside, so
nothing else may happen to an accepted SMS.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from tests.faults.fleet import Fleet
from tests.processes import Postgres, wait_until

MESSAGES = 2_000
SETTLE_SECONDS = 240.0


@pytest.fixture
def own_postgres(request: pytest.FixtureRequest) -> Iterator[Postgres | None]:
    """A PostgreSQL that only this test stops; None for SQLite."""
    if request.param == "sqlite":
        yield None
        return
    with Postgres() as running:
        yield running


@pytest.fixture
def fleet(own_postgres: Postgres | None, tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path, own_postgres) as fleet:
        yield fleet


def phones(count: int) -> list[str]:
    return [f"+62811{number:07}" for number in range(count)]


def text_amid(fleet: Fleet, trouble: list[Callable[[], object]]) -> int:
    """Text from many phones while one trouble after the other happens."""
    with ThreadPoolExecutor(1) as pool:
        texting = pool.submit(fleet.text_from_all, phones(MESSAGES))
        for act in trouble:
            wait([texting], timeout=1)
            act()
        return texting.result()


def answers(fleet: Fleet, count: int) -> Counter[int]:
    """How many phones got how many SMS, once nobody waits any more."""
    wait_until(fleet.is_settled, "the end of all waiting", SETTLE_SECONDS, pause=0.2)
    found = Counter(len(fleet.received(phone)) for phone in phones(count))
    print(f"{count} accepted; SMS received: phones = {dict(found)}")  # noqa: T201
    return found


@pytest.mark.parametrize("own_postgres", ["sqlite", "postgresql"], indirect=True)
def test_the_equation_holds_while_everything_is_killed(
    fleet: Fleet, own_postgres: Postgres | None
) -> None:
    for fault, times in {
        "429": 60,
        "500": 30,
        "cut": 30,
        "taken and cut": 30,
        "receipt first": 100,
        "receipt twice": 100,
        "receipts reversed": 100,
        "receipt lost": 50,
    }.items():
        fleet.plan(fault, times)
    trouble: list[Callable[[], object]] = [
        *[lambda: fleet.restart("worker"), lambda: fleet.restart("second worker")] * 3,
        fleet.valkey.stop,
        fleet.valkey.start,
        lambda: fleet.restart("web"),
    ]
    if own_postgres:
        trouble += [own_postgres.stop, own_postgres.start]
    trouble += [lambda: fleet.restart("worker"), lambda: fleet.restart("second worker")]

    refused = text_amid(fleet, trouble)

    print(f"{refused} webhooks refused and brought again")  # noqa: T201
    assert answers(fleet, MESSAGES) == {1: MESSAGES}


@pytest.mark.parametrize("own_postgres", ["sqlite"], indirect=True)
def test_without_valkey_every_webhook_is_taken_and_answered(fleet: Fleet) -> None:
    fleet.valkey.stop()

    assert fleet.text_from_all(phones(200)) == 0

    assert answers(fleet, 200) == {1: 200}


@pytest.mark.parametrize("own_postgres", ["postgresql"], indirect=True)
def test_without_postgresql_every_webhook_is_taken_and_answered_later(
    fleet: Fleet, own_postgres: Postgres
) -> None:
    own_postgres.stop()

    assert fleet.text_from_all(phones(200)) == 0
    own_postgres.start()

    assert answers(fleet, 200) == {1: 200}


@pytest.mark.parametrize("own_postgres", ["sqlite"], indirect=True)
def test_a_reply_that_was_taken_while_the_answer_never_came_is_one_sms(
    fleet: Fleet,
) -> None:
    fleet.plan("taken and hang", 1)

    fleet.text_from_all(phones(1))

    assert answers(fleet, 1) == {1: 1}
