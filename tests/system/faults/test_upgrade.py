"""An upgrade while SMS flow, as docs/operating.md says: nothing is lost or doubled.

The version before is taken from git: the newest commit of the schema before.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from tests.support.telling import Tell
from tests.system.faults.conftest import Check
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import ROOT, Fleet
from tests.system.faults.flow import await_more, texting

VERSIONS = "gateway/db/migrations/versions"
# Workers first: a new web process may ask for work that old ones do not know.
SERVERS = ("worker", "second worker", "web")
SMS_EACH = 20


@pytest.fixture(scope="module")
def old_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of the version before."""
    commit = commit_before(upgrade.newest_revision())
    if commit is None:
        why = "this checkout has no history with the version before the last migration"
        if os.environ.get("UPGRADE_TESTS") == "required":
            pytest.fail(why)
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("old")
    archive = folder / "code.tar"
    git("archive", "--output", str(archive), commit)
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    return folder


def commit_before(revision: str) -> str | None:
    """Of commits with an earlier schema of this line the latest schema's newest one."""
    now = sorted(file.name for file in (ROOT / VERSIONS).glob("*.py"))
    earlier = now[: [name[:4] for name in now].index(revision)]
    found = {}
    for commit in reversed(git("rev-list", "HEAD").split()):
        listed = git("ls-tree", "--name-only", commit, f"{VERSIONS}/").splitlines()
        names = sorted(Path(name).name for name in listed)
        if names and names == earlier[: len(names)]:
            found[len(names)] = commit
    return found[max(found)] if found else None


def git(*arguments: str) -> str:
    """What git says; nothing where there is no repository."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(
    request: pytest.FixtureRequest,
    open_database: OpenDatabase,
    old_code: Path,
    tmp_path: Path,
) -> Iterator[Fleet]:
    """The version before, on its own schema."""
    database = open_database(request.param, tmp_path, with_tables=False)
    fleet = Fleet(tmp_path, database)
    fleet.run("db", "upgrade", checkout=old_code)
    for name in SERVERS:
        fleet.programs[name].run_from(old_code)
    with fleet:
        yield fleet


def revision(fleet: Fleet) -> str | None:
    engine = open_engine(fleet.database.url)
    found = upgrade.revision_of(engine)
    engine.dispose()
    return found


def test_an_upgrade_amid_sms_loses_and_doubles_nothing(
    fleet: Fleet, tell: Tell, check: Check
) -> None:
    before = revision(fleet)

    with texting(fleet) as phones:
        await_more(phones, SMS_EACH)
        fleet.run("db", "upgrade")
        on_old_code = len(phones)
        await_more(phones, SMS_EACH)
        for name in SERVERS:
            fleet.programs[name].run_from(ROOT)
            fleet.restart(name)
            await_more(phones, SMS_EACH)

    tell(
        f"{len(phones)} SMS: {on_old_code} on schema {before}, then on "
        f"{revision(fleet)} with the old code and, one by one, the new"
    )
    assert before != revision(fleet) == upgrade.newest_revision()
    check(fleet, phones)
