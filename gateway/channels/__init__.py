"""What a channel is: one SMS provider behind five functions and a question.

A channel takes our `WebhookRequest` and gives our messages; nothing of the provider or
of the web framework travels further inwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from werkzeug.datastructures import Headers, MultiDict

from gateway.domain.errors import GatewayError
from gateway.domain.messages import (
    DeliveryReceipt,
    InboundMessage,
    OutboundMessage,
    Sighting,
)


@dataclass(frozen=True)
class WebhookRequest:
    """What the provider brought: the address it signed, and form or raw body.

    `path` begins with a slash and carries the query string; `peer` is the address at
    the other end of the connection.
    """

    path: str
    headers: Headers = field(repr=False)
    form: MultiDict[str, str] = field(repr=False)
    query: MultiDict[str, str]
    body: bytes = field(default=b"", repr=False)
    is_form: bool = True
    method: str = "POST"
    peer: str = ""


@dataclass(frozen=True)
class Acknowledgement:
    """What the provider hears after we have stored its message."""

    body: str
    content_type: str


class NotAuthentic(GatewayError):
    """A request that the provider did not make, or that is not for us."""


class MalformedRequest(GatewayError):
    """An authentic request that lacks what a message needs."""


class SendFault(StrEnum):
    """What can be done about a failed send."""

    RETRYABLE = "retryable"
    PERMANENT = "permanent"
    # Permanent for this phone: its owner has told the carrier to stop.
    OPTED_OUT = "opted_out"
    # Something is wrong with the channel, not with the message.
    CONFIGURATION = "configuration"
    # The provider asks the whole channel to slow down, for `retry_after` seconds.
    THROTTLED = "throttled"
    # A daily or account limit is used up: the channel pauses long, an operator acts.
    EXHAUSTED = "exhausted"
    AMBIGUOUS = "ambiguous"


class ChannelError(GatewayError):
    """A send that failed: the provider's code, and what can be done about it.

    `retry_after` is in seconds, when the provider asked for it.
    """

    def __init__(
        self, code: str, fault: SendFault, retry_after: float | None = None
    ) -> None:
        self.code = code
        self.fault = fault
        self.retry_after = retry_after
        super().__init__(f"{code} ({fault})")


class Channel(Protocol):
    """One SMS provider."""

    name: str
    # Messages a second that the provider takes from our sender.
    send_rate: float
    # By which HTTP methods the provider delivers SMS and receipts.
    methods: frozenset[str]
    # What an operator reads beside the provider's error codes, in English.
    explanations: Mapping[str, str]

    def verify(self, request: WebhookRequest) -> None:
        """Raise NotAuthentic unless the provider made this request for us."""

    def parse_inbound(self, request: WebhookRequest) -> InboundMessage:
        """The SMS in a verified request; one that cannot be used says so in `flaw`.

        Nothing is raised: a carrier would bring what is refused again and again.
        """

    def parse_receipt(self, request: WebhookRequest) -> DeliveryReceipt | None:
        """The receipt in a verified request; None when it says nothing new to us.

        Raises MalformedRequest.
        """

    def acknowledge(self) -> Acknowledgement:
        """The answer that closes a webhook without making the provider do anything."""

    def send(self, message: OutboundMessage) -> str:
        """Hand a reply over; the provider's id for it. Raises ChannelError."""

    def find_sent(self, message: OutboundMessage) -> Sequence[Sighting]:
        """What the provider has that is this reply or may be it, oldest first.

        Raises ChannelError when it cannot tell.
        """
