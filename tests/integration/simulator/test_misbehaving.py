"""What a client sees when the carrier misbehaves, down to the bytes."""

import json
import socket
from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import urllib3
from flask import Flask
from flask.testing import FlaskClient

from gateway.simulator import wire
from gateway.simulator.account import CarrierAccount
from gateway.simulator.carrier import Carrier
from gateway.simulator.faults import Faults, parse_fault
from gateway.simulator.resource import messages_path
from gateway.simulator.sms import SmsStatus
from gateway.simulator.subscribers import GOODBYE, WELCOME
from tests.integration.simulator.conftest import (
    OTHER_PHONE,
    PHONE,
    GatewayStub,
    await_until,
    serving,
)
from tests.support.fakes import FakeClock


class Client:
    """Creates and lists messages as the gateway does, and sees the raw answers."""

    def __init__(self, url: str, account: CarrierAccount) -> None:
        self._address = (urlsplit(url).hostname, urlsplit(url).port)
        self._account = account
        self._headers = urllib3.make_headers(
            basic_auth=f"{account.sid}:{account.token}"
        )

    def raw(self, to: str = PHONE, callback: str = "", seconds: float = 10) -> bytes:
        """Every byte that comes until the carrier closes."""
        form = {"To": to, "From": self._account.number, "Body": "Saldo JHT Rp1"}
        body = urlencode(form | ({"StatusCallback": callback} if callback else {}))
        head = [
            f"POST {messages_path(self._account)}.json HTTP/1.1",
            *("Host: 127.0.0.1", "Connection: close"),
            f"Authorization: {self._headers['authorization']}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        with socket.create_connection(self._address, timeout=seconds) as connection:
            connection.sendall("\r\n".join([*head, "", body]).encode())
            taken = b""
            while piece := connection.recv(65_536):
                taken += piece
        return taken

    def created(self, to: str = PHONE, callback: str = "") -> tuple[int, Any]:
        """Status and JSON of the answer."""
        head, _, body = self.raw(to, callback).partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)


@pytest.fixture
def faults(app: Flask) -> Faults:
    faults: Faults = app.extensions["faults"]
    return faults


@pytest.fixture
def carrier(app: Flask) -> Carrier:
    carrier: Carrier = app.extensions["carrier"]
    return carrier


@pytest.fixture
def client(app: Flask, account: CarrierAccount) -> Iterator[Client]:
    with serving(app) as url:
        yield Client(url, account)


def listed(browser: FlaskClient, account: CarrierAccount) -> Any:
    return browser.get(
        f"{messages_path(account)}.json", auth=(account.sid, account.token)
    )


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("429", 429, 20429),
        ("retry after 1.5", 429, 20429),
        ("retry date", 429, 20429),
        ("500", 500, 20500),
        ("401", 401, 20003),
        ("21610", 400, 21610),
        ("21612", 400, 21612),
        ("21608", 400, 21608),
        ("60410", 403, 60410),
        ("63038", 429, 63038),
    ],
)
def test_a_code_comes_with_the_status_that_twilio_uses(
    faults: Faults, client: Client, carrier: Carrier, fault: str, status: int, code: int
) -> None:
    """Field report F6: the daily limit has status 429."""
    faults.plan(parse_fault(fault), 1)

    refused, error = client.created()

    assert (refused, error["status"], error["code"]) == (status, status, code)
    assert carrier.messages(PHONE) == []


def test_one_phone_is_refused_while_others_are_taken(
    faults: Faults, client: Client
) -> None:
    """Field report F1: 21612 is about one sender and one recipient."""
    faults.plan(parse_fault(f"21612 {OTHER_PHONE}"), 100)

    statuses = [client.created(to)[0] for to in (OTHER_PHONE, PHONE, OTHER_PHONE)]

    assert statuses == [400, 201, 400]


@pytest.mark.parametrize("seconds", ["30", "1.5"])
def test_retry_after_may_be_a_fraction(
    faults: Faults, client: Client, seconds: str
) -> None:
    """Field report F12: a fraction of a second is told, too."""
    faults.plan(parse_fault(f"retry after {seconds}"), 1)

    assert f"\r\nRetry-After: {seconds}\r\n".encode() in client.raw()


def test_retry_after_may_be_a_date_by_the_carrier_s_clock(
    faults: Faults, client: Client, clock: FakeClock
) -> None:
    """Field report F12: a date is told, too."""
    faults.plan(parse_fault("retry date 30"), 1)
    faults.plan(parse_fault("clock off -120"), 1)

    reported = client.raw().partition(b"Retry-After: ")[2].partition(b"\r\n")[0]

    assert parsedate_to_datetime(reported.decode()) == clock() - timedelta(seconds=90)


