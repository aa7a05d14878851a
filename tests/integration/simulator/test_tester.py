"""The API for testers: JSON in, JSON out."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.simulator.account import CarrierAccount
from gateway.simulator.app import create_simulator
from tests.integration.simulator.conftest import OTHER_PHONE, PHONE, GatewayStub
from tests.integration.simulator.sockets import unreachable

BAD_INPUT: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "JSON"),
    ("no JSON", b"from=+62&body=SALDO", "JSON"),
    ("half of it", b'{"from": "+62"', "JSON"),
    ("no UTF-8", b'{"from": "\xff", "body": ""}', "JSON"),
    ("a deep list", b"[" * 60_000, "JSON"),
    ("a list", b'["+62", "SALDO"]', "object"),
    ("null", b"null", "object"),
    ("no sender", b'{"body": "SALDO"}', '"from" is missing'),
    ("no text", b'{"from": "+62"}', '"body" is missing'),
    ("a number as sender", b'{"from": 62, "body": ""}', '"from" must be a text'),
    ("null as text", b'{"from": "+62", "body": null}', '"body" must be a text'),
    ("half a character", b'{"from": "+62", "body": "\\ud83d"}', "half a character"),
    ("a sid of spaces", b'{"from": "", "body": "", "sid": " "}', '"sid"'),
    ("an empty sid", b'{"from": "", "body": "", "sid": ""}', '"sid"'),
    ("a number as sid", b'{"from": "", "body": "", "sid": 1}', '"sid"'),
    ("true as media", b'{"from": "", "body": "", "media": true}', '"media"'),
    ("negative media", b'{"from": "", "body": "", "media": -1}', '"media"'),
    ("much media", b'{"from": "", "body": "", "media": 11}', '"media"'),
]


def test_a_text_reaches_the_gateway(browser: FlaskClient, stub: GatewayStub) -> None:
    sms = {"from": PHONE, "body": "saldo 6100 0000 019 ñ😀"}

    answer = browser.post("/simulator/inbound", json=sms)

    form = stub.next_request().form
    assert answer.status_code == 200
    assert answer.get_json() == {"sid": form["MessageSid"], "status": 200}
    assert form["Body"] == sms["body"]


def test_json_needs_no_content_type(browser: FlaskClient, stub: GatewayStub) -> None:
    answer = browser.post(
        "/simulator/inbound", data=json.dumps({"from": PHONE, "body": "SALDO"})
    )

    assert answer.status_code == 200


def test_a_sid_given_makes_a_duplicate(browser: FlaskClient, stub: GatewayStub) -> None:
    sms = {"from": PHONE, "body": "SALDO"}
    sid = browser.post("/simulator/inbound", json=sms).get_json()["sid"]

    again = browser.post("/simulator/inbound", json=sms | {"sid": sid})

    assert again.get_json()["sid"] == sid
    assert {stub.next_request().form["MessageSid"] for _ in range(2)} == {sid}


def test_media_is_counted(browser: FlaskClient, stub: GatewayStub) -> None:
    sms = {"from": PHONE, "body": "", "media": 1}

    browser.post("/simulator/inbound", json=sms)

    assert stub.next_request().form["NumMedia"] == "1"


def test_a_refusal_of_the_gateway_is_told(
    browser: FlaskClient, stub: GatewayStub
) -> None:
    stub.statuses = [403]

    answer = browser.post("/simulator/inbound", json={"from": "INFO", "body": "x"})

    reported = answer.get_json()
    assert answer.status_code == 502
    assert reported["status"] == 403
    assert reported["error"] == "the gateway refused the message"
    assert reported["sid"] == stub.next_request().form["MessageSid"]


def test_an_unreachable_gateway_is_told(account: CarrierAccount) -> None:
    app = create_simulator(replace(account, webhook_url=unreachable()), ())

    answer = app.test_client().post(
        "/simulator/inbound", json={"from": PHONE, "body": "SALDO"}
    )

    reported = answer.get_json()
    assert answer.status_code == 502
    assert reported["status"] is None
    assert reported["error"] == "the gateway cannot be reached"


@pytest.mark.parametrize(
    ("raw", "error"),
    [(raw, error) for _, raw, error in BAD_INPUT],
    ids=[name for name, _, _ in BAD_INPUT],
)
def test_what_is_no_sms_is_refused_with_a_reason(
    browser: FlaskClient, stub: GatewayStub, raw: bytes, error: str
) -> None:
    answer = browser.post(
        "/simulator/inbound", data=raw, content_type="application/json"
    )

    assert answer.status_code == 400
    assert error in answer.get_json()["error"]
    assert stub.requests.empty()


def test_a_huge_request_is_refused(browser: FlaskClient) -> None:
    sms = {"from": PHONE, "body": "a" * 70_000}

    assert browser.post("/simulator/inbound", json=sms).status_code == 413


@pytest.mark.parametrize("plus", ["%2B", "+", " "])
def test_the_messages_of_a_phone_are_listed_oldest_first(
    browser: FlaskClient, app: Flask, plus: str
) -> None:
    carrier = app.extensions["carrier"]
    carrier.inbound(PHONE, "SALDO")
    sent = [carrier.create(PHONE, f"Balasan {number}", None) for number in range(2)]
    carrier.create(OTHER_PHONE, "Bukan untuk Anda", None)

    listed = browser.get(f"/simulator/messages?to={plus}628110000001").get_json()

    assert [sms["sid"] for sms in listed] == [sms.sid for sms in sent]
    assert set(listed[0]) == {"sid", "to", "from", "body", "status", "segments", "at"}
    assert (listed[0]["to"], listed[0]["body"]) == (PHONE, "Balasan 0")
    assert listed[0]["segments"] == 1
    assert listed[0]["at"] == "2026-11-21T09:00:00+00:00"


def test_the_status_of_a_message_moves_on(
    browser: FlaskClient, app: Flask, stub: GatewayStub
) -> None:
    app.extensions["carrier"].create(PHONE, "Saldo", f"{stub.url}/receipt")
    for _ in range(2):
        stub.next_request()

    listed = browser.get("/simulator/messages", query_string={"to": PHONE}).get_json()

    assert listed[0]["status"] == "delivered"


def test_a_phone_without_messages_has_an_empty_list(browser: FlaskClient) -> None:
    assert browser.get("/simulator/messages?to=2757").get_json() == []


def test_the_phone_must_be_named(browser: FlaskClient) -> None:
    answer = browser.get("/simulator/messages")

    assert answer.status_code == 400
    assert "to=" in answer.get_json()["error"]


def test_health_names_the_gateway(browser: FlaskClient, stub: GatewayStub) -> None:
    assert browser.get("/healthz").get_json() == {"status": "ok", "gateway": stub.url}
