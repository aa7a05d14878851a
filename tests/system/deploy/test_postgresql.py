"""Debian's PostgreSQL, which docs/operating.md installs, is older than ours."""

import sys
from pathlib import Path

import pytest

from tests.support.processes import OTHER_POSTGRESQL
from tests.system.deploy.files import ROOT, missing, run

FILES = ("test_claims.py", "test_deadlocks.py", "test_database.py", "test_upgrade.py")
SECONDS = 600.0


def test_the_message_log_holds_on_debians_postgresql(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not installed:
        missing("PostgreSQL's server")
    oldest = min(installed, key=lambda item: int(item.parts[-3]))
    monkeypatch.setenv(OTHER_POSTGRESQL, str(oldest.parent))
    tests = [ROOT / "tests" / "integration" / "db" / file for file in FILES]

    # Its plans too: what an older one does with a statement is seen there.
    run(
        *(sys.executable, "-m", "pytest", "-q", "-k", "postgresql", *tests),
        seconds=SECONDS,
    )
