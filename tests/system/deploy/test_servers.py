"""The settings for PostgreSQL and Valkey: real servers start with them."""

from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.db.core.inspection import inspect
from gateway.worker.queue_state import queue_state
from tests.support.processes import Postgres, Valkey
from tests.system.deploy.files import DEPLOY, lines_of

# What belongs to the machine that it will run on.
PLACE = {"listen_addresses": "''", "ssl": "off", "shared_buffers": "16MB"}


def test_postgresql_takes_every_setting_and_is_durable(tmp_path: Path) -> None:
    reported = dict(
        line.split(" = ", 1)
        for line in lines_of(DEPLOY / "postgresql/sms-gateway.conf")
    )

    with Postgres(settings=reported | PLACE) as server:
        engine = open_engine(server.new_database())
        upgrade.upgrade(engine)
        facts = inspect(engine)
        with engine.connect() as connection:
            used = {
                row.name: row.setting
                for row in connection.execute(text("SELECT * FROM pg_settings"))
            }
        engine.dispose()

    assert {name.lower() for name in reported} <= {name.lower() for name in used}
    assert facts.settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "archive_mode": "on",
    }


@pytest.mark.parametrize("place", [("bind", "127.0.0.1"), ("port", "0")])
def test_the_places_that_are_to_be_changed_are_there(place: tuple[str, str]) -> None:
    names = [line.split()[0] for line in lines_of(DEPLOY / "valkey/sms-gateway.conf")]

    assert place[0] in names


def test_valkey_takes_every_setting(tmp_path: Path) -> None:
    file = DEPLOY / "valkey/sms-gateway.conf"
    lines = [line for line in lines_of(file) if line.split()[0] not in ("bind", "port")]
    config = tmp_path / "valkey.conf"
    config.write_text("\n".join(lines))

    with Valkey(tmp_path, config, password="CHANGE-ME") as server:
        state = queue_state(server.url)

    assert state.eviction == "noeviction"
    assert state.most_bytes == 256 * 2**20
