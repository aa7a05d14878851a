"""Twilio: signed webhooks in, the Messages API out.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
https://www.twilio.com/docs/messaging/api/message-resource
"""

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlencode

import urllib3
from twilio.request_validator import (
    HMAC_SHA1,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from gateway.channels import (
    Acknowledgement,
    ChannelError,
    NotAuthentic,
    SendFault,
    WebhookRequest,
)
from gateway.channels.http.client import Connections
from gateway.channels.twilio.errors import error_from, fields_in
from gateway.channels.twilio.field_checks import oddity_of
from gateway.channels.twilio.forms import delivery_receipt, inbound_message
from gateway.channels.twilio.http import API_URL
from gateway.channels.twilio.message_list import MOST_LISTED, SID, sightings
from gateway.config.settings import TwilioSettings
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
# Five more tries of a callback that we did not take, whatever went wrong; Twilio's
# default is one, and that only when no connection came about. Not part of what it signs
# or asks for: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
_RETRIES = "#rc=5&rp=all"
_NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class TwilioChannel:
    """One Twilio account with one sender, a number or a Messaging Service."""

    name = NAME
    methods = frozenset({"POST"})

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
        self._validators = [RequestValidator(it) for it in settings.auth_tokens]
        sid, token = settings.account_sid, settings.auth_tokens[0]
        self._connections = Connections(settings.api_url or API_URL)
        self._target = f"/2010-04-01/Accounts/{sid}/Messages.json"
        self._headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            **urllib3.make_headers(basic_auth=f"{sid}:{token}"),
        }

    def verify(self, request: WebhookRequest) -> None:
        """Signature first, then what it leaves open, then whether it is our account."""
        if not self._is_signed(request):
            msg = "signature is missing or wrong"
            raise NotAuthentic(msg)
        if oddity := oddity_of(request.form):
            raise NotAuthentic(oddity)
        if request.form.get("AccountSid") != self._settings.account_sid:
            msg = "another account's message"
            raise NotAuthentic(msg)

    def parse_inbound(self, request: WebhookRequest) -> InboundMessage:
        """An SMS; one that is not for our own number or service has a flaw."""
        return inbound_message(NAME, request, self._settings.sender, self._clock())

    def parse_receipt(self, request: WebhookRequest) -> DeliveryReceipt | None:
        """A status callback."""
        return delivery_receipt(NAME, request, self._clock())

    def acknowledge(self) -> Acknowledgement:
        """Empty TwiML: the reply goes out by itself."""
        return Acknowledgement(_NOTHING_TO_SAY, "text/xml")

    def send(self, message: OutboundMessage) -> str:
        """Create the message at Twilio, to be given up when its time is over.

        Not through twilio's client: a reply would take twice the time of a processor.
        """
        left = (message.expires_at - self._clock()).total_seconds()
        form = {
            "To": message.recipient,
            "Body": message.text,
            "StatusCallback": self._receipt_url(message),
            "ValidityPeriod": max(1, min(int(left), LONGEST_VALIDITY)),
            **self._origin(message),
        }
        body = urlencode(form).encode()
        answer = self._connections.request("POST", self._target, body, self._headers)
        if answer.status >= 400:
            raise error_from(answer)
        sid = fields_in(answer.text).get("sid")
        if not (isinstance(sid, str) and SID.fullmatch(sid)):
            # Twilio may have taken it, or something in between has answered.
            self._connections.drop()
            raise ChannelError("unreadable_answer", SendFault.AMBIGUOUS)
        return sid

    def find_sent(self, message: OutboundMessage) -> Sequence[Sighting]:
        """Ask for the newest messages to this phone.

        Not filtered by date: Twilio filters by the date sent, which a message that is
        still queued has not. Not through twilio's client, which hides the Date header.
        """
        query = urlencode({"To": message.recipient, "PageSize": MOST_LISTED})
        target = f"{self._target}?{query}"
        answer = self._connections.request("GET", target, b"", self._headers)
        if answer.status >= 400:
            raise error_from(answer)
        try:
            return sightings(answer, message, self._clock() - message.created_at)
        except ChannelError:
            self._connections.drop()
            raise

    def _receipt_url(self, message: OutboundMessage) -> str:
        """Where receipts come; Twilio signs the address, so nobody else can name it."""
        which = f"message={message.id}&mark={message.mark}"
        return f"{self._public_url}{RECEIPT_PATH}?{which}{_RETRIES}"

    def _is_signed(self, request: WebhookRequest) -> bool:
        """Twilio posts forms; it would not sign what is in another kind of body."""
        signature = request.headers.get(SIGNATURE_HEADER)
        if not signature or not request.is_form:
            return False
        algorithm = get_signature_algorithm(
            request.headers.get(SIGNATURE_SETTINGS_HEADER)
        )
        url = self._public_url + request.path
        return any(
            _is_by_the_book(validator, url, request, signature, algorithm)
            or validator.validate(url, request.form, signature, algorithm)
            for validator in self._validators
        )

    def _origin(self, message: OutboundMessage) -> dict[str, str]:
        if self._settings.sender.startswith("MG"):
            return {"MessagingServiceSid": self._settings.sender}
        return {"From": message.sender}


class _Fields(dict[str, list[str]]):
    """A form as the validator asks for it first; otherwise it fails once a field."""

    def getall(self, name: str) -> list[str]:
        """All values of a field."""
        return self[name]


def _is_by_the_book(
    validator: RequestValidator,
    url: str,
    request: WebhookRequest,
    signature: str,
    algorithm: str,
) -> bool:
    """Whether a form is signed for our address just as it is written.

    Nearly all are; Twilio's validator would also try it with and without a port.
    """
    if algorithm != HMAC_SHA1:
        return False
    fields = _Fields(request.form.lists())
    expected = validator.compute_signature(url, fields, algorithm)
    return hmac.compare_digest(expected.encode(), signature.encode())