@pytest.mark.parametrize(
    ("fault", "begins"),
    [
        ("early hints", b"HTTP/1.1 103 Early Hints\r\nLink: "),
        ("continue", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_an_interim_answer_comes_before_the_answer(
    faults: Faults, client: Client, fault: str, begins: bytes
) -> None:
    """Field report 12: an answer before the answer."""
    faults.plan(parse_fault(fault), 1)

    raw = client.raw()

    assert raw.startswith(begins)
    assert b"\r\n\r\nHTTP/1.1 201 CREATED\r\n" in raw


def test_a_dripping_answer_is_whole_in_the_end(
    faults: Faults, client: Client, carrier: Carrier
) -> None:
    """Field report 11: an answer in small pieces."""
    faults.plan(parse_fault("dripping 0.3"), 1)

    status, message = client.created()

    assert status == 201
    assert message["sid"] == carrier.messages(PHONE)[0].sid


@pytest.mark.parametrize("fault", ["endless headers", "endless body"])
def test_an_endless_answer_follows_a_message_that_was_taken(
    faults: Faults,
    client: Client,
    carrier: Carrier,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Field report 11: an answer of any size."""
    monkeypatch.setattr(wire, "ENDLESS_BYTES", 5_000_000)
    faults.plan(parse_fault(fault), 1)

    raw = client.raw()

    assert raw.startswith(b"HTTP/1.1 201 ")
    assert len(raw) > 4_000_000
    assert len(carrier.messages(PHONE)) == 1


@pytest.mark.parametrize(
    ("fault", "sid"), [("nul in id", "SM\0a"), ("half a character in id", "SM\ud83d")]
)
def test_an_id_may_hold_what_no_database_keeps(
    faults: Faults, client: Client, carrier: Carrier, fault: str, sid: str
) -> None:
    """Field report 13: the id of an answer may be anything."""
    faults.plan(parse_fault(fault), 1)

    status, message = client.created()

    assert (status, message["sid"]) == (201, sid)
    assert len(carrier.messages(PHONE)) == 1


def test_a_page_may_answer_instead_of_the_carrier(
    faults: Faults,
    client: Client,
    carrier: Carrier,
    browser: FlaskClient,
    account: CarrierAccount,
) -> None:
    """Field report 19: 200 with HTML from something in between."""
    for fault in ("html", "html list"):
        faults.plan(parse_fault(fault), 1)

    raw, page = client.raw(), listed(browser, account)

    assert raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Type: text/html" in raw
    assert carrier.messages(PHONE) == []
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert listed(browser, account).json["messages"] == []


def test_a_message_may_be_taken_after_its_client_has_gone(
    faults: Faults, client: Client, carrier: Carrier, stub: GatewayStub
) -> None:
    """Field report F4: taken long after the request, with all its callbacks."""
    faults.plan(parse_fault("taken late 0.5"), 1)

    with pytest.raises(TimeoutError):
        client.raw(callback=f"{stub.url}/receipt?message=7", seconds=0.1)

    assert carrier.messages(PHONE) == []
    assert stub.next_request().form["MessageStatus"] == "sent"
    assert len(carrier.messages(PHONE)) == 1


def test_a_redacted_message_is_listed_without_its_text(
    faults: Faults, carrier: Carrier, browser: FlaskClient, account: CarrierAccount
) -> None:
    """Field report F4: lists do not show the text, phones do."""
    faults.plan(parse_fault("redacted"), 1)
    carrier.create(PHONE, "Saldo JHT Rp1", None)

    [message] = listed(browser, account).json["messages"]

    assert message["body"] == ""
    assert carrier.messages(PHONE)[0].body == "Saldo JHT Rp1"


def test_the_clock_is_off_in_dates_and_in_the_date_header(
    faults: Faults,
    carrier: Carrier,
    clock: FakeClock,
    browser: FlaskClient,
    account: CarrierAccount,
) -> None:
    """Field report F4: the carrier's clock is not ours, and its header says so."""
    faults.plan(parse_fault("clock off -120"), 1)
    carrier.create(PHONE, "Saldo JHT Rp1", None)

    answer = listed(browser, account)

    created = parsedate_to_datetime(answer.json["messages"][0]["date_created"])
    assert created == clock() - timedelta(seconds=120)
    assert parsedate_to_datetime(answer.headers["Date"]) == created


def test_early_receipts_come_before_the_others(
    faults: Faults, carrier: Carrier, stub: GatewayStub
) -> None:
    """Field report F4: "queued" and "sending" are told with our own id."""
    faults.plan(parse_fault("early receipts"), 1)

    carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt?message=7")

    reported = [stub.next_request().form["MessageStatus"] for _ in range(4)]
    assert reported == ["queued", "sending", "sent", "delivered"]


def test_early_receipts_may_be_all_that_is_told(
    faults: Faults, carrier: Carrier, stub: GatewayStub
) -> None:
    for fault in ("early receipts", "receipt lost"):
        faults.plan(parse_fault(fault), 1)

    sms = carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt?message=7")

    await_until(lambda: len(getattr(carrier.find(sms.sid), "reports", ())) == 4)
    reported = [stub.next_request().form["MessageStatus"] for _ in range(2)]
    assert reported == ["queued", "sending"]
    assert stub.requests.empty()


@pytest.mark.parametrize(
    ("fault", "reported"),
    [
        ("undelivered 30005", [("sent", None), ("undelivered", "30005")]),
        ("failed 21610", [("failed", "21610")]),
        (
            "undelivered then delivered",
            [("sent", None), ("undelivered", "30003"), ("delivered", None)],
        ),
    ],
)
def test_an_error_is_told_in_a_callback(
    faults: Faults,
    carrier: Carrier,
    stub: GatewayStub,
    fault: str,
    reported: list[tuple[str, str | None]],
) -> None:
    """Field report F11: codes are told in callbacks, too."""
    faults.plan(parse_fault(fault), 1)

    carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt")

    forms: list[Mapping[str, str]] = [stub.next_request().form for _ in reported]
    assert [
        (form["MessageStatus"], form.get("ErrorCode")) for form in forms
    ] == reported
    # Only what is delivered in the end has been heard.
    assert bool(carrier.messages(PHONE)) == (reported[-1][0] == "delivered")


def test_a_receipt_of_another_life_is_for_the_next_reply(
    faults: Faults, client: Client, carrier: Carrier, stub: GatewayStub
) -> None:
    """Field report F8: an id that stands for another reply since the restore."""
    faults.plan(parse_fault("401"), 1)
    faults.plan(parse_fault("receipt of another life"), 1)

    status, _ = client.created(callback=f"{stub.url}/receipt?message=7&of=x")

    receipt = stub.next_request()
    assert status == 401
    assert receipt.query_string == b"message=8&of=x"
    assert receipt.form["MessageStatus"] == SmsStatus.DELIVERED
    assert carrier.find(receipt.form["MessageSid"]) is None


def test_one_sms_may_come_under_two_ids(
    faults: Faults, carrier: Carrier, stub: GatewayStub
) -> None:
    """Field report F13: the same SMS under a new carrier id."""
    faults.plan(parse_fault("same under another id"), 1)

    carrier.inbound(PHONE, "SALDO")

    first, second = (stub.next_request().form for _ in range(2))
    assert first["MessageSid"] != second["MessageSid"]
    assert (first["From"], first["Body"]) == (second["From"], second["Body"])


def test_an_sms_may_come_with_a_picture(
    faults: Faults, carrier: Carrier, stub: GatewayStub
) -> None:
    """Field report F14: MMS with text."""
    faults.plan(parse_fault("media"), 1)

    carrier.inbound(PHONE, "SALDO 61000000019")

    form = stub.next_request().form
    assert (form["NumMedia"], form["MessageSid"][:2]) == ("1", "MM")
    assert form["Body"] == "SALDO 61000000019"


@pytest.mark.parametrize("word", ["START", "yes", " UNSTOP "])
def test_twilio_acts_on_stop_and_start_by_itself_and_passes_them_on(
    faults: Faults, client: Client, carrier: Carrier, stub: GatewayStub, word: str
) -> None:
    """Field report F16: after STOP nothing is taken until START, YES or UNSTOP."""
    faults.plan(parse_fault("stop handling"), 1)

    for text in ("STOP PLEASE", "Stop", "MULAI"):
        carrier.inbound(PHONE, text)
    refused = client.created()
    others = client.created(OTHER_PHONE)
    carrier.inbound(PHONE, word)

    assert (refused[0], refused[1]["code"]) == (400, 21610)
    assert (others[0], client.created()[0]) == (201, 201)
    heard = [message.body for message in carrier.messages(PHONE)]
    assert heard == [GOODBYE, WELCOME, "Saldo JHT Rp1"]
    assert stub.requests.qsize() == 4


def test_without_that_switch_twilio_leaves_stop_to_us(
    client: Client, carrier: Carrier
) -> None:
    carrier.inbound(PHONE, "STOP")

    assert client.created()[0] == 201
    assert len(carrier.messages(PHONE)) == 1


def test_a_connection_that_is_cut_leaves_no_traceback(
    faults: Faults, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for fault in ("cut", "taken and cut"):
        faults.plan(parse_fault(fault), 1)

    assert [client.raw(), client.raw()] == [b"", b""]
    assert [record for record in caplog.records if record.exc_info] == []
