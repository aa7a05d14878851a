"""A database that answers and refuses: what carriers bring is kept all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from gateway.app import create_app
from gateway.bootstrap import build_gateway, utc_now
from gateway.db.core.engine import open_engine
from gateway.runtime import Gateway
from tests.integration.web.test_web import FORM, post_as_twilio, settings_on
from tests.support.fakes import FakeQueue
from tests.support.processes import Postgres
from tests.system.faults.databases import Database, damage, postgresql_on, sqlite_in

# What PostgreSQL, or a pooler in front of it, says for reasons of its own; psycopg has
# every class of exceptions among them.
CODES = {
    "25006": "read-only",
    "XX000": "internal",
    "XX001": "damaged",
    "XX002": "damaged index",
    "25P02": "failed transaction",
    "0A000": "not supported",
    "26000": "unknown statement",
    "3F000": "unknown schema",
    "42883": "unknown function",
    "53100": "disk full",
    "58030": "input or output",
}
# What it says of the content.
CONTENT_CODES = ("22021", "23502", "23514")
FAILURES = "gateway_webhook_failures_total"
RECEIPT = {
    "MessageSid": FORM["MessageSid"],
    "MessageStatus": "delivered",
    "AccountSid": FORM["AccountSid"],
}
RECEIPT_PATH = "/sms/twilio/receipt?message=1"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return sqlite_in(tmp_path)
    return postgresql_on(request.getfixturevalue("postgres"))


@pytest.fixture
def on_postgresql(postgres: Postgres) -> Database:
    return postgresql_on(postgres)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Database:
    return sqlite_in(tmp_path)


class Site:
    """A gateway's doors on a database."""

    def __init__(self, database: Database, folder: Path) -> None:
        settings = settings_on(database.url, folder)
        self.spool = settings.spool_dir
        self.gateway: Gateway = build_gateway(settings, FakeQueue(), utc_now)
        app: Flask = create_app(settings, self.gateway, lambda: True)
        self.client: FlaskClient = app.test_client()
        self.engine: Engine = open_engine(database.url)

    def text(self, number: int = 1) -> int:
        sid = f"SM{number:032}"
        return post_as_twilio(self.client, FORM | {"MessageSid": sid}).status_code

    def tell(self) -> int:
        return post_as_twilio(self.client, RECEIPT, RECEIPT_PATH).status_code

    def spooled(self) -> int:
        return len(list(self.spool.glob("*.sealed")))

    def stored(self, table: str = "inbound") -> int:
        with self.engine.connect() as connection:
            counted = connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            return int(counted.scalar_one())

    def rows(self) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [
                tuple(row)
                for row in connection.exec_driver_sql("SELECT * FROM inbound").all()
            ]

    def refuse_with(self, code: str) -> None:
        """Let PostgreSQL refuse new rows."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"
            )
            for table in ("inbound", "receipts"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER refuse BEFORE INSERT ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION refuse()"
                )

    def accept_again(self) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql("DROP FUNCTION refuse CASCADE")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def opened(database: Database, folder: Path) -> Iterator[Site]:
    site = Site(database, folder)
    yield site
    site.gateway.close()
    site.engine.dispose()


@pytest.fixture
def site(database: Database, folder: Path) -> Iterator[Site]:
    yield from opened(database, folder)


@pytest.fixture
def postgresql_site(on_postgresql: Database, folder: Path) -> Iterator[Site]:
    yield from opened(on_postgresql, folder)


@pytest.fixture
def sqlite_site(on_sqlite: Database, folder: Path) -> Iterator[Site]:
    yield from opened(on_sqlite, folder)


@pytest.mark.parametrize("code", CODES, ids=CODES.values())
def test_whatever_postgresql_refuses_with_goes_to_the_spool(
    postgresql_site: Site, code: str
) -> None:
    """Field report F3: no error of the driver loses an SMS or a receipt."""
    site = postgresql_site
    site.refuse_with(code)

    assert (site.text(), site.tell(), site.spooled()) == (200, 200, 2)
    assert site.gateway.receiver.take_in_spooled() == 0

    site.accept_again()
    while site.spooled():
        site.gateway.receiver.take_in_spooled()
    assert (site.stored(), site.stored("receipts")) == (1, 1)


def test_a_read_only_database_loses_nothing_and_is_used_again_once_promoted(
    site: Site, database: Database
) -> None:
    """Field report 2: a read-only connection is thrown away, and SMS are spooled."""
    assert site.text(1) == 200
    database.read_only()

    assert [site.text(2), site.tell(), site.text(3)] == [200, 200, 200]
    assert site.spooled() == 3

    database.read_write()
    assert site.text(4) == 200
    assert site.gateway.receiver.take_in_spooled() == 3
    assert (site.stored(), site.stored("receipts")) == (4, 1)


def test_a_damaged_sqlite_file_loses_nothing_and_is_used_again_once_mended(
    sqlite_site: Site, on_sqlite: Database
) -> None:
    """Field report F3: a file that is malformed is no reason to refuse an SMS."""
    site = sqlite_site
    assert site.text(1) == 200
    mend = damage(on_sqlite, "inbound")

    assert [site.text(2), site.text(3)] == [200, 200]
    assert site.spooled() == 2

    mend()
    while site.spooled():
        assert site.gateway.receiver.take_in_spooled() >= 0
    assert site.stored() == 3


@pytest.mark.parametrize("code", CONTENT_CODES)
def test_what_the_database_refuses_for_its_content_is_set_aside_for_a_person(
    postgresql_site: Site, code: str
) -> None:
    """Field report F3: a spooled file is a dead letter, and holds up no other."""
    site = postgresql_site
    site.refuse_with(code)

    assert site.text(1) == 200
    assert site.gateway.receiver.take_in_spooled() == 0
    assert (site.spooled(), len(list(site.spool.glob("*.refused")))) == (0, 1)

    site.accept_again()
    assert site.text(2) == 200
    assert site.stored() == 1


def test_a_read_only_database_is_not_ready_and_its_queue_is_not_told(
    site: Site, database: Database
) -> None:
    """Field report 2: /readyz and /metrics do not call a standby well."""
    database.read_only()
    ready, metrics = site.client.get("/readyz"), site.client.get("/metrics")

    assert (ready.status_code, ready.get_json()["database"]) == (503, "away")
    assert "gateway_unanswered" not in metrics.text

    database.read_write()
    assert site.client.get("/readyz").status_code == 200
    assert "gateway_unanswered 0" in site.client.get("/metrics").text


def test_a_damaged_sqlite_file_is_not_ready(
    sqlite_site: Site, on_sqlite: Database
) -> None:
    """Field report F3: /readyz tries a write."""
    damage(on_sqlite, "inbound")

    assert sqlite_site.client.get("/readyz").status_code == 503


def test_asking_whether_it_is_ready_changes_nothing(site: Site) -> None:
    """Field report 2: the write that is tried is rolled back."""
    site.text()
    before = site.rows()

    assert site.client.get("/readyz").status_code == 200
    assert site.rows() == before


def test_a_webhook_that_we_fail_at_is_counted(site: Site, database: Database) -> None:
    """Field report 4: 500 and 503 raise an alert."""
    labels = {"channel": "twilio", "why": "503"}
    before = REGISTRY.get_sample_value(FAILURES, labels) or 0
    database.read_only()
    site.spool.write_text("a file where the folder should be")

    assert site.text() == 503

    assert REGISTRY.get_sample_value(FAILURES, labels) == before + 1
