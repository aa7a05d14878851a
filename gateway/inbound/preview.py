"""Preview a text: how it would be parsed and answered, without any side effect."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.messages import InboundMessage, SenderKind, WaitingMessage
from gateway.domain.resolution import Resolution
from gateway.inbound.context import LookupResult, Meaning, ParsedMessage
from gateway.inbound.message_parser import MessageParser
from gateway.inbound.responder import Responder


@dataclass(frozen=True)
class Preview:
    """What a text means, and the answer to a phone that is in no record."""

    meaning: Meaning
    resolution: Resolution


def read(text: str, parser: MessageParser, now: datetime) -> ParsedMessage:
    """Parse a text as if a phone had sent it, without looking anybody up."""
    inbound = InboundMessage(
        channel="",
        provider_id="",
        sender="",
        sender_kind=SenderKind.MOBILE,
        recipient="",
        text=text,
        received_at=now,
    )
    return parser.parse(WaitingMessage(0, 1, inbound))


def preview(
    text: str, parser: MessageParser, responder: Responder, now: datetime
) -> Preview:
    """Parse and decide a text as a worker does, with an empty directory."""
    message = read(text, parser, now)
    resolution = responder.decide(message, LookupResult(), opted_out=())
    return Preview(message.meaning, resolution)
