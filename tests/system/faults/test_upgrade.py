"""An upgrade while SMS flow, as docs/operating.md says: nothing is lost or doubled.

The next version is a copy of this one with made-up migrations.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from tests.support.migrations import ADD_LETTERS, ADD_REMARK, add_migrations
from tests.support.run_figures import ReportFigure
from tests.system.faults.conftest import Check
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import ROOT, Fleet
from tests.system.faults.flow import await_more, texting

# Workers first: a new web process may ask for work that old ones do not know.
SERVERS = ("worker", "second worker", "web")
SMS_EACH = 20


@pytest.fixture(scope="module")
def new_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of the next version."""
    folder = tmp_path_factory.mktemp("new")
    shutil.copytree(ROOT / "gateway", folder / "gateway")
    migrations = folder / "gateway" / "db" / "migrations"
    add_migrations(migrations, ADD_REMARK, ADD_LETTERS)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest, open_database: OpenDatabase, tmp_path: Path
) -> Iterator[Fleet]:
    """This version, on its own schema."""
    with Fleet(tmp_path, open_database(request.param, tmp_path)) as fleet:
        yield fleet


def revision(fleet: Fleet) -> str | None:
    engine = open_engine(fleet.database.url)
    found = upgrade.revision_of(engine)
    engine.dispose()
    return found


def test_an_upgrade_amid_sms_loses_and_doubles_nothing(
    fleet: Fleet, new_code: Path, report_figure: ReportFigure, check: Check
) -> None:
    before = revision(fleet)

    with texting(fleet) as phones:
        await_more(phones, SMS_EACH)
        fleet.run("db", "upgrade", checkout=new_code)
        on_old_code = len(phones)
        await_more(phones, SMS_EACH)
        for name in SERVERS:
            fleet.programs[name].run_from(new_code)
            fleet.restart(name)
            await_more(phones, SMS_EACH)

    report_figure(
        f"{len(phones)} SMS: {on_old_code} on schema {before}, then on "
        f"{revision(fleet)} with the old code and, one by one, the new"
    )
    assert before == upgrade.newest_revision() != revision(fleet)
    check(fleet, phones)
