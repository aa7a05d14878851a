"""Kannel: sms-service delivers SMS, sendsms takes replies, dlr-url delivers receipts.

docs/kannel.md says how to set Kannel up and how its behaviour was measured.
https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html
"""

import hmac
import ipaddress
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from werkzeug.datastructures import Authorization

from gateway.channels import (
    Acknowledgement,
    ChannelError,
    NotAuthentic,
    SendFault,
    WebhookRequest,
)
from gateway.channels.http.client import TOTAL_SECONDS, Connections
from gateway.channels.kannel.forms import delivery_receipt, inbound_message
from gateway.channels.kannel.responses import EXPLANATIONS, error_from, is_accepted
from gateway.config.groups import KannelSettings
from gateway.domain.messages import (
    DeliveryReceipt,
    InboundMessage,
    OutboundMessage,
    Sighting,
)

NAME = "kannel"
RECEIPT_PATH = f"/sms/{NAME}/receipt"
# Bits for delivered, not delivered, accepted and refused by the operator, without 4,
# which means "still waiting".
WANTED_RECEIPTS = 1 + 2 + 8 + 16
# Kannel fills in the status and the operator's error code. Do not use %A, the answer in
# words: it repeats the beginning of our text, which web servers would log.
_RECEIPT_QUERY = "status=%d&error=%#smpp#dlr_err#"
# 112 bits: Kannel breaks a name and password of more than 57 characters over two lines.
SIGNATURE_LENGTH = 28


class KannelChannel:
    """One user of one Kannel, with one short code or number."""

    name = NAME
    methods = frozenset({"GET", "POST"})
    explanations = EXPLANATIONS

    def __init__(
        self,
        settings: KannelSettings,
        public_url: str,
        clock: Callable[[], datetime],
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self.send_rate = settings.send_rate
        self._settings = settings
        self._public_url = urlsplit(public_url)
        self._clock = clock
        self._networks = [
            ipaddress.ip_network(network) for network in settings.allow_from
        ]
        self._connections = Connections(
            settings.sendsms_url, settings.authority, total_seconds
        )
        self._target = urlsplit(settings.sendsms_url).path

    def verify(self, request: WebhookRequest) -> None:
        """Check the address, then the password for SMS or the one for this receipt."""
        if not self._is_allowed(request.peer):
            raise NotAuthentic("the address is not in KANNEL_ALLOW_FROM")
        credentials = _credentials(request)
        passwords = self._settings.webhook_secrets
        if request.path.partition("?")[0] == RECEIPT_PATH:
            name = credentials.username or ""
            passwords = tuple(_signature(secret, name) for secret in passwords)
        if not _is_one_of(credentials.password or "", passwords):
            raise NotAuthentic("password is missing or wrong")

    def parse_inbound(self, request: WebhookRequest) -> InboundMessage:
        """Parse an SMS; one that is not for our own code or number has a flaw."""
        return inbound_message(NAME, request, self._settings.sender, self._clock())

    def parse_receipt(self, request: WebhookRequest) -> DeliveryReceipt | None:
        """Parse a delivery report; its signed user name is the attempt it is about."""
        name = _credentials(request).username or ""
        return delivery_receipt(NAME, name, request, self._clock())

    def acknowledge(self) -> Acknowledgement:
        """An empty text, so that Kannel sends no SMS of its own."""
        return Acknowledgement("", "text/plain")

    def send(self, message: OutboundMessage) -> str:
        """Send a reply and return the attempt as its id, as Kannel gives no id.

        The fields travel as headers, which stay out of logs; Kannel reads no forms.
        """
        answer = self._connections.request(
            "POST",
            self._target,
            message.text.encode(),
            self._headers(message),
        )
        if not is_accepted(answer):
            error = error_from(answer)
            if error.fault is SendFault.AMBIGUOUS:
                # A proxy in between may have answered.
                self._connections.drop()
            raise error
        return _attempt(message)

    def find_sent(self, message: OutboundMessage) -> Sequence[Sighting]:
        """Kannel keeps no list: a receipt or an operator settles the doubt."""
        raise ChannelError("cannot_be_asked", SendFault.RETRYABLE)

    def _headers(self, message: OutboundMessage) -> dict[str, str]:
        seconds_left = (message.expires_at - self._clock()).total_seconds()
        return {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": self._settings.username,
            "X-Kannel-Password": self._settings.password,
            "X-Kannel-From": message.sender,
            "X-Kannel-To": message.recipient.removeprefix("+"),
            "X-Kannel-Coding": "0",
            "X-Kannel-Validity": str(max(1, int(seconds_left // 60))),
            "X-Kannel-DLR-Mask": str(WANTED_RECEIPTS),
            "X-Kannel-DLR-Url": self._receipt_url(_attempt(message)),
        } | {
            f"X-Kannel-{name}": value
            for name, value in parse_qsl(message.reply_context or "")
        }

    def _receipt_url(self, attempt: str) -> str:
        """The URL for receipts, with a password for this one attempt."""
        signature = _signature(self._settings.webhook_secrets[0], attempt)
        host = f"{attempt}:{signature}@{self._public_url.netloc}"
        url = self._public_url._replace(netloc=host, path=RECEIPT_PATH)
        return f"{url.geturl()}?{_RECEIPT_QUERY}"

    def _is_allowed(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        # A dual-stack server sees IPv4 addresses mapped into IPv6.
        peer_address = getattr(address, "ipv4_mapped", None) or address
        return any(peer_address in network for network in self._networks)


def _attempt(message: OutboundMessage) -> str:
    """The id of an attempt; its mark changes when the database is restored."""
    return f"{message.id}-{message.attempt}-{message.mark}"


def _signature(secret: str, attempt: str) -> str:
    """The proof that we asked for the receipt of this attempt."""
    signed = f"receipt {NAME} {attempt}".encode()
    return hmac.new(secret.encode(), signed, sha256).hexdigest()[:SIGNATURE_LENGTH]


def _credentials(request: WebhookRequest) -> Authorization:
    missing = Authorization("basic", {})
    try:
        given = Authorization.from_header(request.headers.get("Authorization"))
    except ValueError:
        # The header is not base64.
        return missing
    return given if given and given.type == "basic" else missing


def _is_one_of(given: str, passwords: Sequence[str]) -> bool:
    """Compare with every password in constant time, to prevent timing attacks."""
    matches = [
        hmac.compare_digest(given.encode(), password.encode()) for password in passwords
    ]
    return any(matches)
