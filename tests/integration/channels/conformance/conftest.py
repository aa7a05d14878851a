"""Every rule for every provider, and `-v` shows which were held."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.bootstrap import build_gateway
from gateway.config.settings import Settings
from gateway.runtime import Gateway
from tests.integration.channels.conformance.provider import Provider, reply
from tests.integration.channels.conformance.table import PROVIDERS
from tests.support.fakes import FakeClock, FakeQueue
from tests.support.servers import Scripted, serving
from tests.unit.config.test_settings import GOOD


@pytest.fixture(params=PROVIDERS, ids=lambda item: item.name)
def provider(request: pytest.FixtureRequest) -> Provider:
    made: Provider = request.param()
    return made


@pytest.fixture
def carrier(provider: Provider) -> Iterator[Scripted]:
    """Where the provider's API is; it takes everything unless it is told otherwise."""
    with serving(provider.accepted(reply())) as running:
        yield running


@pytest.fixture
def installed(
    provider: Provider, carrier: Scripted, database_url: str, tmp_path: Path
) -> Settings:
    """The settings of a gateway on a real database, whose only channel is this one."""
    others = {
        name: value for name, value in GOOD.items() if not name.startswith("TWILIO_")
    }
    mine = {
        name: value.format(url=carrier.url) for name, value in provider.settings.items()
    }
    return Settings.from_env(
        others
        | mine
        | {
            "GATEWAY_DATABASE_URL": database_url,
            "GATEWAY_SPOOL_DIR": str(tmp_path / "spool"),
        }
    )


@pytest.fixture
def whole(installed: Settings, queue: FakeQueue, clock: FakeClock) -> Iterator[Gateway]:
    """A gateway with these settings."""
    gateway = build_gateway(installed, queue, clock)
    yield gateway
    gateway.close()


@pytest.fixture
def door(whole: Gateway, installed: Settings, clock: FakeClock) -> FlaskClient:
    """The real routes of this gateway."""
    return create_app(installed, whole, lambda: False).test_client()
