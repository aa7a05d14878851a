"""The rows of a made-up message, as the gateway would have left them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.domain.messages import SenderKind
from gateway.domain.statuses import InboundStatus

_OUR_NUMBER = "+15005550006"


@dataclass(frozen=True)
class End:
    """What so many of a thousand messages come to; one without template is silent."""

    weight: int
    words: str
    status: InboundStatus = InboundStatus.ANSWERED
    keyword: str | None = None
    reason: str | None = None
    decision: str | None = None
    template: str | None = None


@dataclass(frozen=True)
class Person:
    """A phone and a member as they are stored."""

    phone_sealed: bytes
    phone_index: bytes
    phone_tail: bytes
    kpj_index: bytes
    masked: str


def inbound_row(
    number: int, at: datetime, person: Person, end: End, has_text: bool
) -> dict[str, Any]:
    """An SMS that came to this end."""
    return {
        "id": number,
        "channel": "twilio",
        "provider_id": f"SM{number:032x}",
        "received_at": at,
        "sender_sealed": person.phone_sealed,
        "sender_index": person.phone_index,
        "sender_tail": person.phone_tail,
        "sender_kind": SenderKind.MOBILE,
        "recipient": _OUR_NUMBER,
        "text_redacted": f"{end.words} {person.masked}" if has_text else None,
        "media_count": 0,
        "answered_by_carrier": False,
        "status": end.status,
        "attempts": 1,
        "next_attempt_at": at + timedelta(seconds=10),
        "settled_at": at + timedelta(milliseconds=150),
        "reason": end.reason,
        "keyword": end.keyword,
        "kpj_index": person.kpj_index if end.decision else None,
        "decision": end.decision,
    }


def outbound_row(
    number: int, at: datetime, person: Person, end: End, has_text: bool
) -> dict[str, Any]:
    """The reply to it, not sent yet."""
    text = f"BPJAMSOSTEK: {end.template} {person.masked} ***" if has_text else None
    return {
        "id": number,
        "in_reply_to": number,
        "channel": "twilio",
        "sender": _OUR_NUMBER,
        "recipient_sealed": person.phone_sealed,
        "recipient_index": person.phone_index,
        "template": end.template,
        "language": "id",
        "segments": 1,
        "text_redacted": text,
        "attempts": 1,
        "questions": 0,
        "next_attempt_at": at + timedelta(days=3),
        "asked_at": at,
        "created_at": at + timedelta(milliseconds=150),
        "expires_at": at + timedelta(minutes=10),
    }


def receipt_row(reply: dict[str, Any]) -> dict[str, Any]:
    """What the carrier told of a reply."""
    return {
        "outbound_id": reply["id"],
        "channel": reply["channel"],
        "provider_id": reply["provider_id"],
        "message_id": reply["id"],
        "status": reply["status"],
        "at": reply["final_at"],
    }
