"""How a provider words what every channel has to understand.

A new channel gets an adapter of this shape and all rules of test_rules.py with it. What
a provider has no words for stands in `exempt`, with the reason; the rule then checks
that the channel makes nothing up.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from flask.testing import FlaskClient
from werkzeug import Request, Response
from werkzeug.test import TestResponse

from gateway.channels import Channel, SendFault, WebhookRequest
from gateway.domain.messages import IgnoreReason, OutboundMessage
from gateway.domain.statuses import OutboundStatus

PUBLIC_URL = "https://sms.example.test"
PHONE = "+628110000001"
TEXT = "SALDO 61000000019"
REPLY = "BPJAMSOSTEK: Saldo JHT KPJ ***0019 Rp12.345.678."
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Handed:
    """A reply as it reached the provider."""

    recipient: str
    sender: str
    text: str
    receipt_url: str


class Provider(Protocol):
    """One provider's words; every request is authentic unless it says otherwise."""

    name: str
    number: str
    # Settings of a gateway with this channel alone; {url} is where the provider is.
    settings: Mapping[str, str]
    # What is secret in them.
    secrets: Sequence[str]
    statuses: Mapping[str, OutboundStatus]
    says_nothing_new: Sequence[str]
    unreadable: Sequence[Response]
    refusals: Sequence[tuple[SendFault, Response]]
    exempt: Mapping[str, str]

    def channel(self, url: str = "http://127.0.0.1:9", secret: str = "") -> Channel:
        """The channel, of a provider at this address; `secret` is its second one."""

    def inbound(
        self,
        provider_id: str = "",
        sender: str = PHONE,
        text: str = TEXT,
        recipient: str = "",
        secret: str = "",
    ) -> WebhookRequest:
        """An SMS; what is not given is as usual."""

    def encoded(self) -> Mapping[str, tuple[WebhookRequest, str]]:
        """SMS in every way in which the provider writes texts, and what they say."""

    def no_text(self) -> WebhookRequest:
        """A message that is no text."""

    def impostors(self) -> Mapping[str, WebhookRequest]:
        """Requests that somebody else made."""

    def unusable(self) -> Mapping[str, tuple[WebhookRequest, IgnoreReason | None]]:
        """SMS that lack something or say it twice, and for what each is ignored.

        None where the SMS is answered all the same.
        """

    def sms_id(self, number: int) -> str:
        """An id as the provider gives to SMS."""

    def ours(self) -> Collection[str]:
        """Our own number in every form that the provider may write."""

    def accepted(self, message: OutboundMessage) -> Response:
        """How the provider says that it has taken an attempt."""

    def id_of(self, message: OutboundMessage) -> str:
        """What the provider calls an attempt to send."""

    def receipt(
        self, message: OutboundMessage, word: str, code: str = ""
    ) -> WebhookRequest:
        """What became of an attempt, in the provider's word and error code."""

    def forged_receipt(self, message: OutboundMessage, word: str) -> WebhookRequest:
        """The receipt of another message, with only that changed."""

    def bad_receipts(self) -> Mapping[str, WebhookRequest]:
        """Receipts that lack something."""

    def handed(self, request: Request) -> Handed:
        """What stands in a request to send."""

    def quoting(self) -> tuple[WebhookRequest, Collection[str]]:
        """An SMS that has to be quoted, and what must stand in the headers."""


def reply(number: int = 42, attempt: int = 1, **more: str | None) -> OutboundMessage:
    """A reply on its way."""
    fields = {"channel": "any", "sender": "+15005550006", "reply_context": None} | more
    return OutboundMessage(
        id=number,
        recipient=PHONE,
        text=REPLY,
        attempt=attempt,
        questions=0,
        asked_at=NOW,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=10),
        **fields,  # type: ignore[arg-type]
    )


def bring(client: FlaskClient, request: WebhookRequest) -> TestResponse:
    """Knock at the real door with a request."""
    return client.open(
        request.path,
        method=request.method,
        headers=request.headers,
        data=request.form if request.is_form and request.form else request.body,
        environ_overrides={"REMOTE_ADDR": request.peer},
    )
