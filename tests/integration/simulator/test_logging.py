"""Nothing personal is logged, whatever happens."""

import logging
from dataclasses import replace

import pytest
from flask import Flask

from gateway.simulator.account import CarrierAccount
from gateway.simulator.app import create_simulator
from tests.integration.simulator.conftest import PHONE, GatewayStub, serving
from tests.integration.simulator.sockets import unreachable

SECRET_WORDS = "Kenari Biru"
BODY = f"SALDO 61000000019 {SECRET_WORDS}"


def use_everything(app: Flask, account: CarrierAccount, callback: str) -> None:
    """Every door once, with good and bad requests."""
    browser = app.test_client()
    auth = account.sid, account.token
    path = f"/2010-04-01/Accounts/{account.sid}/Messages.json"
    sms = {"To": PHONE, "From": account.number, "Body": BODY}
    browser.post("/simulator/inbound", json={"from": PHONE, "body": BODY})
    browser.post("/simulator/inbound", json={"from": PHONE, "body": [BODY]})
    browser.post("/phone/send", data={"phone": PHONE, "body": BODY})
    browser.post(path, data=sms | {"StatusCallback": callback}, auth=auth)
    browser.post(path, data=sms | {"To": f"{PHONE}x"}, auth=auth)
    browser.post(path, data=sms, auth=(account.sid, BODY))
    browser.get(path, query_string={"To": PHONE}, auth=auth)
    browser.get("/", query_string={"phone": PHONE, "draft": BODY})
    browser.get("/simulator/messages", query_string={"to": PHONE})


@pytest.mark.parametrize("status", [200, 403, 503])
def test_no_number_and_no_text_is_logged(
    app: Flask,
    account: CarrierAccount,
    stub: GatewayStub,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.statuses = [status] * 4

    use_everything(app, account, f"{stub.url}/receipt")
    for _ in range(4):
        stub.next_request()

    assert_nothing_personal(caplog, account)


def test_nothing_personal_is_logged_when_the_gateway_is_away(
    account: CarrierAccount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = replace(account, webhook_url=unreachable())

    use_everything(create_simulator(account, ()), account, f"{unreachable()}/receipt")

    assert "gateway did not take the message" in caplog.messages
    assert_nothing_personal(caplog, account)


def test_a_running_server_logs_no_queries(
    app: Flask, account: CarrierAccount, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(app) as url:
        app.extensions["carrier"].inbound(PHONE, BODY)
        account = replace(account, webhook_url=f"{url}/?phone={PHONE}")
        create_simulator(account, ()).extensions["carrier"].inbound(PHONE, BODY)

    assert not [record for record in caplog.records if record.name == "werkzeug"]


def assert_nothing_personal(
    caplog: pytest.LogCaptureFixture, account: CarrierAccount
) -> None:
    for record in caplog.records:
        written = f"{record.getMessage()} {vars(record)}"
        assert PHONE.lstrip("+") not in written
        assert SECRET_WORDS not in written
        assert account.token not in written
