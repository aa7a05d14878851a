"""Twilio's paths, used with Twilio's own client against the running simulator."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.rest import Client

from gateway.channels import ChannelError
from gateway.simulator.account import CarrierAccount
from gateway.simulator.app import create_simulator
from gateway.simulator.carrier import Carrier
from tests.integration.simulator.conftest import OTHER_PHONE, PHONE, GatewayStub
from tests.support.fakes import FakeClock

SERVICE = "MG" + "c" * 32
WRONG_FORMS: list[tuple[str, dict[str, str], int]] = [
    ("no recipient", {"To": ""}, 21604),
    ("a word as recipient", {"To": "INFO"}, 21211),
    ("a national number", {"To": "08110000001"}, 21211),
    ("a number with spaces", {"To": "+62 811 0000 001"}, 21211),
    ("Arabic digits", {"To": "+٦٢٨١١٠٠٠٠٠٠١"}, 21211),
    ("no text", {"Body": ""}, 21602),
    ("no sender", {"From": ""}, 21603),
    ("another's number", {"From": "+15005550009"}, 21606),
    ("another's name", {"From": "BPJS"}, 21606),
    ("an impossible sender", {"From": "<script>"}, 21212),
    ("another's service", {"MessagingServiceSid": SERVICE}, 21705),
    ("a long text", {"Body": "a" * 1601}, 21617),
    ("a file as callback", {"StatusCallback": "file:///etc/passwd"}, 21609),
    ("a broken callback", {"StatusCallback": "http://[::bad"}, 21609),
    ("no time to send", {"ValidityPeriod": "0"}, 90007),
    ("a day to send", {"ValidityPeriod": "86400"}, 90007),
    ("no number of seconds", {"ValidityPeriod": "soon"}, 90007),
]
WRONG_QUERIES = [
    "DateSent=yesterday",
    "DateSent>=2026-13-01",
    "DateSent<=9999-12-31",
    "PageSize=0",
    "PageSize=1001",
    "PageSize=many",
    "Page=-1",
]


def messages_path(account: CarrierAccount) -> str:
    return f"/2010-04-01/Accounts/{account.sid}/Messages.json"


def credentials(account: CarrierAccount) -> tuple[str, str]:
    return account.sid, account.token


def test_the_client_of_twilio_creates_and_fetches_a_message(
    twilio: Client, account: CarrierAccount, stub: GatewayStub
) -> None:
    created = twilio.messages.create(
        to=PHONE,
        from_=account.number,
        body="Saldo JHT",
        status_callback=f"{stub.url}/receipt",
        validity_period=600,
    )
    reported = [stub.next_request().form["MessageStatus"] for _ in range(2)]
    fetched = twilio.messages(created.sid).fetch()

    assert created.status == "queued"
    assert created.date_sent is None
    assert created.date_created == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert reported == ["sent", "delivered"]
    assert fetched.status == "delivered"
    assert fetched.date_sent == created.date_created
    assert (fetched.to, fetched.from_) == (PHONE, account.number)
    assert fetched.num_segments == "1"
    assert fetched.direction == "outbound-api"


def test_a_message_has_every_field_of_twilio(
    browser: FlaskClient, account: CarrierAccount, sms_form: Mapping[str, str]
) -> None:
    answer = browser.post(
        messages_path(account), data=sms_form, auth=credentials(account)
    )

    assert answer.status_code == 201
    fields = answer.get_json()
    sid = fields["sid"]
    path = f"/2010-04-01/Accounts/{account.sid}/Messages/{sid}"
    assert fields == {
        "account_sid": account.sid,
        "api_version": "2010-04-01",
        "body": "Saldo JHT Rp1",
        "date_created": "Sat, 21 Nov 2026 09:00:00 +0000",
        "date_sent": None,
        "date_updated": "Sat, 21 Nov 2026 09:00:00 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": account.number,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": PHONE,
        "uri": f"{path}.json",
    }


def test_a_messaging_service_sends_from_one_of_its_numbers(
    account: CarrierAccount,
) -> None:
    account = replace(account, number=SERVICE)
    form = {"To": PHONE, "MessagingServiceSid": SERVICE, "Body": "Saldo JHT"}

    answer = (
        create_simulator(account, ())
        .test_client()
        .post(messages_path(account), data=form, auth=credentials(account))
    )

    assert answer.status_code == 201
    assert answer.get_json()["messaging_service_sid"] == SERVICE
    assert answer.get_json()["from"].startswith("+1")


def test_a_list_shows_both_directions_newest_first(
    twilio: Client, app: Flask, account: CarrierAccount
) -> None:
    carrier: Carrier = app.extensions["carrier"]
    asked = carrier.inbound(PHONE, "SALDO").sms
    answered = carrier.create(PHONE, "Saldo JHT", None)

    listed = twilio.messages.list()

    assert [(item.sid, item.direction) for item in listed] == [
        (answered.sid, "outbound-api"),
        (asked.sid, "inbound"),
    ]


def test_a_list_is_filtered_by_both_numbers(
    twilio: Client, app: Flask, account: CarrierAccount
) -> None:
    carrier: Carrier = app.extensions["carrier"]
    asked = carrier.inbound(PHONE, "SALDO").sms
    answered = carrier.create(PHONE, "Saldo JHT", None)
    carrier.create(OTHER_PHONE, "Saldo JHT", None)

    to_phone = twilio.messages.list(to=PHONE)
    from_phone = twilio.messages.list(from_=PHONE)
    between = twilio.messages.list(to=PHONE, from_=account.number)
    nobody = twilio.messages.list(to="+628110009999")

    assert [sms.sid for sms in to_phone] == [answered.sid]
    assert [sms.sid for sms in from_phone] == [asked.sid]
    assert [sms.sid for sms in between] == [answered.sid]
    assert nobody == []


def test_a_list_is_filtered_by_date(
    twilio: Client, app: Flask, clock: FakeClock
) -> None:
    carrier: Carrier = app.extensions["carrier"]
    start = clock()
    sids = []
    for _ in range(3):
        sids.append(carrier.inbound(PHONE, "SALDO").sms.sid)
        clock.pass_time(hours=20, microseconds=400)

    def listed(**dates: Any) -> list[str | None]:
        return [item.sid for item in reversed(twilio.messages.list(**dates))]

    hour = timedelta(hours=1)
    assert listed(date_sent_after=start) == sids
    assert listed(date_sent_after=start + hour) == sids[1:]
    assert listed(date_sent_before=start) == sids[:1]
    assert listed(date_sent_before="2026-11-22") == sids[:2]
    assert listed(date_sent="2026-11-22") == sids[1:2]
    assert listed(date_sent=date(2026, 11, 23)) == sids[2:]
    assert listed(date_sent="2026-11-30") == []


def test_pages_follow_one_another_while_new_sms_arrive(
    twilio: Client, app: Flask
) -> None:
    carrier: Carrier = app.extensions["carrier"]
    sids = [carrier.inbound(PHONE, f"{number}").sms.sid for number in range(5)]

    first = twilio.messages.page(from_=PHONE, page_size=2)
    begun = [item.sid for item in first]
    carrier.inbound(PHONE, "later")
    second = first.next_page()
    third = second.next_page()
    continued = [[message.sid for message in page] for page in (second, third)]

    assert [begun, *continued] == [sids[4:2:-1], sids[2:0:-1], sids[0:1]]
    assert third.next_page_url is None
    assert [message.sid for message in third.previous_page()] == sids[2:0:-1]


def test_a_page_tells_where_it_stands(
    browser: FlaskClient, app: Flask, account: CarrierAccount
) -> None:
    carrier: Carrier = app.extensions["carrier"]
    for number in range(3):
        carrier.inbound(PHONE, f"{number}")
    path = messages_path(account)
    query = {"From": PHONE, "PageSize": "2", "Page": "1"}

    page = browser.get(path, query_string=query, auth=credentials(account)).get_json()

    assert len(page.pop("messages")) == 1
    filters = "From=%2B628110000001&PageSize=2"
    assert page["first_page_uri"] == f"{path}?{filters}&Page=0"
    assert page["previous_page_uri"] == f"{path}?{filters}&Page=0"
    assert page["uri"].startswith(f"{path}?{filters}&Page=1&PageToken=PASM")
    assert page["next_page_uri"] is None
    numbers = [page[text] for text in ("page", "page_size", "start", "end")]
    assert numbers == [1, 2, 2, 2]


@pytest.mark.parametrize(
    ("change", "code"),
    [(change, code) for _, change, code in WRONG_FORMS],
    ids=[name for name, _, _ in WRONG_FORMS],
)
def test_a_wrong_form_is_answered_with_the_code_of_twilio(
    browser: FlaskClient,
    account: CarrierAccount,
    sms_form: Mapping[str, str],
    change: dict[str, str],
    code: int,
) -> None:
    answer = browser.post(
        messages_path(account), data={**sms_form, **change}, auth=credentials(account)
    )

    error = answer.get_json()
    assert answer.status_code == error["status"] == 400
    assert error["code"] == code
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert "0000001" not in error["message"]
    assert set(error) == {"code", "message", "more_info", "status"}


@pytest.mark.parametrize("query", WRONG_QUERIES)
def test_a_wrong_query_is_refused(
    browser: FlaskClient, account: CarrierAccount, query: str
) -> None:
    name, _, value = query.rpartition("=")

    answer = browser.get(
        messages_path(account), query_string={name: value}, auth=credentials(account)
    )

    assert answer.status_code == 400
    assert answer.get_json()["code"] == 20001


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("wrong", ["path", "name", "token", "nothing", "scheme"])
def test_another_account_or_token_is_refused(
    browser: FlaskClient,
    account: CarrierAccount,
    sms_form: Mapping[str, str],
    wrong: str,
    method: str,
) -> None:
    other = "AC" + "d" * 32
    ways: dict[str, dict[str, Any]] = {
        "path": {"auth": credentials(account)},
        "name": {"auth": (other, account.token)},
        "token": {"auth": (account.sid, "tøken")},
        "nothing": {},
        "scheme": {"headers": {"Authorization": f"Bearer {account.token}"}},
    }
    sid = other if wrong == "path" else account.sid
    path = f"/2010-04-01/Accounts/{sid}/Messages.json"

    answer = browser.open(path, method=method.upper(), data=sms_form, **ways[wrong])

    assert answer.status_code == 401
    assert answer.get_json()["code"] == 20003
    assert "Basic" in answer.headers["WWW-Authenticate"]


def test_a_refused_message_is_not_sent(
    browser: FlaskClient, app: Flask, account: CarrierAccount
) -> None:
    browser.post(messages_path(account), data={"To": PHONE}, auth=credentials(account))

    assert app.extensions["carrier"].messages(PHONE) == []


def test_the_client_of_the_gateway_understands_the_codes(
    twilio: Client, account: CarrierAccount
) -> None:
    with pytest.raises(ChannelError) as raised:
        twilio.messages.create(to="+62", from_=account.number, body="Saldo")

    assert raised.value.code == "21211"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "Messages/SM404.json", 20404),
        ("DELETE", "Messages.json", 20004),
        ("GET", "Calls.json", 20404),
    ],
    ids=["unknown message", "unknown method", "unknown resource"],
)
def test_what_there_is_not_is_told_as_twilio_tells_it(
    browser: FlaskClient, account: CarrierAccount, method: str, path: str, code: int
) -> None:
    answer = browser.open(
        f"/2010-04-01/Accounts/{account.sid}/{path}",
        method=method,
        auth=credentials(account),
    )

    assert answer.get_json()["code"] == code


def test_an_sms_that_the_gateway_refused_carries_an_error(
    twilio: Client, app: Flask, stub: GatewayStub
) -> None:
    stub.statuses = [500]
    sms = app.extensions["carrier"].inbound(PHONE, "SALDO").sms

    fetched = twilio.messages(sms.sid).fetch()

    assert fetched.error_code == 11200
    assert fetched.error_message == "HTTP retrieval failure"
