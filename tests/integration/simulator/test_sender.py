"""Twilio's settings of our sender, asked with Twilio's own client."""

import pytest
from flask import Flask
from twilio.rest import Client

from gateway.channels import ChannelError
from gateway.simulator.account import CarrierAccount
from gateway.simulator.app import create_simulator

SERVICE = "MG" + "c" * 32


def test_our_number_brings_sms_to_the_gateway(
    twilio: Client, account: CarrierAccount
) -> None:
    found = twilio.incoming_phone_numbers.list(phone_number=account.number)

    assert [item.phone_number for item in found] == [account.number]
    assert found[0].sms_url.startswith(account.webhook_url + "#rc=")
    assert (found[0].sms_method, found[0].sms_application_sid) == ("POST", "")


def test_a_number_of_somebody_else_is_not_listed(twilio: Client) -> None:
    assert twilio.incoming_phone_numbers.list(phone_number="+15005550009") == []


def test_a_service_of_somebody_else_is_not_found(twilio: Client) -> None:
    with pytest.raises(ChannelError, match="20404"):
        twilio.messaging.v1.services(SERVICE).fetch()


def test_a_messaging_service_brings_sms_to_the_gateway() -> None:
    account = CarrierAccount("AC" + "a" * 32, "t" * 32, SERVICE, "https://x.test/in")
    client = create_simulator(account, ()).test_client()

    reported = client.get(f"/v1/Services/{SERVICE}", auth=(account.sid, account.token))

    assert reported.json is not None
    assert reported.json["inbound_request_url"].startswith("https://x.test/in#rc=")
    assert reported.json["inbound_method"] == "POST"


@pytest.mark.parametrize("path", ["/v1/Services/x", "/IncomingPhoneNumbers.json"])
def test_nobody_is_told_without_the_token(
    app: Flask, account: CarrierAccount, path: str
) -> None:
    root = "" if path.startswith("/v1") else f"/2010-04-01/Accounts/{account.sid}"

    answer = app.test_client().get(root + path, auth=(account.sid, "wrong"))

    assert answer.status_code == 401
