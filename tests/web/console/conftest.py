"""The console on a gateway with a carrier in memory, and people who come in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.config import Settings
from gateway.db import operators
from gateway.db.access_log import Deed
from gateway.operators import Role
from gateway.service import Gateway
from tests.fakes import FakeClock
from tests.test_config import GOOD
from tests.web.console.visit import PASSWORD, log_in

LogIn = Callable[[Role], FlaskClient]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What the pages ask is tested on both databases, below tests/db."""
    return f"sqlite:///{tmp_path / 'console.db'}"


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; here hundreds come in."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(operators, "_hasher", quick)


@pytest.fixture
def app(gateway: Gateway, clock: FakeClock) -> Flask:
    loopback = {"GATEWAY_PUBLIC_URL": "http://127.0.0.1:8000"}
    settings = Settings.from_env(GOOD | loopback)
    for role in Role:
        gateway.log.operators.add(role, role, PASSWORD, Deed(clock(), "test"))
    return create_app(settings, gateway, lambda: True, clock)


@pytest.fixture
def visit(app: Flask) -> LogIn:
    """Somebody of this role, at the console."""

    def visit(role: Role) -> FlaskClient:
        client = app.test_client()
        assert log_in(client, role).status_code == 303
        return client

    return visit
