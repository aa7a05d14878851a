"""SMS from phones: the form, its signature, and what happens when it is not taken."""

import re
from dataclasses import replace

import pytest
import urllib3

from gateway.simulator.account import CarrierAccount
from gateway.simulator.carrier import Carrier
from gateway.simulator.faults import Fault, Faults, Planned
from gateway.simulator.posts import PostFault
from gateway.simulator.sms import SmsStatus
from gateway.simulator.webhooks import Webhooks
from tests.integration.simulator.conftest import (
    OTHER_PHONE,
    PHONE,
    GatewayStub,
    is_signed,
)
from tests.integration.simulator.sockets import answering, silent, unreachable

TWILIO_PARAMETERS = {
    *("MessageSid", "SmsSid", "SmsMessageSid", "AccountSid", "SmsStatus", "ApiVersion"),
    *("From", "FromCity", "FromState", "FromZip", "FromCountry"),
    *("To", "ToCity", "ToState", "ToZip", "ToCountry"),
    *("Body", "NumMedia", "NumSegments"),
}


def test_an_sms_is_posted_with_exactly_the_parameters_of_twilio(
    carrier: Carrier, account: CarrierAccount, stub: GatewayStub
) -> None:
    handover = carrier.inbound(PHONE, "SALDO 61000000019")

    form = stub.next_request().form
    assert set(form) == TWILIO_PARAMETERS
    assert form["From"] == PHONE
    assert form["To"] == account.number
    assert form["Body"] == "SALDO 61000000019"
    assert form["SmsStatus"] == "received"
    assert form["FromCountry"] == "ID"
    assert form["MessageSid"] == form["SmsSid"] == handover.sms.sid
    assert handover.posted.was_taken


def test_a_message_sid_looks_like_those_of_twilio(carrier: Carrier) -> None:
    sid = carrier.inbound(PHONE, "SALDO").sms.sid

    assert re.fullmatch(r"SM[0-9a-f]{32}", sid)


@pytest.mark.parametrize(
    "body",
    ["SALDO 61000000019", "", " \n+&=%\t", "Zoë 😀 ñ", "a" * 1600],
    ids=["plain", "empty", "form characters", "not ASCII", "long"],
)
def test_the_signature_covers_every_text(
    carrier: Carrier, account: CarrierAccount, stub: GatewayStub, body: str
) -> None:
    carrier.inbound(PHONE, body)

    request = stub.next_request()
    assert is_signed(request, account.token, account.webhook_url)
    assert request.form["Body"] == body


def test_the_signature_covers_the_query_but_not_the_fragment(
    account: CarrierAccount, stub: GatewayStub
) -> None:
    signed_url = f"{account.webhook_url}?via=a%20b&n=1"
    account = replace(account, webhook_url=f"{signed_url}#rc=2")

    Carrier(account, Faults()).inbound(PHONE, "SALDO")

    assert is_signed(stub.next_request(), account.token, signed_url)


@pytest.mark.parametrize("sender", ["2757", "INFO-Promo", "+15005550009", ""])
def test_anybody_may_be_the_sender(
    carrier: Carrier, stub: GatewayStub, sender: str
) -> None:
    carrier.inbound(sender, "halo")

    assert stub.next_request().form["From"] == sender


def test_an_account_with_a_messaging_service_names_it_and_one_of_its_numbers(
    account: CarrierAccount, stub: GatewayStub
) -> None:
    service = "MG" + "c" * 32

    Carrier(replace(account, number=service), Faults()).inbound(PHONE, "SALDO")

    form = stub.next_request().form
    assert set(form) == TWILIO_PARAMETERS | {"MessagingServiceSid"}
    assert form["MessagingServiceSid"] == service
    assert form["To"].startswith("+1")


def test_segments_and_media_are_counted(carrier: Carrier, stub: GatewayStub) -> None:
    carrier.inbound(PHONE, "a" * 161, media=2)

    form = stub.next_request().form
    assert (form["NumSegments"], form["NumMedia"]) == ("2", "2")


