"""The HTTP endpoints: what carriers and probes are answered, whatever they send."""

import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from gateway.app import LONGEST_REQUEST, create_app
from gateway.bootstrap import build_gateway, utc_now
from gateway.config.settings import Settings
from gateway.db.core.engine import open_engine
from gateway.db.messages.backlog import Backlog
from gateway.db.models.messages import inbound
from gateway.runtime import Gateway
from tests.support.fakes import FakeQueue
from tests.unit.config.test_settings import GOOD

INBOUND = "/sms/twilio/inbound"
TOKEN = GOOD["TWILIO_AUTH_TOKEN"]
FORM = {
    "MessageSid": "SM" + "1" * 32,
    "AccountSid": GOOD["TWILIO_ACCOUNT_SID"],
    "From": "+628110000001",
    "To": "+15005550006",
    "Body": "SALDO 61000000019",
}


def post_as_twilio(
    client: FlaskClient, form: object, path: str = INBOUND, token: str = TOKEN
) -> TestResponse:
    """Post a signed form."""
    fields = MultiDict(form)  # type: ignore[arg-type]
    url = GOOD["GATEWAY_PUBLIC_URL"].rstrip("/") + path
    signature = RequestValidator(token).compute_signature(url, fields)
    return client.post(path, data=fields, headers={"X-Twilio-Signature": signature})


def settings_on(database_url: str, folder: Path) -> Settings:
    spool = {"GATEWAY_SPOOL_DIR": str(folder / "spool")}
    return Settings.from_env(GOOD | spool | {"GATEWAY_DATABASE_URL": database_url})


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_on(database_url, tmp_path)


@pytest.fixture
def without_tables(empty_url: str, tmp_path: Path) -> Settings:
    """No migration has run."""
    return settings_on(empty_url, tmp_path)


@pytest.fixture
def real_gateway(settings: Settings, queue: FakeQueue) -> Iterator[Gateway]:
    gateway = build_gateway(settings, queue, utc_now)
    yield gateway
    gateway.close()


@pytest.fixture
def app(settings: Settings, real_gateway: Gateway) -> Flask:
    return create_app(settings, real_gateway, lambda: False)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def post(client: FlaskClient) -> Callable[..., TestResponse]:
    """Post a form to the gateway as Twilio does."""
    return partial(post_as_twilio, client)


def stored(gateway: Gateway) -> int:
    return gateway.database.backlog.count().unanswered


def test_a_signed_sms_is_stored_and_answered_with_empty_twiml(
    post: Callable[..., TestResponse], real_gateway: Gateway
) -> None:
    """Field report W44: any other answer would go to the member as an SMS."""
    answer = post(FORM)

    assert answer.status_code == 200
    assert answer.content_type == "text/xml"
    assert answer.text.endswith("<Response/>")
    assert stored(real_gateway) == 1


def test_the_same_sms_posted_twenty_times_at_once_is_stored_once(
    post: Callable[..., TestResponse], real_gateway: Gateway
) -> None:
    """Field report W43: one id is one SMS, however many webhooks bring it."""
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(FORM), range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert stored(real_gateway) == 1


@pytest.mark.parametrize("token", ["", "wrong" * 8])
def test_a_wrong_signature_is_403_and_stores_nothing(
    post: Callable[..., TestResponse], real_gateway: Gateway, token: str
) -> None:
    assert post(FORM, token=token).status_code == 403
    assert stored(real_gateway) == 0


def test_a_missing_signature_is_403_and_stores_nothing(
    client: FlaskClient, real_gateway: Gateway
) -> None:
    assert client.post(INBOUND, data=FORM).status_code == 403
    assert stored(real_gateway) == 0


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/sms/nobody/inbound", "POST", 404),
        ("/nowhere", "GET", 404),
        (INBOUND, "GET", 405),
    ],
)
def test_other_addresses_say_so_plainly(
    client: FlaskClient, path: str, method: str, status: int
) -> None:
    answer = client.open(path, method=method)

    assert answer.status_code == status
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize(
    ("what", "form"),
    [
        (
            "no MessageSid",
            [*(field for field in FORM.items() if field[0] != "MessageSid")],
        ),
        ("From twice", [*FORM.items(), ("From", "+628110000002")]),
        ("Body twice", [*FORM.items(), ("Body", "STOP")]),
        ("another account", [*(FORM | {"AccountSid": "AC1"}).items()]),
        ("no fields", []),
    ],
)
def test_a_signed_but_wrong_form_is_refused_clearly(
    post: Callable[..., TestResponse],
    real_gateway: Gateway,
    what: str,
    form: list[tuple[str, str]],
) -> None:
    answer = post(form)

    assert 400 <= answer.status_code < 500
    assert answer.text.strip()
    assert stored(real_gateway) == 0


@pytest.mark.parametrize("body", ["\0", "SALDO\x00 61000000019", "\ufffd", "a" * 1601])
def test_an_odd_text_is_stored_and_never_an_error(
    post: Callable[..., TestResponse], real_gateway: Gateway, body: str
) -> None:
    assert post(FORM | {"Body": body}).status_code == 200

    real_gateway.processor.answer_waiting()
    assert stored(real_gateway) == 0


