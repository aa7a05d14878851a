"""The console on a gateway with a carrier in memory, and logged-in operators."""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache

from gateway.app import create_app
from gateway.config.settings import Settings
from gateway.db.console import operators
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role
from gateway.runtime import Gateway
from tests.integration.web.console.pages import PASSWORD, log_in
from tests.support.fakes import FakeClock
from tests.unit.config.test_settings import GOOD

LogIn = Callable[[Role], FlaskClient]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the pages ask is tested on both databases, below tests/db."""
    return sqlite_url


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """The pages, compiled once for the applications of all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; here hundreds come in."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(operators, "_hasher", quick)


@pytest.fixture
def app(gateway: Gateway, clock: FakeClock, compiled: BytecodeCache) -> Flask:
    loopback = {"GATEWAY_PUBLIC_URL": "http://127.0.0.1:8000"}
    settings = Settings.from_env(GOOD | loopback)
    for role in Role:
        gateway.database.operators.add(
            role, role, PASSWORD, AuditEntry(clock(), "test")
        )
    app = create_app(settings, gateway, lambda: True)
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def visit(app: Flask) -> LogIn:
    """Somebody of this role, at the console."""

    def visit(role: Role) -> FlaskClient:
        client = app.test_client()
        assert log_in(client, role).status_code == 303
        return client

    return visit
