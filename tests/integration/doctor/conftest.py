"""Installations of real processes, and what `gateway doctor` says of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.bootstrap import open_installation
from gateway.config.settings import Settings
from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.doctor import checks
from gateway.doctor.findings import Finding, Level
from tests.support.processes import Postgres, wait_until
from tests.system.faults.databases import Database, postgresql_on, sqlite_in
from tests.system.faults.fleet import Fleet


@dataclass(frozen=True)
class Diagnosis:
    """What was found."""

    findings: list[Finding]

    def of(self, subject: str) -> list[str]:
        """What it says of one subject, each with its level."""
        return [
            f"{finding.level} {finding.text}"
            for finding in self.findings
            if finding.subject == subject
        ]

    @property
    def failed(self) -> set[str]:
        """What fails."""
        return {
            finding.subject for finding in self.findings if finding.level is Level.FAIL
        }

    @property
    def text(self) -> str:
        """All that is said."""
        return "\n".join(map(str, self.findings))


def diagnose(
    env: Mapping[str, str], *files: Path, without: str | None = None
) -> Diagnosis:
    """Look with these settings, one of them perhaps missing."""
    given = {name: value for name, value in env.items() if name != without}
    report = Settings.read(given)
    with open_installation(report.settings) as installed:
        found = checks.diagnose(installed, report.faults, files, report.unknown)
        return Diagnosis(list(found))


@contextmanager
def installation(folder: Path, database: Database) -> Iterator[Fleet]:
    """Web, workers, members and a carrier."""
    with Fleet(folder, database) as fleet:
        fleet.run("participants", "import", str(MADE_UP_MEMBERS))
        wait_until(lambda: _is_complete(fleet.env), "all programs", pause=0.3)
        yield fleet


def _is_complete(env: dict[str, str]) -> bool:
    return diagnose(env).of("worker") == ["ok 2 listening"]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """An installation that is well, on PostgreSQL."""
    folder = tmp_path_factory.mktemp("healthy")
    with (
        Postgres(durable=True) as server,
        installation(folder, postgresql_on(server)) as fleet,
    ):
        yield fleet


@pytest.fixture
def healthy_on_sqlite(tmp_path: Path) -> Iterator[Fleet]:
    """Another one, on SQLite."""
    with installation(tmp_path, sqlite_in(tmp_path)) as fleet:
        yield fleet
