"""Twilio: signed webhooks in, the Messages API out.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
https://www.twilio.com/docs/messaging/api/message-resource
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)
from twilio.rest import Client

from gateway.channels import (
    Acknowledgement,
    ChannelError,
    MalformedRequest,
    NotAuthentic,
    SendFault,
    WebhookRequest,
)
from gateway.channels.twilio_http import LeanHttpClient
from gateway.config import TwilioSettings
from gateway.messages import (
    Consent,
    DeliveryReceipt,
    InboundMessage,
    OutboundMessage,
    OutboundStatus,
)
from gateway.parsers.msisdn import classify_sender

NAME = "twilio"
RECEIPT_PATH = f"/sms/{NAME}/receipt"
# The clocks of two machines, and the second that Twilio's dates are cut to.
CLOCK_SKEW = timedelta(seconds=60)
# Twilio accepts 1 to 36,000 seconds.
LONGEST_VALIDITY = 36_000
LONGEST_CODE = 10
MOST_LISTED = 100
_RECIPIENT = re.compile(r"\+?\d{3,15}", re.ASCII)
_LONGEST_SID = 64
_LONGEST_NUMBER = 9
_NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
# "queued", "accepted", "scheduled" and "sending" tell nothing that we do not know.
_STATUSES = {
    "sent": OutboundStatus.SENT,
    "delivered": OutboundStatus.DELIVERED,
    "read": OutboundStatus.DELIVERED,
    "undelivered": OutboundStatus.UNDELIVERED,
    "failed": OutboundStatus.FAILED,
    "canceled": OutboundStatus.CANCELED,
}
# What Twilio's opt-out keywords did before we saw the message (Advanced Opt-Out).
_CONSENTS = {"STOP": Consent.WITHDRAWN, "START": Consent.GIVEN, "HELP": None}


class TwilioChannel:
    """One Twilio account with one sender, a number or a Messaging Service."""

    name = NAME

    def __init__(
        self,
        settings: TwilioSettings,
        public_url: str,
        clock: Callable[[], datetime],
        http_client: HttpClient | None = None,
    ) -> None:
        self.send_rate = settings.send_rate
        self._settings = settings
        self._public_url = public_url
        self._clock = clock
        self._validators = [RequestValidator(it) for it in settings.auth_tokens]
        client = Client(
            settings.account_sid,
            settings.auth_tokens[0],
            http_client=http_client or LeanHttpClient(settings.api_url),
        )
        self._messages = client.api.v2010.account.messages

    def verify(self, request: WebhookRequest) -> None:
        """Signature first, then whether it is our account."""
        if not self._is_signed(request):
            msg = "signature is missing or wrong"
            raise NotAuthentic(msg)
        if request.form.get("AccountSid") != self._settings.account_sid:
            msg = "another account's message"
            raise NotAuthentic(msg)

    def parse_inbound(self, request: WebhookRequest) -> InboundMessage:
        """An SMS; parameters that we do not know are none of our business."""
        form = request.form
        self._check_recipient(request)
        sender, kind = classify_sender(_one(request, "From"))
        opt_out_type = form.get("OptOutType", "").upper()
        return InboundMessage(
            channel=NAME,
            provider_id=_sid(request),
            sender=sender,
            sender_kind=kind,
            recipient=_recipient(request),
            text=_one(request, "Body", may_be_empty=True),
            received_at=self._clock(),
            media_count=_whole(form.get("NumMedia", "")) or 0,
            answered_by_carrier=opt_out_type in _CONSENTS,
            consent=_CONSENTS.get(opt_out_type),
        )

    def parse_receipt(self, request: WebhookRequest) -> DeliveryReceipt | None:
        """A status callback; our own message id comes back in its address."""
        provider_id = _sid(request)
        status = _STATUSES.get(_one(request, "MessageStatus"))
        if status is None:
            return None
        return DeliveryReceipt(
            channel=NAME,
            provider_id=provider_id,
            status=status,
            at=self._clock(),
            error_code=_error_code(request),
            message_id=_whole(request.query.get("message", "")),
        )

    def acknowledge(self) -> Acknowledgement:
        """Empty TwiML: the reply goes out by itself."""
        return Acknowledgement(_NOTHING_TO_SAY, "text/xml")

    def send(self, message: OutboundMessage) -> str:
        """Create the message at Twilio, to be given up when its time is over."""
        left = (message.expires_at - self._clock()).total_seconds()
        callback = f"{self._public_url}{RECEIPT_PATH}?message={message.id}"
        try:
            created = self._messages.create(
                to=message.recipient,
                body=message.text,
                status_callback=callback,
                validity_period=max(1, min(int(left), LONGEST_VALIDITY)),
                **self._origin(message),
            )
        except (TwilioException, ValueError) as error:
            # An answer below 400 that is no message: Twilio may have taken it.
            raise ChannelError("unreadable_answer", SendFault.AMBIGUOUS) from error
        if not created.sid:
            raise ChannelError("unreadable_answer", SendFault.AMBIGUOUS)
        return str(created.sid)

    def find_sent(self, message: OutboundMessage) -> Sequence[str]:
        """Messages at Twilio with this recipient and text, made since this one was."""
        since = message.created_at - CLOCK_SKEW
        try:
            # Not filtered by date: Twilio filters by the date sent, which a message
            # that is still queued has not.
            listed = self._messages.list(to=message.recipient, limit=MOST_LISTED)
        except (TwilioException, ValueError) as error:
            raise ChannelError("unreadable_answer", SendFault.RETRYABLE) from error
        return [
            str(it.sid)
            for it in reversed(listed)
            # A trial account puts a notice of its own before the text.
            if str(it.body).endswith(message.text)
            and it.direction != "inbound"
            and it.date_created is not None
            and it.date_created >= since
        ]

    def _is_signed(self, request: WebhookRequest) -> bool:
        signature = request.headers.get(SIGNATURE_HEADER)
        if not signature or not (request.is_form or "bodySHA256" in request.query):
            return False
        algorithm = get_signature_algorithm(
            request.headers.get(SIGNATURE_SETTINGS_HEADER)
        )
        url = self._public_url + request.path
        signed = request.form if request.is_form else request.body
        return any(
            validator.validate(url, signed, signature, algorithm)
            for validator in self._validators
        )

    def _check_recipient(self, request: WebhookRequest) -> None:
        form, ours = request.form, self._settings.sender
        if ours not in (form.get("To"), form.get("MessagingServiceSid")):
            msg = "a message for another number"
            raise NotAuthentic(msg)

    def _origin(self, message: OutboundMessage) -> dict[str, str]:
        if self._settings.sender.startswith("MG"):
            return {"messaging_service_sid": self._settings.sender}
        return {"from_": message.sender}


def _one(request: WebhookRequest, name: str, *, may_be_empty: bool = False) -> str:
    """The only value of a parameter. Raises MalformedRequest."""
    values = request.form.getlist(name)
    if len(values) != 1 or not (values[0] or may_be_empty):
        msg = f"{name} must be given once"
        raise MalformedRequest(msg)
    return values[0]


def _recipient(request: WebhookRequest) -> str:
    recipient = _one(request, "To")
    if not _RECIPIENT.fullmatch(recipient):
        msg = "To must be a number"
        raise MalformedRequest(msg)
    return recipient


def _error_code(request: WebhookRequest) -> str | None:
    code = request.form.get("ErrorCode", "")
    return code[:LONGEST_CODE] if code.isascii() and code.isdigit() else None


def _sid(request: WebhookRequest) -> str:
    sid = _one(request, "MessageSid")
    if len(sid) > _LONGEST_SID or not sid.isalnum() or not sid.isascii():
        msg = "MessageSid must be letters and digits"
        raise MalformedRequest(msg)
    return sid


def _whole(text: str) -> int | None:
    """A small whole number, or None for anything else that a form may carry."""
    is_one = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_one else None
