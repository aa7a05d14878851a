"""The words of Debian's Kannel 1.4.5, as tests/system/kannel records them."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import quote, quote_from_bytes, urlsplit

from werkzeug import Request, Response
from werkzeug.datastructures import Headers, MultiDict

from gateway.channels import Channel, SendFault, WebhookRequest
from gateway.channels.kannel.channel import KannelChannel
from gateway.config.groups import KannelSettings
from gateway.domain.messages import IgnoreReason, OutboundMessage
from gateway.domain.statuses import OutboundStatus
from tests.integration.channels.conformance.provider import (
    NOW,
    PHONE,
    PUBLIC_URL,
    TEXT,
    Handed,
    reply,
)
from tests.support.servers import serving

SECRET = "a-secret-of-the-webhooks-for-tests"
PASSWORD = "a-password-for-tests"
KANNEL = "127.0.0.1"
INBOUND, RECEIPT = "/sms/kannel/inbound", "/sms/kannel/receipt"
AN_ID = "6c0e2cbf-39ad-4be7-bc9b-8f3489c42fdd"
META_DATA = "?smpp?transaction=TX-1%2Fa+b&"


class Kannel:
    """One user with a short code."""

    name = "kannel"
    number = "5757"
    settings = {  # noqa: RUF012  # never changed
        "KANNEL_SENDSMS_URL": "{url}/cgi-bin/sendsms",
        "KANNEL_USERNAME": "gateway",
        "KANNEL_PASSWORD": PASSWORD,
        "KANNEL_SENDER": number,
        "KANNEL_WEBHOOK_SECRET": SECRET,
    }
    secrets = (PASSWORD, SECRET)
    statuses = {  # noqa: RUF012
        "8": OutboundStatus.SENT,
        "1": OutboundStatus.DELIVERED,
        "2": OutboundStatus.UNDELIVERED,
        "16": OutboundStatus.FAILED,
    }
    says_nothing_new = ("4", "0", "32", "64", "-1", "1e1", "9" * 20, "\u0661", "x")
    unreadable = (
        Response("welcome to the free wifi", 200),
        Response("", 202),
        Response("0: Accepted for delivery", 302, {"Location": "/elsewhere"}),
        Response("<h1>Bad gateway</h1>", 502),
    )
    refusals = (
        (SendFault.RETRYABLE, Response("Temporal failure, try again later.", 503)),
        (SendFault.RETRYABLE, Response("Temporal failure, try again later.", 403)),
        (SendFault.THROTTLED, Response("Too many", 429)),
        (SendFault.RETRYABLE, Response("Too slow", 408)),
        (SendFault.PERMANENT, Response("Empty receiver number not allowed", 400)),
        (SendFault.PERMANENT, Response("Number(s) has/have been denied", 400)),
        (SendFault.PERMANENT, Response("Not routable. Do not try again.", 403)),
        (SendFault.PERMANENT, Response("Not routable. Do not try again.", 503)),
        (SendFault.CONFIGURATION, Response("Authorization failed for sendsms", 403)),
        (SendFault.CONFIGURATION, Response("Sender missing and no global set", 400)),
        (SendFault.CONFIGURATION, Response("DLR-URL field misformed, rejected", 400)),
        (SendFault.CONFIGURATION, Response("No such page", 404)),
        (SendFault.AMBIGUOUS, Response("Sending failed.", 500)),
    )
    exempt = {  # noqa: RUF012
        "exhausted": "Kannel counts nobody's messages",
        "opted_out": "an operator's block list comes as an error code of a receipt",
        "ask": "Kannel keeps no list of what it was given",
    }

    def channel(self, url: str = "http://127.0.0.1:9", secret: str = "") -> Channel:
        secrets = (SECRET, secret) if secret else (SECRET,)
        settings = KannelSettings(
            sendsms_url=f"{url}/cgi-bin/sendsms",
            username="gateway",
            password=PASSWORD,
            sender=self.number,
            webhook_secrets=secrets,
        )
        return self.channel_with(settings)

    def channel_with(self, settings: KannelSettings) -> Channel:
        return KannelChannel(settings, PUBLIC_URL, lambda: NOW, total_seconds=1)

    def inbound(
        self,
        provider_id: str = "",
        sender: str = PHONE,
        text: str = TEXT,
        recipient: str = "",
        secret: str = "",
    ) -> WebhookRequest:
        return posted(
            text.encode(), provider_id or AN_ID, sender, recipient, secret or SECRET
        )

    def encoded(self) -> Mapping[str, tuple[WebhookRequest, str]]:
        text = f"{TEXT} \u00e9\u4f60"
        ucs2, utf8 = text.encode("utf-16-be"), text.encode()
        return {
            "POST, GSM": (self.inbound(), TEXT),
            "POST, UTF-8": (self.inbound(text=text), text),
            "POST, UCS-2": (posted(ucs2, charset="UTF-16BE", coding="2"), text),
            "POST, UCS-2 unnamed": (posted(ucs2, charset="", coding="2"), text),
            "POST, recoded": (posted(b"\xe9", charset="WINDOWS-1252"), "\u00e9"),
            "POST, unknown charset": (posted(utf8, charset="zip"), text),
            "POST, no charset": (posted(utf8, charset=""), text),
            "POST, odd octets": (posted(b"SALDO \xff"), "SALDO \ufffd"),
            "POST, half a letter": (
                posted(b"\0S\0", coding="2", charset=""),
                "S\ufffd",
            ),
            "GET, UTF-8": (fetched(text=utf8, charset="UTF-8", coding="0"), text),
            "GET, UCS-2": (fetched(text=ucs2, charset="UTF-16BE", coding="2"), text),
            "GET, without charset": (fetched(text=utf8), text),
            "GET, empty": (fetched(text=b""), ""),
        }

    def no_text(self) -> WebhookRequest:
        return posted(b"\x01\x02\xff", coding="1", charset="")

    def impostors(self) -> Mapping[str, WebhookRequest]:
        unsigned = self.inbound()
        unsigned.headers.remove("Authorization")
        broken = self.inbound()
        broken.headers.set("Authorization", "Basic \u00e9\u00e9")
        bearer = self.inbound()
        bearer.headers.set("Authorization", f"Bearer {SECRET}")
        in_query = replace(unsigned, path=f"{unsigned.path}&password={SECRET}")
        return {
            "no password": unsigned,
            "half a header": broken,
            "another kind of header": bearer,
            "the password in the address": in_query,
            "another password": self.inbound(secret="wrong" * 8),
            "an empty password": posted(b"", secret=""),
            "the beginning of the password": self.inbound(secret=SECRET[:-1]),
            "another address": replace(self.inbound(), peer="10.1.2.3"),
            "no address": replace(self.inbound(), peer=""),
            "a GET without password": replace(fetched(text=b""), headers=Headers()),
        }

    def unusable(self) -> Mapping[str, tuple[WebhookRequest, IgnoreReason | None]]:
        twice = self.inbound("1")
        twice.headers.add("X-Kannel-From", "+628110000002")
        no_recipient = self.inbound("2")
        no_recipient.headers.remove("X-Kannel-To")
        no_sender = self.inbound("3")
        no_sender.headers.remove("X-Kannel-From")
        got = fetched(text=b"", id="4", **{"from": ""})
        text_twice = fetched(text=b"a", id="5")
        text_twice = replace(text_twice, path=f"{text_twice.path}&text=b")
        id_twice = replace(self.inbound(), path=f"{INBOUND}?id=1&id=2")
        return {
            "no sender": (no_sender, IgnoreReason.NO_SENDER),
            "GET without sender": (got, IgnoreReason.NO_SENDER),
            "sender twice": (twice, IgnoreReason.ALPHANUMERIC),
            "a name": (
                self.inbound("6", sender="TSEL, INFO"),
                IgnoreReason.ALPHANUMERIC,
            ),
            "no recipient": (no_recipient, IgnoreReason.MALFORMED),
            "another number": (
                self.inbound("7", recipient="5758"),
                IgnoreReason.OTHER_NUMBER,
            ),
            "GET with the text twice": (text_twice, IgnoreReason.MALFORMED),
            "id twice": (id_twice, IgnoreReason.MALFORMED),
            "no id": (replace(self.inbound(), path=INBOUND), None),
            **{
                f"an id {item!r}": (self.inbound(item), None)
                for item in ("S" * 65, "SM\0", "SM 1", "../etc", "SM\u0661")
            },
        }

    def sms_id(self, number: int) -> str:
        return f"ID{number}"

    def ours(self) -> Collection[str]:
        return ("5757", "+5757", "625757", "+625757", "00625757", "0625757")

    def id_of(self, message: OutboundMessage) -> str:
        return f"{message.id}-{message.attempt}-{message.mark}"

    def accepted(self, message: OutboundMessage) -> Response:
        return Response("0: Accepted for delivery", 202)

    def receipt(
        self, message: OutboundMessage, word: str, code: str = ""
    ) -> WebhookRequest:
        """With the very address that was given to Kannel, filled in as Kannel does."""
        is_number = code.isascii() and code.isdecimal()
        number = bytes([3]) + int(code or "0").to_bytes(2) if is_number else b""
        reported = quote_from_bytes(number or code.encode())
        asked = self._receipt_url(message)
        url = urlsplit(asked.replace("%d", word).replace("%#smpp#dlr_err#", reported))
        return fetch(f"{url.path}?{url.query}", url.username or "", url.password or "")

    def forged_receipt(self, message: OutboundMessage, word: str) -> WebhookRequest:
        request = self.receipt(message, word)
        url = urlsplit(self._receipt_url(message))
        other = self.id_of(replace(message, id=message.id + 1))
        return fetch(request.path, other, url.password or "")

    def bad_receipts(self) -> Mapping[str, WebhookRequest]:
        good = self.receipt(reply(), "1")
        return {
            "no status": replace(good, path=RECEIPT),
            "status twice": replace(good, path=f"{good.path}&status=1"),
        }

    def handed(self, request: Request) -> Handed:
        reported = request.headers
        return Handed(
            f"+{reported['X-Kannel-To']}",
            reported["X-Kannel-From"],
            request.get_data(as_text=True),
            reported["X-Kannel-DLR-Url"],
        )

    def quoting(self) -> tuple[WebhookRequest, Collection[str]]:
        request = self.inbound()
        request.headers.set("X-Kannel-Meta-Data", META_DATA)
        request.headers.set("X-Kannel-SMSC", "operator")
        return request, {META_DATA, "operator"}

    def _receipt_url(self, message: OutboundMessage) -> str:
        with serving(self.accepted(message)) as kannel:
            self.channel(kannel.url).send(message)
        return self.handed(kannel.requests[0]).receipt_url


def posted(
    octets: bytes,
    provider_id: str = AN_ID,
    sender: str = PHONE,
    recipient: str = "",
    secret: str = SECRET,
    charset: str = "UTF-8",
    coding: str = "0",
) -> WebhookRequest:
    """What post-url brings."""
    named = f'text/plain; charset="{charset}"' if charset else "text/plain"
    headers = {
        "Authorization": basic("kannel", secret),
        "Content-Type": named,
        "X-Kannel-From": sender,
        "X-Kannel-To": recipient or Kannel.number,
        "X-Kannel-Coding": coding,
    }
    path = f"{INBOUND}?id={quote(provider_id)}"
    return WebhookRequest(
        path, Headers(headers), MultiDict(), MultiDict(), octets, False, peer=KANNEL
    )


def fetched(text: bytes, **fields: str) -> WebhookRequest:
    """What get-url brings."""
    usual = {"id": AN_ID, "from": PHONE, "to": Kannel.number} | fields
    query = "".join(f"{name}={quote(value, safe='')}&" for name, value in usual.items())
    path = f"{INBOUND}?{query}text={quote_from_bytes(text)}"
    return fetch(path, "kannel", SECRET)


def fetch(path: str, name: str, password: str) -> WebhookRequest:
    """A GET with Basic authentication, as of an address with name and password."""
    return WebhookRequest(
        path,
        Headers({"Authorization": basic(name, password)}),
        MultiDict(),
        MultiDict(),
        is_form=False,
        method="GET",
        peer=KANNEL,
    )


def basic(name: str, password: str) -> str:
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"
