"""Try a text: how it would be read and answered, with nobody asked, nothing kept."""

from dataclasses import dataclass
from datetime import datetime

from gateway.enquiries import Known, Meaning
from gateway.messages import InboundMessage, SenderKind, WaitingMessage
from gateway.responder import Responder
from gateway.settlements import Settlement


@dataclass(frozen=True)
class Rehearsal:
    """What a text means, and what a phone that nobody knows would hear."""

    meaning: Meaning
    settlement: Settlement


def rehearse(responder: Responder, text: str, now: datetime) -> Rehearsal:
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
    return Rehearsal(read.meaning, responder.settle(read, Known(), opted_out=()))
