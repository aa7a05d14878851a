"""Webhooks as proxies, networks and other services of a carrier bring them."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from gateway.config.settings import Settings
from gateway.db.core.engine import open_engine
from gateway.db.models.messages import inbound
from gateway.domain.messages import SenderKind
from gateway.parsers.msisdn import classify_sender
from gateway.runtime import Gateway
from tests.integration.web import test_web
from tests.integration.web.test_web import FORM, INBOUND, TOKEN
from tests.unit.config.test_settings import GOOD

settings, real_gateway = test_web.settings, test_web.real_gateway
app, client, post = test_web.app, test_web.client, test_web.post

URL = GOOD["GATEWAY_PUBLIC_URL"].rstrip("/") + INBOUND


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Webhooks are tested on both databases in tests/integration/web."""
    return sqlite_url


@pytest.fixture
def kept(
    post: Callable[..., TestResponse], real_gateway: Gateway, settings: Settings
) -> Iterator[Callable[..., tuple[str, str | None]]]:
    """What becomes of an SMS with these changes, which is always taken."""
    engine = open_engine(settings.database_url)

    def kept(**changes: str) -> tuple[str, str | None]:
        assert post(FORM | changes).status_code == 200
        real_gateway.processor.answer_waiting()
        with engine.connect() as connection:
            row = connection.execute(select(inbound)).one()
        return row.status, row.reason

    yield kept
    engine.dispose()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "127.0.0.1:8000"},
        {"X-Forwarded-Proto": "http"},
        {"X-Forwarded-Proto": "https,http", "X-Forwarded-Host": "inside.example.test"},
        {"X-Forwarded-Prefix": "/gateway", "X-Original-URL": "/elsewhere"},
    ],
    ids=lambda headers: ", ".join(headers),
)
def test_what_a_proxy_makes_of_the_address_does_not_break_the_signature(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    """Field report W27: the address that Twilio signed is a setting, not a header."""
    signature = RequestValidator(TOKEN).compute_signature(URL, FORM)

    answer = client.post(
        INBOUND, data=FORM, headers={"X-Twilio-Signature": signature} | headers
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "sender",
    [
        *("+266696687", "Anonymous", "whatsapp:+628110000001", "rcs:agency_agent"),
        *("messenger:1234567", "someone@mail.example.test", "+", "TSEL\0INFO"),
    ],
)
def test_who_is_no_phone_is_acknowledged_and_not_answered(
    kept: Callable[..., tuple[str, str | None]], sender: str
) -> None:
    """Field report W28: hidden callers and other networks are stored as ignored."""
    status, reason = kept(From=sender)

    assert status == "ignored"
    assert reason in ("alphanumeric", "foreign", "not_mobile")


@pytest.mark.parametrize("body", ["", " ", "\U0001f600" * 70])
def test_an_empty_sms_is_taken_and_helped(
    kept: Callable[..., tuple[str, str | None]], body: str
) -> None:
    """Field report W29: blanks and emoji alone are an SMS like any other."""
    assert kept(Body=body) == ("answered", "empty")


@pytest.mark.parametrize("octets", ["%ED%A0%80", "SALDO+%FF%FE", "caf%E9", "%C0%80"])
def test_octets_that_are_no_utf_8_are_no_reason_to_refuse(
    app: Flask, client: FlaskClient, real_gateway: Gateway, octets: str
) -> None:
    """Field report W30: Werkzeug once answered 413 to them; the SMS is taken."""
    fields = urlencode({name: FORM[name] for name in FORM if name != "Body"})
    data, form_type = f"{fields}&Body={octets}", "application/x-www-form-urlencoded"
    with app.test_request_context(method="POST", data=data, content_type=form_type):
        form = request.form
    signature = RequestValidator(TOKEN).compute_signature(URL, form)

    answer = client.post(
        INBOUND,
        data=data,
        content_type=form_type,
        headers={"X-Twilio-Signature": signature},
    )

    assert answer.status_code == 200
    assert real_gateway.database.backlog.count().unanswered == 1


def test_a_form_of_hundreds_of_fields_is_taken(
    kept: Callable[..., tuple[str, str | None]],
) -> None:
    """Field report W31: what Twilio adds one day meets no limit on fields."""
    assert kept(**{f"AddOns{number}": "none" for number in range(500)})[0] == "answered"


def test_a_plus_that_was_not_encoded_is_a_blank_before_the_same_phone() -> None:
    """Field report W66: some gateways write `from=+62...`, which is read as a blank."""
    [(_, sender)] = parse_qsl("from=+628110000001")

    assert classify_sender(sender) == ("+628110000001", SenderKind.MOBILE)
