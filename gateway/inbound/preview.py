"""Try a text: how it would be read and answered, with nobody asked, nothing kept."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.messages import InboundMessage, SenderKind, WaitingMessage
from gateway.domain.resolution import Resolution
from gateway.inbound.context import LookupResult, Meaning
from gateway.inbound.responder import Responder


@dataclass(frozen=True)
class Preview:
    """What a text means, and what a phone that nobody knows would hear."""

    meaning: Meaning
    resolution: Resolution


def preview(responder: Responder, text: str, now: datetime) -> Preview:
    """Read and settle a text as a worker does, as if no member were on record."""
    inbound = InboundMessage(
        channel="",
        provider_id="",
        sender="",
        sender_kind=SenderKind.MOBILE,
        recipient="",
        text=text,
        received_at=now,
    )
    read = responder.read(WaitingMessage(0, 1, inbound))
    return Preview(read.meaning, responder.settle(read, LookupResult(), opted_out=()))
