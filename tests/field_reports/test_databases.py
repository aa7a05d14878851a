"""Databases as they are in other people's operations."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from gateway.db import schema
from gateway.db.engine import open_engine
from gateway.db.schema import Standing


@pytest.fixture
def connect(empty_url: str) -> Iterator[Callable[[], Engine]]:
    """Engines of several processes on one database."""
    engines: list[Engine] = []

    def connect() -> Engine:
        engines.append(open_engine(empty_url))
        return engines[-1]

    yield connect
    for engine in engines:
        engine.dispose()


def test_machines_that_upgrade_at_the_same_time_all_succeed(
    connect: Callable[[], Engine],
) -> None:
    """Field report W12: one of them runs the migrations, the others wait for it."""
    engines = [connect() for _ in range(4)]

    with ThreadPoolExecutor(len(engines)) as pool:
        list(pool.map(schema.upgrade, engines))

    assert {schema.standing(engine) for engine in engines} == {Standing.CURRENT}
