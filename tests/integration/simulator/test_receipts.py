"""Receipts: in Twilio's order, signed, brought again if their address asks for it."""

import logging
from collections import defaultdict

import pytest

from gateway.simulator.account import CarrierAccount
from gateway.simulator.carrier import Carrier
from gateway.simulator.faults import Fault, Faults, Planned
from gateway.simulator.sms import SmsStatus
from tests.integration.simulator.conftest import (
    PHONE,
    GatewayStub,
    await_until,
    is_signed,
)
from tests.integration.simulator.sockets import unreachable

RECEIPT_PARAMETERS = {
    *("MessageSid", "SmsSid", "AccountSid", "MessageStatus", "SmsStatus"),
    *("From", "To", "ApiVersion"),
}


def status_of(carrier: Carrier, sid: str) -> SmsStatus | None:
    sms = carrier.find(sid)
    return sms and sms.status


def column_of(carrier: Carrier, sid: str) -> list[tuple[str, int | None]]:
    sms = carrier.find(sid)
    assert sms is not None
    return [
        (report.status, report.posted and report.posted.status)
        for report in sms.reports
    ]


def test_sent_and_then_delivered_are_told_but_not_queued(
    carrier: Carrier, stub: GatewayStub
) -> None:
    sms = carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt?message=7")

    forms = [stub.next_request().form for _ in range(2)]

    assert [form["MessageStatus"] for form in forms] == ["sent", "delivered"]
    assert {form["MessageSid"] for form in forms} == {sms.sid}
    assert set(forms[0]) == RECEIPT_PARAMETERS
    delivered = carrier.find(sms.sid)
    assert delivered is not None
    assert delivered.status is SmsStatus.DELIVERED
    assert delivered.sent_at is not None


@pytest.mark.parametrize("query", ["", "?message=7", "?a=b%20c&d=%2B62"])
def test_a_receipt_is_signed_over_its_whole_address(
    carrier: Carrier, account: CarrierAccount, stub: GatewayStub, query: str
) -> None:
    url = f"{stub.url}/sms/twilio/receipt{query}"

    carrier.create(PHONE, "Saldo JHT", url)

    assert is_signed(stub.next_request(), account.token, url)


def test_receipts_of_one_message_stay_in_order_among_many(
    carrier: Carrier, stub: GatewayStub
) -> None:
    for number in range(50):
        carrier.create(PHONE, f"SMS {number}", f"{stub.url}/receipt")

    reported: dict[str, list[str]] = defaultdict(list)
    for _ in range(100):
        form = stub.next_request().form
        reported[form["MessageSid"]].append(form["MessageStatus"])

    assert len(reported) == 50
    assert all(statuses == ["sent", "delivered"] for statuses in reported.values())


@pytest.mark.parametrize(
    ("fragment", "reported"),
    [
        ("", ["sent", "delivered"]),
        ("#rc=1&rp=4xx", ["sent", "delivered"]),
        ("#rc=1&rp=5xx", ["sent", "sent", "delivered"]),
        ("#rc=5&rp=all", ["sent", "sent", "sent", "delivered"]),
        ("#rc=0&rp=all", ["sent", "delivered"]),
        ("#rc=many", ["sent", "delivered"]),
    ],
)
def test_a_refused_receipt_comes_again_as_often_as_its_address_asks(
    carrier: Carrier, stub: GatewayStub, fragment: str, reported: list[str]
) -> None:
    """Field report F10: without a policy a receipt that we refuse is lost."""
    stub.statuses = [503, 503] if len(reported) == 4 else [503]

    carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt{fragment}")

    assert [stub.next_request().form["MessageStatus"] for _ in reported] == reported


def test_a_lost_receipt_is_logged_by_its_sid_and_the_next_one_follows(
    carrier: Carrier, stub: GatewayStub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.statuses = [503]

    sms = carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt")

    reported = [stub.next_request().form["MessageStatus"] for _ in range(2)]
    assert reported == ["sent", "delivered"]
    lost = [
        record for record in caplog.records if record.getMessage() == "receipt lost"
    ]
    assert [vars(item)["message_sid"] for item in lost] == [sms.sid]
    assert lost[0].levelno == logging.WARNING


@pytest.mark.parametrize("wants_receipts", [False, True], ids=["no", "unreachable"])
def test_a_message_is_delivered_even_if_nobody_takes_its_receipts(
    carrier: Carrier, wants_receipts: bool
) -> None:
    callback = f"{unreachable()}/receipt" if wants_receipts else None

    sms = carrier.create(PHONE, "Saldo JHT", callback)

    await_until(lambda: status_of(carrier, sms.sid) is SmsStatus.DELIVERED)


def test_a_receipt_that_cannot_even_be_addressed_does_not_stop_the_others(
    carrier: Carrier, stub: GatewayStub
) -> None:
    for _ in range(8):
        carrier.create(PHONE, "alamat rusak", "http://[::bad/receipt")

    carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt")

    assert stub.next_request().form["MessageStatus"] == "sent"


def test_an_sms_knows_which_receipts_were_told_and_what_was_answered(
    carrier: Carrier, stub: GatewayStub
) -> None:
    stub.statuses = [503]

    sms = carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt")

    await_until(lambda: len(column_of(carrier, sms.sid)) == 2)
    assert column_of(carrier, sms.sid) == [("sent", 503), ("delivered", 200)]


def test_a_dropped_receipt_is_remembered_as_kept_back(
    carrier: Carrier, faults: Faults, stub: GatewayStub
) -> None:
    faults.plan(Planned(Fault.RECEIPT_LOST), 1)

    sms = carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt")

    await_until(lambda: len(column_of(carrier, sms.sid)) == 2)
    assert column_of(carrier, sms.sid) == [("sent", None), ("delivered", None)]
    assert stub.requests.empty()


def test_a_late_sms_waits_and_holds_nobody_up(
    carrier: Carrier, faults: Faults, stub: GatewayStub
) -> None:
    faults.plan(Planned(Fault.DELAY, 0.2), 1)

    late = carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt")
    prompt = carrier.create(PHONE, "Saldo JHT", f"{stub.url}/receipt")

    sids = [stub.next_request().form["MessageSid"] for _ in range(4)]
    assert sids == [prompt.sid] * 2 + [late.sid] * 2
    assert status_of(carrier, late.sid) is SmsStatus.DELIVERED
