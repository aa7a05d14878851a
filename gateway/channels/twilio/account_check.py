"""Where Twilio brings SMS for our sender: what is set in its console.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
https://www.twilio.com/docs/messaging/api/service-resource
"""

from dataclasses import dataclass
from typing import Any

from twilio.base.exceptions import TwilioException
from twilio.http.response import Response
from twilio.rest import Client

from gateway.channels import ChannelError, SendFault
from gateway.channels.twilio.http import LeanHttpClient
from gateway.config.settings import TwilioSettings


@dataclass(frozen=True)
class InboundSetting:
    """The webhook of a number or a Messaging Service; `overruled_by` is what wins."""

    url: str
    method: str
    overruled_by: str | None = None


@dataclass(frozen=True)
class TwilioState:
    """What Twilio said, with its Date header; no setting: the sender is not ours."""

    inbound: InboundSetting | None
    date: str | None


def ask_twilio(settings: TwilioSettings) -> TwilioState:
    """Ask about our sender. Raises ChannelError."""
    http = _DatedHttpClient(settings.api_url)
    client = Client(settings.account_sid, settings.auth_tokens[0], http_client=http)
    is_service = settings.sender.startswith("MG")
    ask = _of_service if is_service else _of_number
    try:
        return TwilioState(ask(client, settings.sender), http.date)
    except (TwilioException, ValueError) as error:
        raise ChannelError("unreadable_answer", SendFault.RETRYABLE) from error


class _DatedHttpClient(LeanHttpClient):
    """Remembers what time it was at Twilio."""

    date: str | None = None

    def request(self, *arguments: Any, **named: Any) -> Response:
        answer = super().request(*arguments, **named)
        self.date = answer.headers.get("date")
        return answer


def _of_number(client: Client, number: str) -> InboundSetting | None:
    found = client.api.v2010.account.incoming_phone_numbers.list(
        phone_number=number, limit=1
    )
    if not found:
        return None
    # Twilio ignores all addresses beside an application.
    overruled_by = "a TwiML application" if found[0].sms_application_sid else None
    return InboundSetting(found[0].sms_url or "", found[0].sms_method, overruled_by)


def _of_service(client: Client, sid: str) -> InboundSetting | None:
    try:
        service = client.messaging.v1.services(sid).fetch()
    except ChannelError as error:
        if error.code in ("20404", "404"):
            return None
        raise
    overruled_by = (
        "the settings of its numbers" if service.use_inbound_webhook_on_number else None
    )
    url = service.inbound_request_url or ""
    return InboundSetting(url, service.inbound_method, overruled_by)
