"""Only pages of this machine may use the simulator."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.simulator.conftest import PHONE, GatewayStub

OWN_HOSTS = [
    "localhost:8001",
    "127.0.0.1:8001",
    "127.1.2.3",
    "[::1]:8001",
    "a.localhost",
]
HOSTILE_HOSTS = [
    "evil.example",
    "evil.example:8001",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "localhost.evil.example",
    "notlocalhost",
    "10.0.0.1",
    "[::2]",
    "[broken",
]
FOREIGN_HEADERS: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "null"},
    {"Origin": "http://[broken"},
]
OWN_HEADERS: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_names_of_this_machine_are_served(browser: FlaskClient, host: str) -> None:
    assert browser.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/simulator/messages?to=1", "/no"])
@pytest.mark.parametrize("host", HOSTILE_HOSTS)
def test_other_names_are_refused(browser: FlaskClient, host: str, path: str) -> None:
    assert browser.get(path, headers={"Host": host}).status_code in (400, 403)


@pytest.mark.parametrize("headers", FOREIGN_HEADERS, ids=str)
def test_other_sites_may_not_post(
    browser: FlaskClient, app: Flask, stub: GatewayStub, headers: dict[str, str]
) -> None:
    form = {"phone": PHONE, "body": "SALDO"}

    answers = [
        browser.post("/phone/send", data=form, headers=headers),
        browser.post("/phone/faults", data={"arm": "429"}, headers=headers),
        browser.post(
            "/simulator/inbound", json={"from": PHONE, "body": "x"}, headers=headers
        ),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert app.extensions["faults"].armed() == {}
    assert stub.requests.empty()


@pytest.mark.parametrize("headers", OWN_HEADERS, ids=str)
def test_own_pages_and_tools_may_post(
    browser: FlaskClient, headers: dict[str, str]
) -> None:
    form = {"phone": PHONE, "body": "SALDO"}

    assert browser.post("/phone/send", data=form, headers=headers).status_code == 303


@pytest.mark.parametrize("path", ["/", "/healthz", "/no/such/page", "/static/phone.js"])
def test_every_answer_carries_a_strict_policy(browser: FlaskClient, path: str) -> None:
    headers = browser.get(path, buffered=True).headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_conversations_are_not_cached(browser: FlaskClient) -> None:
    assert browser.get("/").headers["Cache-Control"] == "no-store"
