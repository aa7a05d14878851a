"""Parse Twilio's webhooks into our own messages.

https://www.twilio.com/docs/messaging/guides/webhook-request
"""

import re
from datetime import datetime

from werkzeug.datastructures import MultiDict

from gateway.channels import MalformedRequest, WebhookRequest
from gateway.channels.twilio.errors import meaning_of
from gateway.domain.messages import (
    Consent,
    DeliveryReceipt,
    IgnoreReason,
    InboundMessage,
)
from gateway.domain.statuses import OutboundStatus
from gateway.parsers.msisdn import classify_sender, is_same_number, storable_address

LONGEST_CODE = 10
_MARK = re.compile(r"[0-9a-f]{8}", re.ASCII)
_LONGEST_SID = 64
_LONGEST_NUMBER = 9
# From "queued" to "sending" Twilio has the message: it counts as sent, and must not be
# sent again.
_STATUSES = {
    "queued": OutboundStatus.SENT,
    "accepted": OutboundStatus.SENT,
    "scheduled": OutboundStatus.SENT,
    "sending": OutboundStatus.SENT,
    "sent": OutboundStatus.SENT,
    "delivered": OutboundStatus.DELIVERED,
    "read": OutboundStatus.DELIVERED,
    "undelivered": OutboundStatus.UNDELIVERED,
    "failed": OutboundStatus.FAILED,
    "canceled": OutboundStatus.CANCELED,
}
# What Advanced Opt-Out did with a keyword before Twilio delivered the message.
# twilio.com/docs/messaging/tutorials/advanced-opt-out
_CONSENTS = {"STOP": Consent.WITHDRAWN, "START": Consent.GIVEN, "HELP": None}
# Without Advanced Opt-Out Twilio opts a phone in again when it texts one of these, and
# delivers the SMS as usual: help.twilio.com/articles/223134027.
_STARTS = frozenset({"START", "YES", "UNSTOP"})


def inbound_message(
    channel: str, request: WebhookRequest, ours: str, received_at: datetime
) -> InboundMessage:
    """Parse an SMS; `ours` is our number or Messaging Service.

    An SMS that cannot be used is kept with its flaw, because Twilio would retry a
    refused one. Unknown parameters are ignored.
    """
    form = request.form
    sender, kind = classify_sender(form.get("From", ""))
    recipient = form.get("To", "")
    is_ours = is_same_number(recipient, ours)
    opt_out_type = form.get("OptOutType", "").upper()
    text = form.get("Body", "")
    keyword_consent = Consent.GIVEN if text.strip().upper() in _STARTS else None
    return InboundMessage(
        channel=channel,
        provider_id=form["MessageSid"],
        sender=sender,
        sender_kind=kind,
        recipient=ours if is_ours else storable_address(recipient),
        text=text,
        received_at=received_at,
        media_count=_whole(form.get("NumMedia", "")) or 0,
        answered_by_carrier=opt_out_type in _CONSENTS,
        consent=_CONSENTS.get(opt_out_type, keyword_consent),
        flaw=_flaw(form, is_ours or form.get("MessagingServiceSid") == ours),
    )


def _flaw(form: MultiDict[str, str], is_ours: bool) -> IgnoreReason | None:
    if "Body" not in form or not form.get("To"):
        return IgnoreReason.MALFORMED
    return None if is_ours else IgnoreReason.OTHER_NUMBER


def delivery_receipt(
    channel: str, request: WebhookRequest, at: datetime
) -> DeliveryReceipt | None:
    """Parse a status callback, whose URL carries our own message id.

    None if it brings no new status. Raises MalformedRequest.
    """
    provider_id = _sid(request)
    status = _STATUSES.get(_single_value(request, "MessageStatus"))
    if status is None:
        return None
    code = _error_code(request)
    return DeliveryReceipt(
        channel=channel,
        provider_id=provider_id,
        status=status,
        at=at,
        error_code=code,
        message_id=_whole(request.query.get("message", "")),
        mark=_mark(request),
        meaning=meaning_of(int(code)) if code else None,
    )


def _single_value(request: WebhookRequest, name: str) -> str:
    """The only value of a parameter. Raises MalformedRequest."""
    values = request.form.getlist(name)
    if len(values) != 1 or not values[0]:
        raise MalformedRequest(f"{name} must be given once")
    return values[0]


def _error_code(request: WebhookRequest) -> str | None:
    code = request.form.get("ErrorCode", "")
    return code[:LONGEST_CODE] if code.isascii() and code.isdigit() else None


def _mark(request: WebhookRequest) -> str | None:
    mark = request.query.get("mark", "")
    return mark if _MARK.fullmatch(mark) else None


def _sid(request: WebhookRequest) -> str:
    sid = _single_value(request, "MessageSid")
    if len(sid) > _LONGEST_SID or not sid.isalnum() or not sid.isascii():
        raise MalformedRequest("MessageSid must be letters and digits")
    return sid


def _whole(text: str) -> int | None:
    """Parse a small whole number; None for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None
