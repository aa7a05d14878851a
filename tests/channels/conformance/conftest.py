"""Every rule for every provider, and `-v` shows which were held."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.bootstrap import build_gateway
from gateway.config import Settings
from gateway.service import Gateway
from tests.channels.conformance.kannel import Kannel
from tests.channels.conformance.provider import Provider, reply
from tests.channels.conformance.twilio import Twilio
from tests.fakes import FakeClock, FakeQueue
from tests.servers import Scripted, serving
from tests.test_config import GOOD

PROVIDERS = (Twilio, Kannel)


@pytest.fixture(params=PROVIDERS, ids=lambda it: it.name)
def provider(request: pytest.FixtureRequest) -> Provider:
    made: Provider = request.param()
    return made


@pytest.fixture
def carrier(provider: Provider) -> Iterator[Scripted]:
    """Where the provider's API is; it takes everything unless it is told otherwise."""
    with serving(provider.accepted(reply())) as running:
        yield running


@pytest.fixture
def whole(
    provider: Provider,
    carrier: Scripted,
    database_url: str,
    tmp_path: Path,
    queue: FakeQueue,
    clock: FakeClock,
) -> Iterator[Gateway]:
    """A gateway on a real database, whose only channel is this one."""
    others = {name: it for name, it in GOOD.items() if not name.startswith("TWILIO_")}
    mine = {name: it.format(url=carrier.url) for name, it in provider.settings.items()}
    settings = Settings.from_env(
        others
        | mine
        | {
            "GATEWAY_DATABASE_URL": database_url,
            "GATEWAY_SPOOL_DIR": str(tmp_path / "spool"),
        }
    )
    gateway = build_gateway(settings, queue, clock)
    gateway.settings = settings  # type: ignore[attr-defined]
    yield gateway
    gateway.close()


@pytest.fixture
def door(whole: Gateway, clock: FakeClock) -> FlaskClient:
    """The real doors of this gateway."""
    settings: Settings = whole.settings  # type: ignore[attr-defined]
    return create_app(settings, whole, lambda: False, clock).test_client()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Rule by rule, channel by channel."""
    held = _held(terminalreporter)
    if terminalreporter.verbosity < 1 or not held:
        return
    terminalreporter.section("conformance of the channels")
    terminalreporter.line("".join(f"{it.name:10}" for it in PROVIDERS) + "rule")
    for rule, row in held.items():
        cells = "".join(f"{row.get(it.name, 'missing'):10}" for it in PROVIDERS)
        terminalreporter.line(cells + rule)
    for made in PROVIDERS:
        for what, why in made.exempt.items():
            terminalreporter.line(f"{made.name} has no {what!r}: {why}")


def _held(terminalreporter: pytest.TerminalReporter) -> dict[str, dict[str, str]]:
    """By rule and channel: passed only where every case of it has passed."""
    held: dict[str, dict[str, str]] = {}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            test, _, cases = report.nodeid.removesuffix("]").partition("[")
            names = [it.name for it in PROVIDERS if it.name in cases.split("-")]
            if names and "channels/conformance" in test:
                rule = test.rpartition("::test_")[2].replace("_", " ")
                held.setdefault(rule, {})[names[0]] = outcome
    return held