def test_a_text_too_long_for_an_sms_is_ignored_with_its_reason(
    post: Callable[..., TestResponse], real_gateway: Gateway, settings: Settings
) -> None:
    answer = post(FORM | {"Body": "SALDO 61000000019" + "x" * 16 * 1024})
    real_gateway.processor.answer_waiting()

    assert answer.status_code == 200
    assert real_gateway.database.backlog.count() == Backlog(0, 0, None)
    engine = open_engine(settings.database_url)
    with engine.connect() as connection:
        row = connection.execute(select(inbound)).one()
    engine.dispose()
    assert (row.status, row.reason, row.text_redacted) == ("ignored", "too_long", "")


def test_a_request_over_the_limit_is_413(
    post: Callable[..., TestResponse], real_gateway: Gateway
) -> None:
    """Field report W46: our limit holds, not one of the library's."""
    assert post(FORM | {"Body": "a" * LONGEST_REQUEST}).status_code == 413
    assert stored(real_gateway) == 0


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("application/json", b"{}"),
        ("text/plain", b"Body=SALDO"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("", b""),
        ("application/x-www-form-urlencoded", b"Body=\xff\xfe&From=%ff"),
        ("application/x-www-form-urlencoded", b"&&&===%%%"),
    ],
)
def test_no_content_whatever_is_an_error_of_ours(
    client: FlaskClient, content_type: str, data: bytes
) -> None:
    answer = client.post(
        INBOUND,
        data=data,
        content_type=content_type,
        headers={"X-Twilio-Signature": "x"},
    )

    assert answer.status_code == 403


def test_a_multipart_form_with_a_signed_empty_body_is_refused(
    client: FlaskClient, real_gateway: Gateway
) -> None:
    """Field report 27: the octets of its fields are not what was signed."""
    validator = RequestValidator(TOKEN)
    path = f"{INBOUND}?bodySHA256={validator.compute_hash('')}"
    url = GOOD["GATEWAY_PUBLIC_URL"].rstrip("/") + path
    signature = validator.compute_signature(url, {})

    answer = client.post(
        path,
        data=FORM,
        content_type="multipart/form-data",
        headers={"X-Twilio-Signature": signature},
    )

    assert answer.status_code == 403
    assert stored(real_gateway) == 0


def test_a_signed_receipt_is_taken(post: Callable[..., TestResponse]) -> None:
    form = {
        "MessageSid": FORM["MessageSid"],
        "MessageStatus": "delivered",
        "AccountSid": FORM["AccountSid"],
    }

    assert post(form, path="/sms/twilio/receipt?message=1").status_code == 200


def test_a_receipt_signed_for_another_message_is_refused(
    client: FlaskClient, post: Callable[..., TestResponse]
) -> None:
    form = {
        "MessageSid": FORM["MessageSid"],
        "MessageStatus": "failed",
        "AccountSid": FORM["AccountSid"],
    }
    url = "https://sms.example.test/sms/twilio/receipt?message=1"
    signature = RequestValidator(TOKEN).compute_signature(url, form)

    answer = client.post(
        "/sms/twilio/receipt?message=2",
        data=form,
        headers={"X-Twilio-Signature": signature},
    )

    assert answer.status_code == 403


def test_alive_says_nothing_else(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_tells_who_waits_and_that_redis_is_away(
    client: FlaskClient, post: Callable[..., TestResponse]
) -> None:
    post(FORM)
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["redis"] == "away"
    assert answer.json["database"] == "ok"
    assert answer.json["directory"] == "empty"
    assert answer.json["unanswered"] == 1
    assert answer.json["oldest_unanswered_seconds"] >= 0


def test_without_its_database_it_is_not_ready(
    without_tables: Settings, queue: FakeQueue
) -> None:
    gateway = build_gateway(without_tables, queue, utc_now)
    app = create_app(without_tables, gateway, lambda: True)

    answer = app.test_client().get("/readyz")
    gateway.close()

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "away"


def test_without_its_database_counters_are_told_all_the_same(
    without_tables: Settings, queue: FakeQueue
) -> None:
    gateway = build_gateway(without_tables, queue, utc_now)
    app = create_app(without_tables, gateway, lambda: True)

    answer = app.test_client().get("/metrics")
    gateway.close()

    assert answer.status_code == 200
    assert "gateway_received_total" in answer.text
    assert "gateway_unanswered" not in answer.text


def test_no_error_of_the_database_tells_what_a_member_wrote(
    real_gateway: Gateway,
    settings: Settings,
    post: Callable[..., TestResponse],
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = open_engine(settings.database_url)
    with engine.begin() as connection:
        for table in ("attempts", "receipts", "reminders", "outbound"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    engine.dispose()
    post(FORM | {"Body": "saldo 61000000019 an. Siti Contohwati lahir 31-01-1990"})

    with pytest.raises(Exception, match=r"database|outbound") as caught:
        real_gateway.processor.answer_waiting()

    reported = "".join(traceback.format_exception(caught.value)) + caplog.text
    for secret in ("61000000019", "Contohwati", "1990", "12.345.678", "8110000001"):
        assert secret not in reported


def test_metrics_count_and_name_nobody(
    client: FlaskClient, post: Callable[..., TestResponse], real_gateway: Gateway
) -> None:
    post(FORM)
    real_gateway.processor.answer_waiting()

    text = client.get("/metrics").text

    assert 'gateway_received_total{channel="twilio"}' in text
    assert "gateway_oldest_unanswered_seconds 0.0" in text
    for secret in ("628110000001", "61000000019", "***0019"):
        assert secret not in text
