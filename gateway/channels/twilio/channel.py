"""Twilio: signed webhooks in, the Messages API out.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
https://www.twilio.com/docs/messaging/api/message-resource
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from hmac import compare_digest
from typing import Any
from urllib.parse import urlparse

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    add_port,
    get_signature_algorithm,
    remove_port,
)

from gateway.channels import (
    Acknowledgement,
    NotAuthentic,
    SendFault,
    WebhookRequest,
)
from gateway.channels.http.answer import parse_date
from gateway.channels.twilio.explanations import EXPLANATIONS
from gateway.channels.twilio.field_checks import find_oddity
from gateway.channels.twilio.forms import delivery_receipt, inbound_message
from gateway.channels.twilio.http import LibcurlHttpClient, open_client
from gateway.channels.twilio.message_list import (
    MOST_LISTED,
    checked_sid,
    messages_on,
    sightings,
)
from gateway.config.groups import TwilioSettings
from gateway.domain.messages import (
    DeliveryReceipt,
    InboundMessage,
    OutboundMessage,
    Sighting,
)

NAME = "twilio"
INBOUND_PATH = f"/sms/{NAME}/inbound"
RECEIPT_PATH = f"/sms/{NAME}/receipt"
# Twilio accepts 1 to 36,000 seconds.
LONGEST_VALIDITY = 36_000
# Five retries of a callback after any failure; by default Twilio retries once, and only
# if the connection failed. Twilio neither signs nor sends this part of the URL:
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
_RETRIES = "#rc=5&rp=all"
_NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class TwilioChannel:
    """One Twilio account with one sender, a number or a Messaging Service."""

    name = NAME
    methods = frozenset({"POST"})
    explanations = EXPLANATIONS

    def __init__(
        self,
        settings: TwilioSettings,
        public_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.send_rate = settings.send_rate
        self._settings = settings
        self._public_url = public_url
        self._clock = clock
        self._validators = [RequestValidator(token) for token in settings.auth_tokens]
        self._http = LibcurlHttpClient(settings.api_url)

    @cached_property
    def _messages(self) -> Any:
        """Twilio's messages; the first use imports all of twilio's API."""
        return open_client(self._settings, self._http).messages

    def verify(self, request: WebhookRequest) -> None:
        """Check the signature, then what it does not protect, then the account."""
        if not self._is_signed(request):
            raise NotAuthentic("signature is missing or wrong")
        if oddity := find_oddity(request.form):
            raise NotAuthentic(oddity)
        if request.form.get("AccountSid") != self._settings.account_sid:
            raise NotAuthentic("AccountSid is not our account")

    def parse_inbound(self, request: WebhookRequest) -> InboundMessage:
        """Parse an SMS; one that is not for our own number or service has a flaw."""
        return inbound_message(NAME, request, self._settings.sender, self._clock())

    def parse_receipt(self, request: WebhookRequest) -> DeliveryReceipt | None:
        """Parse a status callback."""
        return delivery_receipt(NAME, request, self._clock())

    def acknowledge(self) -> Acknowledgement:
        """Empty TwiML, so that Twilio sends no reply of its own."""
        return Acknowledgement(_NOTHING_TO_SAY, "text/xml")

    def send(self, message: OutboundMessage) -> str:
        """Create the message at Twilio, which drops it when its validity ends."""
        seconds_left = (message.expires_at - self._clock()).total_seconds()
        with self._http.reading(SendFault.AMBIGUOUS):
            sid = self._messages.create(
                to=message.recipient,
                body=message.text,
                status_callback=self._receipt_url(message),
                validity_period=max(1, min(int(seconds_left), LONGEST_VALIDITY)),
                **self._origin(message),
            ).sid
            return checked_sid(sid)

    def find_sent(self, message: OutboundMessage) -> Sequence[Sighting]:
        """List the newest messages to this phone.

        Do not filter by date: Twilio compares the date sent, which a queued message
        does not have yet.
        """
        age = self._clock() - message.created_at
        with self._http.reading(SendFault.RETRYABLE):
            answer = self._messages.page_with_http_info(
                to=message.recipient, page_size=MOST_LISTED
            )
            date = parse_date(answer.headers.get("date", ""))
            return sightings(messages_on(answer.data), date, message, age)

    def _receipt_url(self, message: OutboundMessage) -> str:
        """The URL for receipts; Twilio signs its query, so nobody else can use it."""
        query = f"message={message.id}&mark={message.mark}"
        return f"{self._public_url}{RECEIPT_PATH}?{query}{_RETRIES}"

    def _is_signed(self, request: WebhookRequest) -> bool:
        """Twilio signs forms only, so it did not send any other kind of body."""
        signature = request.headers.get(SIGNATURE_HEADER)
        if not signature or not request.is_form:
            return False
        settings = request.headers.get(SIGNATURE_SETTINGS_HEADER)
        algorithm = get_signature_algorithm(settings)
        url, form = self._public_url + request.path, _Form(request.form.lists())
        try:
            return any(
                compare_digest(
                    validator.compute_signature(spelling, form, algorithm).encode(),
                    signature.encode(),
                )
                for spelling in _spellings(url)
                for validator in self._validators
            )
        except ValueError:
            # An algorithm that twilio does not know.
            return False

    def _origin(self, message: OutboundMessage) -> dict[str, str]:
        if self._settings.sender.startswith("MG"):
            return {"messaging_service_sid": self._settings.sender}
        return {"from_": message.sender}


def _spellings(url: str) -> Iterator[str]:
    """The URL without and with its port: Twilio signs either.

    `RequestValidator.validate` always computes both, which doubles the time of a check:
    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    parsed = urlparse(url)
    yield remove_port(parsed)
    yield add_port(parsed)


class _Form(dict[str, list[str]]):
    """A form with the method that RequestValidator tries first.

    A MultiDict lacks it: every field would cost a caught exception, which doubles the
    time of a check.
    """

    def getall(self, name: str) -> list[str]:
        """All values of a field."""
        return self[name]
