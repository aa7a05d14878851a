"""A carrier between phones and a stub of the gateway, which notes what it gets."""

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator
from twilio.rest import Client
from werkzeug import Request, Response
from werkzeug.serving import make_server

from gateway.channels.twilio.http import LibcurlHttpClient
from gateway.simulator.account import INBOUND_PATH, CarrierAccount
from gateway.simulator.app import create_simulator
from gateway.simulator.carrier import Carrier
from gateway.simulator.faults import Faults
from gateway.simulator.members import MadeUpMember
from gateway.simulator.words import Words
from tests.support.fakes import FakeClock
from tests.support.servers import running

WAIT_SECONDS = 10
PHONE = "+628110000001"
OTHER_PHONE = "+628110000002"
NOT_ACTIVE = Words("BPU tidak aktif", "BPU inactive")
MEMBERS = (
    MadeUpMember("Contoh Budi", "61000000019", PHONE, Words("PU aktif", "PU active")),
    MadeUpMember("Siti Contoh", "61000000027", OTHER_PHONE, NOT_ACTIVE),
)


@dataclass
class GatewayStub:
    """The gateway's side: answers with the statuses given, in turn, then with 200."""

    statuses: list[int] = field(default_factory=list)
    requests: queue.Queue[Request] = field(default_factory=queue.Queue)
    url: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        _ = request.form
        self.requests.put(request)
        status = self.statuses.pop(0) if self.statuses else 200
        return Response("<Response/>", status)(environ, start_response)

    def next_request(self) -> Request:
        return self.requests.get(timeout=WAIT_SECONDS)


def await_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def is_signed(request: Request, token: str, url: str) -> bool:
    signature = request.headers[SIGNATURE_HEADER]
    return bool(RequestValidator(token).validate(url, request.form, signature))


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[str]:
    """Serve an application on a free loopback port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with running(server, poll_seconds=0.01):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def stub() -> Iterator[GatewayStub]:
    stub = GatewayStub()
    with serving(stub) as stub.url:
        yield stub


@pytest.fixture
def account(stub: GatewayStub) -> CarrierAccount:
    return CarrierAccount(
        sid="AC" + "b" * 32,
        token="a token for tests, of no account",
        number="+15005550006",
        webhook_url=stub.url + INBOUND_PATH,
    )


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def carrier(account: CarrierAccount, faults: Faults, clock: FakeClock) -> Carrier:
    return Carrier(account, faults, clock)


@pytest.fixture
def app(account: CarrierAccount, clock: FakeClock) -> Flask:
    return create_simulator(account, MEMBERS, clock)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def twilio(app: Flask, account: CarrierAccount) -> Iterator[Client]:
    """Twilio's own client, connected to the running simulator."""
    with serving(app) as url:
        yield Client(account.sid, account.token, http_client=LibcurlHttpClient(url))


@pytest.fixture
def sms_form(account: CarrierAccount) -> Mapping[str, str]:
    """The form of a message that the carrier takes."""
    return {"To": PHONE, "From": account.number, "Body": "Saldo JHT Rp1"}
