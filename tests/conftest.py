"""Shared fixtures: a database, a cipher, a gateway with a carrier in memory."""

import logging
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import hypothesis
import pytest
from cryptography.fernet import Fernet
from pybreaker import CircuitMemoryStorage
from sqlalchemy import Engine
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from gateway.bootstrap import assemble
from gateway.config.groups import DirectorySettings
from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.directory.http.client import CoreSystem as Client
from gateway.directory.http.directory import HttpDirectory
from gateway.domain.limits import Limits
from gateway.domain.policy import Policy
from gateway.inbound.spool import Spool
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.integration.channels.conformance import table
from tests.support import memory_disk, run_figures
from tests.support.core_system import TOKEN, CoreSystem, serving
from tests.support.fakes import (
    MEMBER,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    FakeQueue,
    worded,
)
from tests.support.processes import Postgres, Valkey
from tests.support.reused_database import ReusedDatabase
from tests.system.faults.databases import migrated

# Long enough for a loopback, short enough to be waited for in a test.
_READ_SECONDS = 1.5

memory_disk.use()
# pygal's import hook is for maps, which we do not draw. It warns at each import that no
# other finder serves, such as that of an optional library by hypothesis or granian.
_pygal = import_module("pygal")
sys.meta_path[:] = [
    finder
    for finder in sys.meta_path
    if not isinstance(finder, _pygal.PluginImportFixer)
]
# A deadline for an example would fail on a busy machine.
hypothesis.settings.register_profile("gateway", deadline=None)
hypothesis.settings.load_profile("gateway")
# RQ installs a handler of its own where it finds none, and listeners outlive tests.
logging.getLogger("rq").addHandler(logging.NullHandler())


class ByFileAndDatabase(LoadScopeScheduling):
    """Gives a worker the tests of one file and one database, as they share fixtures."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        return f"{file} on {'postgresql' if 'postgresql' in name else 'any'}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> ByFileAndDatabase:
    return ByFileAndDatabase(config, log)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def cipher() -> Cipher:
    return Cipher(
        [Fernet.generate_key().decode()], "a secret key for tests only, no more"
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL."""
    with Postgres() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy, as running all migrations takes far longer."""
    file = tmp_path_factory.mktemp("template") / "gateway.db"
    migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """A migrated database on the server, to copy."""
    return migrated(postgres.new_database())


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A file with the newest schema."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'test.db')}"


@pytest.fixture(scope="session")
def reused_database(postgres: Postgres, postgres_template: str) -> ReusedDatabase:
    return ReusedDatabase(postgres, postgres_template)


@pytest.fixture
def postgresql_url(reused_database: ReusedDatabase) -> str:
    """A database on the server with the newest schema."""
    return reused_database.url()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the newest schema, on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    running: Postgres = request.getfixturevalue("postgres")
    return running.new_database()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: Engine, cipher: Cipher) -> Database:
    return Database(engine, cipher)


@pytest.fixture
def directory() -> FakeDirectory:
    return FakeDirectory({MEMBER.kpj: MEMBER})


@pytest.fixture
def channel(clock: FakeClock) -> FakeChannel:
    return FakeChannel(clock)


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def spool(tmp_path: Path, cipher: Cipher) -> Spool:
    return Spool(tmp_path / "spool", cipher, most=5)


@pytest.fixture
def policy() -> Policy:
    """Without hints, so that a balance has the same text each time."""
    return Policy(limits=Limits(hints=0))


@pytest.fixture
def gateway(
    database: Database,
    directory: FakeDirectory,
    channel: FakeChannel,
    queue: FakeQueue,
    spool: Spool,
    clock: FakeClock,
    cipher: Cipher,
    policy: Policy,
) -> Gateway:
    channels = {channel.name: channel}
    return assemble(
        *(database, directory, channels, queue, spool, cipher),
        *(worded(clock=clock), policy, clock),
    )


@pytest.fixture
def core() -> Iterator[CoreSystem]:
    with serving(CoreSystem()) as running:
        yield running


@pytest.fixture
def storage() -> CircuitMemoryStorage:
    """The breaker's memory; when it opened can be set back, as if time had passed."""
    return CircuitMemoryStorage("closed")


@pytest.fixture
def asking(
    core: CoreSystem, storage: CircuitMemoryStorage, cipher: Cipher
) -> HttpDirectory:
    """A directory that asks the core system."""
    settings = DirectorySettings(url=core.url, token=TOKEN)
    client = Client(settings, _READ_SECONDS, storage)
    return HttpDirectory(settings, cipher.index, client)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Valkey on a socket; its address."""
    folder = tmp_path_factory.mktemp("valkey")
    with Valkey(folder) as running:
        yield running.url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Figures and tables; only here is this called in the process that shows them."""
    table.show(terminalreporter)
    run_figures.show(terminalreporter)
