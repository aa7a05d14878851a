"""Fetch the webhook that Twilio's console has set for our sender.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
https://www.twilio.com/docs/messaging/api/service-resource
"""

from dataclasses import dataclass
from typing import Any

from twilio.rest import Client

from gateway.channels import ChannelError, SendFault
from gateway.channels.twilio.http import LibcurlHttpClient, open_client
from gateway.config.groups import TwilioSettings


@dataclass(frozen=True)
class InboundSetting:
    """The webhook of a number or Messaging Service, unless `overruled_by` something."""

    url: str
    method: str
    overruled_by: str | None = None


@dataclass(frozen=True)
class AccountState:
    """Our sender as Twilio knows it."""

    # None if the sender does not belong to our account.
    inbound: InboundSetting | None
    # Twilio's clock, from the Date header.
    date: str | None


def fetch_account_state(settings: TwilioSettings) -> AccountState:
    """Fetch the webhook of our sender. Raises ChannelError."""
    http = LibcurlHttpClient(settings.api_url)
    client = open_client(settings, http)
    fetch = _fetch_service if settings.sender.startswith("MG") else _fetch_number
    with http.reading(SendFault.RETRYABLE):
        return fetch(client, settings.sender)


def _fetch_number(client: Client, number: str) -> AccountState:
    answer = client.incoming_phone_numbers.list_with_http_info(
        phone_number=number, limit=1
    )
    return AccountState(
        next(map(_setting_of_number, answer.data), None), answer.headers.get("date")
    )


def _setting_of_number(number: Any) -> InboundSetting:
    # Twilio ignores the webhook of a number that has a TwiML application.
    overruled_by = "a TwiML application" if number.sms_application_sid else None
    return InboundSetting(number.sms_url or "", number.sms_method, overruled_by)


def _fetch_service(client: Client, sid: str) -> AccountState:
    try:
        answer = client.messaging.v1.services(sid).fetch_with_http_info()
    except ChannelError as error:
        if error.code in ("20404", "404"):
            return AccountState(None, None)
        raise
    service = answer.data
    overruled_by = (
        "the settings of its numbers" if service.use_inbound_webhook_on_number else None
    )
    url, method = service.inbound_request_url or "", service.inbound_method
    return AccountState(
        InboundSetting(url, method, overruled_by), answer.headers.get("date")
    )