def test_a_known_sid_is_posted_again_but_kept_once(
    carrier: Carrier, stub: GatewayStub
) -> None:
    sid = carrier.inbound(PHONE, "SALDO").sms.sid

    carrier.inbound(PHONE, "SALDO", sid=sid)

    posted = [stub.next_request().form["MessageSid"] for _ in range(2)]
    assert posted == [sid, sid]
    assert len(carrier.conversation(PHONE)) == 1


def test_a_planned_duplicate_is_posted_twice_with_one_sid(
    carrier: Carrier, faults: Faults, stub: GatewayStub
) -> None:
    faults.plan(Planned(Fault.DUPLICATE), 1)

    sid = carrier.inbound(PHONE, "SALDO").sms.sid

    posted = [stub.next_request().form["MessageSid"] for _ in range(2)]
    assert posted == [sid, sid]
    assert [len(sms.reports) for sms in carrier.conversation(PHONE)] == [2]


def test_a_lost_connection_is_tried_once_more_with_the_same_token(
    account: CarrierAccount,
) -> None:
    with answering(False, True) as rude:
        account = replace(account, webhook_url=f"{rude.url}/in")

        handover = Carrier(account, Faults()).inbound(PHONE, "SALDO")

    assert handover.posted.status == 200
    assert rude.asked[0] == rude.asked[1]
    assert b"I-Twilio-Idempotency-Token: " in rude.asked[0]


def test_a_second_lost_connection_is_the_end(account: CarrierAccount) -> None:
    with answering(False, False) as rude:
        account = replace(account, webhook_url=f"{rude.url}/in")

        handover = Carrier(account, Faults()).inbound(PHONE, "SALDO")

    assert handover.posted.fault is PostFault.CONNECTION
    assert len(rude.asked) == 2


def test_an_unreachable_gateway_leaves_a_mark_on_the_sms(
    account: CarrierAccount,
) -> None:
    carrier = Carrier(replace(account, webhook_url=f"{unreachable()}/in"), Faults())

    handover = carrier.inbound(PHONE, "SALDO")

    assert handover.posted.status is None
    assert carrier.conversation(PHONE)[0].error_code == 11205


def test_a_gateway_that_refuses_is_not_asked_again(
    carrier: Carrier, stub: GatewayStub
) -> None:
    stub.statuses = [403, 200]

    handover = carrier.inbound(PHONE, "SALDO")

    assert handover.posted.status == 403
    assert handover.posted.fault is PostFault.REFUSED
    assert carrier.conversation(PHONE)[0].error_code == 11200
    assert stub.requests.qsize() == 1


def test_a_gateway_that_does_not_answer_in_time_is_not_asked_again(
    account: CarrierAccount,
) -> None:
    timeout = urllib3.Timeout(connect=5, total=0.05)

    with silent() as url:
        posted = Webhooks(account, timeout).post(url, {"Body": "SALDO"})

    assert posted.fault is PostFault.NO_ANSWER


def test_a_proxy_of_the_environment_is_not_used(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", unreachable())

    assert carrier.inbound(PHONE, "SALDO").posted.was_taken


def test_a_conversation_holds_both_directions_of_one_phone(carrier: Carrier) -> None:
    asked = carrier.inbound(PHONE, "SALDO").sms
    carrier.inbound(OTHER_PHONE, "STATUS")
    answered = carrier.create(PHONE, "Saldo JHT", None)

    sids = [sms.sid for sms in carrier.conversation(PHONE)]

    assert sids == [asked.sid, answered.sid]
    assert [sms.sid for sms in carrier.messages(PHONE)] == [answered.sid]


def test_an_sms_from_the_gateway_is_queued_at_first(carrier: Carrier) -> None:
    assert carrier.create(PHONE, "Saldo JHT", None).status is SmsStatus.QUEUED
