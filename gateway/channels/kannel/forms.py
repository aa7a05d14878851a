"""Parse Kannel's webhooks, by GET or by POST, into our own messages.

A GET carries everything in its query, percent-encoded octet by octet. A POST carries
the text in its body and all other fields in headers, except the id, which stays in the
query.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from gateway.channels import MalformedRequest, WebhookRequest
from gateway.channels.kannel.octets import text_in
from gateway.domain.messages import (
    DeliveryReceipt,
    IgnoreReason,
    InboundMessage,
    ReceiptMeaning,
)
from gateway.domain.statuses import OutboundStatus
from gateway.parsers.msisdn import classify_sender, is_same_number, storable_address

# The bits of a receipt's status (user guide, "Delivery reports"), the worst one first:
# a report counts as delivered only without a worse bit. Later versions of Kannel add a
# higher bit to 2 for the reason: 34 is expired, 66 unknown (gw/dlr.h).
_STATUSES = {
    16: OutboundStatus.FAILED,
    2: OutboundStatus.UNDELIVERED,
    1: OutboundStatus.DELIVERED,
    8: OutboundStatus.SENT,
}
# The message waits at the operator, which is no new status.
_WAITS = 4
# Network type 3 is GSM (SMPP 3.4, 5.3.2.31), where 1 is an unknown subscriber (3GPP TS
# 29.002, 17.6.6).
_MEANINGS = {bytes((3, 0, 1)): ReceiptMeaning.PHONE_GONE}
_BINARY, _UCS2 = "1", "2"
_CHARSETS = {
    "utf-16be": "utf-16-be",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
}
_HEADERS = {
    "from": "X-Kannel-From",
    "to": "X-Kannel-To",
    "coding": "X-Kannel-Coding",
    "smsc": "X-Kannel-SMSC",
    "meta-data": "X-Kannel-Meta-Data",
}
# Headers of a reply that quote fields of the SMS.
_QUOTED = {"SMSC": "smsc", "Meta-Data": "meta-data"}
_MADE_UP = "made-up-"
_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_ATTEMPT = re.compile(r"(\d{1,18})-\d{1,9}-([0-9a-f]{8})", re.ASCII)
_STATUS = re.compile(r"\d{1,3}", re.ASCII)
_QUOTABLE = re.compile(r"[!-~]{1,1000}", re.ASCII)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Delivery:
    """The fields and the text of a webhook, the same for GET and POST."""

    fields: Mapping[str, str] = field(repr=False)
    octets: bytes = field(repr=False)
    # A field occurs twice, which Kannel never sends.
    is_ambiguous: bool = False

    @property
    def provider_id(self) -> str:
        """Kannel's id, or a generated one if Kannel's is missing or cannot be stored.

        With a generated id a duplicate is recognised by its text only, for a minute.
        """
        provider_id = self.fields.get("id", "")
        is_valid = _ID.fullmatch(provider_id)
        return provider_id if is_valid else f"{_MADE_UP}{uuid4().hex}"

    @property
    def text(self) -> str | None:
        """The text, with replacement characters; None for data that is no text."""
        if self.fields.get("coding") == _BINARY:
            return text_in(self.octets)
        default = "utf-16-be" if self.fields.get("coding") == _UCS2 else "utf-8"
        named = self.fields.get("charset", "").lower()
        charset = "utf-8" if named == "utf-8" else _CHARSETS.get(named, default)
        return self.octets.decode(charset, "replace")

    @property
    def reply_context(self) -> str | None:
        """The fields that the reply has to repeat for the operator."""
        quoted = {
            header: value
            for header, name in _QUOTED.items()
            if _QUOTABLE.fullmatch(value := self.fields.get(name, ""))
        }
        return urlencode(quoted) or None


def inbound_message(
    channel: str, request: WebhookRequest, ours: str, received_at: datetime
) -> InboundMessage:
    """Parse an SMS; `ours` is our short code or number.

    An SMS that cannot be used is kept with its flaw, because Kannel would retry a
    refused one a thousand times.
    """
    delivery = _delivery(request)
    sender, kind = classify_sender(delivery.fields.get("from", ""))
    recipient = delivery.fields.get("to", "")
    is_ours = is_same_number(recipient, ours)
    text = delivery.text
    return InboundMessage(
        channel=channel,
        provider_id=delivery.provider_id,
        sender=sender,
        sender_kind=kind,
        recipient=ours if is_ours else storable_address(recipient),
        text=text or "",
        received_at=received_at,
        media_count=int(text is None),
        reply_context=delivery.reply_context,
        flaw=_flaw(delivery, is_ours),
    )


def _flaw(delivery: _Delivery, is_ours: bool) -> IgnoreReason | None:
    if delivery.is_ambiguous or not delivery.fields.get("to"):
        return IgnoreReason.MALFORMED
    return None if is_ours else IgnoreReason.OTHER_NUMBER


def delivery_receipt(
    channel: str, attempt: str, request: WebhookRequest, at: datetime
) -> DeliveryReceipt | None:
    """Parse the delivery report of an attempt; None if it brings no new status.

    Raises MalformedRequest.
    """
    fields, is_ambiguous = _query(request)
    named = _ATTEMPT.fullmatch(attempt)
    if is_ambiguous or not named or not fields.get("status"):
        raise MalformedRequest("the status and the attempt must each be given once")
    status = _status(fields["status"])
    if status is None:
        return None
    return DeliveryReceipt(
        channel=channel,
        provider_id=attempt,
        status=status,
        at=at,
        error_code=_error_code(fields.get("error", "")),
        message_id=int(named[1]),
        mark=named[2],
        meaning=_MEANINGS.get(fields.get("error", "").encode("latin-1")),
    )


def _status(field: str) -> OutboundStatus | None:
    """The status that the bits stand for; None if there is no new one."""
    bits = int(field) if _STATUS.fullmatch(field) else 0
    status = next((status for bit, status in _STATUSES.items() if bits & bit), None)
    if status is None and bits != _WAITS:
        log.warning("receipt with an unknown status", extra={"status": bits or "none"})
    return status


def _delivery(request: WebhookRequest) -> _Delivery:
    query, is_ambiguous = _query(request)
    if request.method == "GET":
        return _Delivery(query, query.get("text", "").encode("latin-1"), is_ambiguous)
    headers = {
        name: ",".join(request.headers.getlist(header))
        for name, header in _HEADERS.items()
    }
    charset = re.search(
        r'charset="?([\w-]+)', request.headers.get("Content-Type", ""), re.ASCII
    )
    found = {"id": query.get("id", ""), "charset": charset[1] if charset else ""}
    return _Delivery(headers | found, request.body, is_ambiguous)


def _query(request: WebhookRequest) -> tuple[Mapping[str, str], bool]:
    """The fields, each octet as one character; True if a field is given twice."""
    _, _, query = request.path.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    fields = dict(pairs)
    return fields, len(fields) < len(pairs)


def _error_code(octets: str) -> str | None:
    """The operator's error code: one octet for the network type, two for the code.

    SMPP codes have three digits; longer numbers are codes of other providers.
    """
    raw = octets.encode("latin-1")
    code = int.from_bytes(raw[1:])
    return f"{code:03}" if len(raw) == 3 and code < 1000 else None
