"""Every route: who may call it, and what it never reveals."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app, create_health_app, create_webhook_app
from gateway.devserver import in_process
from tests.integration.channels.conformance.kannel import Kannel

# What needs neither a signature nor a login, because it tells nothing about anybody.
OPEN = {"/healthz", "/readyz", "/metrics"}
# By which methods each channel lets its carrier knock.
TAKES = {"twilio": {"POST"}, "kannel": {"GET", "POST"}}
PERSONAL = ("+628", "628110", "61000000019", "***", "Rp")


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    with in_process.running() as here:
        both = {**here.gateway.channels, "kannel": Kannel().channel()}
        gateway = replace(here.gateway, channels=both)
        yield create_app(here.settings, gateway, lambda: True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def routes(app: Flask) -> list[tuple[str, str]]:
    """Every method and path, for each channel where one is asked for."""
    found = {
        (method, rule.rule.replace("<channel>", channel))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        for channel in TAKES
    }
    return sorted(found)


def test_every_route_is_open_on_purpose_or_wants_a_signature(
    app: Flask, client: FlaskClient
) -> None:
    found = routes(app)
    assert len(found) > 5
    for method, path in found:
        answer = client.open(path, method=method, data={"Body": "SALDO"})
        if path.startswith(("/console/", "/bootstrap/")):
            continue  # see tests/integration/web/console/test_roles.py
        if method == "OPTIONS":
            assert answer.data == b""
        elif path in OPEN:
            assert method in ("GET", "HEAD")
            assert answer.status_code == 200
        else:
            takes = TAKES[path.split("/")[2]]
            assert answer.status_code == (403 if method in takes else 405), path


def test_each_door_can_be_elsewhere_and_the_pulse_is_everywhere(app: Flask) -> None:
    def paths(app: Flask) -> set[str]:
        return {path for _, path in routes(app)}

    carriers = paths(create_webhook_app(app.extensions["gateway"]))
    watchers = paths(create_health_app(app.extensions["installation"]))

    ours = {
        item for item in paths(app) if not item.startswith(("/console/", "/bootstrap/"))
    }
    assert carriers == ours - {"/readyz", "/metrics"}
    assert watchers == OPEN


@pytest.mark.parametrize("path", sorted(OPEN))
def test_what_is_open_tells_nothing_about_anybody(
    client: FlaskClient, path: str
) -> None:
    text = client.get(path).text

    assert not [item for item in PERSONAL if item in text]


@pytest.mark.parametrize("path", ["/healthz", "/nothing-here", "/sms/twilio/inbound"])
def test_every_answer_is_guarded_by_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_request_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sms/twilio/inbound", data={"Body": "x" * 40_000})

    assert answer.status_code == 413


def test_a_fault_of_ours_shows_no_traceback(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = app.extensions["gateway"]
    monkeypatch.setattr(type(gateway.receiver), "receive", lambda *_: 1 / 0)

    answer = client.post("/sms/twilio/inbound")

    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "ZeroDivision" not in answer.text


def test_nothing_is_run_in_debug_mode(app: Flask) -> None:
    assert not app.debug
