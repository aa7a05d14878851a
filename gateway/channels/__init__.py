"""The contract of a channel, which connects us to one SMS provider.

A channel parses a `WebhookRequest` into our own types and sends our replies. Types of
the provider and of the web framework stay inside the channel.
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
    """A request from the provider, with a form or a raw body.

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
    """The answer to the provider after its message is stored."""

    body: str
    content_type: str


class NotAuthentic(GatewayError):
    """A request that is not from the provider, or not for us."""


class MalformedRequest(GatewayError):
    """An authentic request without a required field."""


class SendFault(StrEnum):
    """What can be done about a failed send."""

    RETRYABLE = "retryable"
    PERMANENT = "permanent"
    # Permanent for this phone: its owner told the carrier to stop.
    OPTED_OUT = "opted_out"
    # The channel is at fault, not the message.
    CONFIGURATION = "configuration"
    # The provider asks the whole channel to slow down, for `retry_after` seconds.
    THROTTLED = "throttled"
    # A daily or account limit is used up: a long pause, and an operator has to act.
    EXHAUSTED = "exhausted"
    # The provider may or may not have the message: never send it again without proof.
    AMBIGUOUS = "ambiguous"


class ChannelError(GatewayError):
    """A send that failed: the error code, and what can be done about it.

    `retry_after` is in seconds, if the provider asked for it.
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
    # How many messages our sender may send per second.
    send_rate: float
    # The HTTP methods by which the provider delivers SMS and receipts.
    methods: frozenset[str]
    # An explanation of each provider error code for operators, in English.
    explanations: Mapping[str, str]

    def verify(self, request: WebhookRequest) -> None:
        """Raise NotAuthentic unless the provider made this request for us."""

    def parse_inbound(self, request: WebhookRequest) -> InboundMessage:
        """Parse the SMS in a verified request; `flaw` says why it cannot be used.

        Never raises, because a carrier delivers a refused SMS again and again.
        """

    def parse_receipt(self, request: WebhookRequest) -> DeliveryReceipt | None:
        """Parse the receipt in a verified request; None if it brings no new status.

        Raises MalformedRequest.
        """

    def acknowledge(self) -> Acknowledgement:
        """The answer to a webhook that asks the provider for no further action."""

    def send(self, message: OutboundMessage) -> str:
        """Send a reply and return the provider's id for it. Raises ChannelError."""

    def find_sent(self, message: OutboundMessage) -> Sequence[Sighting]:
        """List the provider's messages that are this reply or may be it, oldest first.

        Raises ChannelError if the provider cannot tell.
        """
