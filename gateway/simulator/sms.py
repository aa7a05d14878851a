"""One SMS as the carrier sees it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.domain import gsm7
from gateway.simulator.posts import StatusReport


class Direction(StrEnum):
    """Twilio's words for the direction of an SMS."""

    INBOUND = "inbound"
    OUTBOUND = "outbound-api"


class SmsStatus(StrEnum):
    """Twilio's statuses of an SMS."""

    RECEIVED = "received"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """A status that an SMS will have, with Twilio's error code if it failed."""

    status: SmsStatus
    error_code: int | None = None


@dataclass(frozen=True)
class Sms:
    """An SMS between a phone and the gateway; its repr hides numbers and text."""

    sid: str
    direction: Direction
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    body: str = field(repr=False)
    status: SmsStatus
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    media: int = 0
    error_code: int | None = None
    # The statuses that it will have; the API may hide the text.
    steps: tuple[Step, ...] = ()
    is_redacted: bool = False
    reports: tuple[StatusReport, ...] = ()

    @property
    def will_be_delivered(self) -> bool:
        """Whether it reaches its phone in the end."""
        return Step(SmsStatus.DELIVERED) in self.steps

    @property
    def size(self) -> gsm7.Segmentation:
        """Encoding, units and segments of the text."""
        return gsm7.count(self.body)

    @property
    def billed_segments(self) -> int:
        """The number of segments; an empty SMS is billed as one."""
        return max(1, self.size.segments)
