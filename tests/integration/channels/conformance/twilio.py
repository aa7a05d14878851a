"""Twilio's words: signed forms, JSON errors."""

import json
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator
from werkzeug import Request, Response
from werkzeug.datastructures import Headers, MultiDict

from gateway.channels import Channel, SendFault, WebhookRequest
from gateway.channels.twilio.channel import TwilioChannel
from gateway.config.groups import TwilioSettings
from gateway.domain.messages import IgnoreReason, OutboundMessage
from gateway.domain.statuses import OutboundStatus
from tests.integration.channels.conformance.provider import (
    NOW,
    PHONE,
    PUBLIC_URL,
    TEXT,
    Handed,
)

ACCOUNT = "AC" + "b" * 32
TOKEN = "a token for tests that no account has"
INBOUND, RECEIPT = "/sms/twilio/inbound", "/sms/twilio/receipt"


def error(status: int, code: int) -> Response:
    body = {"code": code, "message": "no", "status": status}
    return Response(json.dumps(body), status)


class Twilio:
    """One account with one number."""

    name = "twilio"
    number = "+15005550006"
    settings = {  # noqa: RUF012  # never changed
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_SENDER": number,
        "TWILIO_API_URL": "{url}",
    }
    secrets = (TOKEN,)
    statuses = {  # noqa: RUF012
        "queued": OutboundStatus.SENT,
        "accepted": OutboundStatus.SENT,
        "scheduled": OutboundStatus.SENT,
        "sending": OutboundStatus.SENT,
        "sent": OutboundStatus.SENT,
        "delivered": OutboundStatus.DELIVERED,
        "read": OutboundStatus.DELIVERED,
        "undelivered": OutboundStatus.UNDELIVERED,
        "failed": OutboundStatus.FAILED,
        "canceled": OutboundStatus.CANCELED,
    }
    says_nothing_new = ("tomorrows",)
    unreadable = (
        Response("welcome to the free wifi", 200),
        Response("{}", 200),
        Response("[" * 100_000, 200),
        *(
            Response(json.dumps({"sid": item}), 201)
            for item in ("", "SM1", "SM\0a", "\ud800", 7, ["SM" + "1" * 32])
        ),
        *(
            Response(json.dumps({"sid": item}), 201)
            for item in ("SM" + "A" * 32, "AC" + "1" * 32, "SM" + "1" * 32 + "\n")
        ),
        Response("", 302, {"Location": "/elsewhere"}),
        Response("<h1>Bad gateway</h1>", 502),
    )
    refusals = (
        (SendFault.THROTTLED, error(429, 20429)),
        (SendFault.THROTTLED, error(400, 30001)),
        (SendFault.THROTTLED, error(400, 21611)),
        (SendFault.THROTTLED, Response("slow down", 429)),
        (SendFault.EXHAUSTED, error(429, 63038)),
        (SendFault.EXHAUSTED, error(400, 63038)),
        (SendFault.RETRYABLE, error(408, 408)),
        (SendFault.RETRYABLE, error(400, 14107)),
        (SendFault.RETRYABLE, error(503, 20503)),
        (SendFault.PERMANENT, error(400, 21211)),
        (SendFault.PERMANENT, error(400, 21612)),
        (SendFault.PERMANENT, error(403, 21608)),
        (SendFault.PERMANENT, error(403, 60410)),
        (SendFault.PERMANENT, error(404, 21614)),
        (SendFault.PERMANENT, error(400, 99999)),
        (SendFault.PERMANENT, error(400, 10**100)),
        (SendFault.PERMANENT, error(400, True)),
        (SendFault.OPTED_OUT, error(400, 21610)),
        (SendFault.OPTED_OUT, error(403, 21610)),
        (SendFault.CONFIGURATION, error(400, 21408)),
        (SendFault.CONFIGURATION, error(400, 21606)),
        (SendFault.CONFIGURATION, error(400, 21704)),
        (SendFault.CONFIGURATION, error(401, 20003)),
        (SendFault.CONFIGURATION, error(403, 20403)),
        (SendFault.CONFIGURATION, error(404, 20404)),
        (SendFault.CONFIGURATION, Response("<h1>Forbidden</h1>", 403)),
        (SendFault.AMBIGUOUS, error(500, 20500)),
        (SendFault.AMBIGUOUS, Response("[" * 100_000, 500)),
    )
    exempt = {  # noqa: RUF012
        "quote": "Twilio knows by the two numbers what belongs together",
    }

    def channel(self, url: str = "http://127.0.0.1:9", secret: str = "") -> Channel:
        tokens = (TOKEN, secret) if secret else (TOKEN,)
        settings = TwilioSettings(
            account_sid=ACCOUNT, auth_tokens=tokens, sender=self.number, api_url=url
        )
        return TwilioChannel(settings, PUBLIC_URL, lambda: NOW)

    def inbound(
        self,
        provider_id: str = "",
        sender: str = PHONE,
        text: str = TEXT,
        recipient: str = "",
        secret: str = "",
    ) -> WebhookRequest:
        form = self.form(provider_id, sender, text, recipient)
        return signed(form, INBOUND, secret or TOKEN)

    def form(
        self, provider_id: str = "", sender: str = PHONE, text: str = TEXT, to: str = ""
    ) -> dict[str, str]:
        return {
            "MessageSid": provider_id or "SM" + "1" * 32,
            "AccountSid": ACCOUNT,
            "From": sender,
            "To": to or self.number,
            "Body": text,
            "NumMedia": "0",
            "SomethingNew": "next year",
        }

    def encoded(self) -> Mapping[str, tuple[WebhookRequest, str]]:
        texts = {"ASCII": TEXT, "beyond ASCII": f"{TEXT} \u00e9\u4f60", "spaces": " "}
        return {
            name: (self.inbound(text=value), value) for name, value in texts.items()
        }

    def no_text(self) -> WebhookRequest:
        return signed(self.form(text="") | {"NumMedia": "2"}, INBOUND)

    def impostors(self) -> Mapping[str, WebhookRequest]:
        unsigned = self.inbound()
        unsigned.headers.remove("X-Twilio-Signature")
        odd = self.inbound()
        odd.headers.set("X-Twilio-Signature", "\u20ac" * 28)
        return {
            "no signature": unsigned,
            "an odd signature": odd,
            "another token": self.inbound(secret="wrong" * 8),
            "another account": signed(self.form() | {"AccountSid": "AC1"}, INBOUND),
            "another host": signed(self.form(), INBOUND, url="https://evil.test"),
            **{
                f"an id {sid!r}": self.inbound(sid)
                for sid in ("S" * 65, "SM\0", "SM 1", "../etc", "SM" + "\u0661" * 32)
            },
            **{
                f"{name} twice": signed(
                    MultiDict([*form.items(), (name, "x")]), INBOUND
                )
                for form in [self.form()]
                for name in form
            },
            "no id": without(self.form(), "MessageSid"),
        }

    def unusable(self) -> Mapping[str, tuple[WebhookRequest, IgnoreReason | None]]:
        forms: dict[str, tuple[dict[str, str], IgnoreReason | None]] = {
            "no sender": ({"From": ""}, IgnoreReason.NO_SENDER),
            "spaces for a sender": ({"From": " "}, IgnoreReason.NO_SENDER),
            "a name": ({"From": "TSEL, INFO"}, IgnoreReason.ALPHANUMERIC),
            "no recipient": ({"To": ""}, IgnoreReason.MALFORMED),
            "another number": ({"To": "+15005550001"}, IgnoreReason.OTHER_NUMBER),
            "no number": ({"To": "\0" * 65}, IgnoreReason.OTHER_NUMBER),
            "an odd count of pictures": ({"NumMedia": "many"}, None),
        }
        found = {
            what: (signed(self.form(self.sms_id(number)) | changed, INBOUND), reason)
            for number, (what, (changed, reason)) in enumerate(forms.items())
        }
        no_text = without(self.form(self.sms_id(99)), "Body")
        return found | {"no text": (no_text, IgnoreReason.MALFORMED)}

    def sms_id(self, number: int) -> str:
        return f"SM{number:032x}"

    def ours(self) -> Collection[str]:
        return ("+15005550006", "15005550006", "0015005550006", "+1 500 555-0006")

    def _twice(self, name: str) -> WebhookRequest:
        return signed(MultiDict([*self.form().items(), (name, "x")]), INBOUND)

    def id_of(self, message: OutboundMessage) -> str:
        return f"SM{message.id:032x}"

    def accepted(self, message: OutboundMessage) -> Response:
        return Response(json.dumps({"sid": self.id_of(message)}), 201)

    def receipt(
        self, message: OutboundMessage, word: str, code: str = ""
    ) -> WebhookRequest:
        form = {"MessageSid": self.id_of(message), "MessageStatus": word}
        form |= {"AccountSid": ACCOUNT}
        form |= {"ErrorCode": code} if code else {}
        which = f"message={message.id}&mark={message.mark}"
        return signed(form, f"{RECEIPT}?{which}")

    def forged_receipt(self, message: OutboundMessage, word: str) -> WebhookRequest:
        request = self.receipt(message, word)
        path = f"{RECEIPT}?message={message.id + 1}"
        return WebhookRequest(
            path, request.headers, request.form, MultiDict({"message": "43"}), peer=""
        )

    def bad_receipts(self) -> Mapping[str, WebhookRequest]:
        whole = {
            "MessageSid": self.sms_id(9),
            "MessageStatus": "",
            "AccountSid": ACCOUNT,
        }
        return {
            "no status": without(whole, "MessageStatus", RECEIPT),
            "an empty status": signed(whole, RECEIPT),
        }

    def handed(self, request: Request) -> Handed:
        form = request.form
        return Handed(form["To"], form["From"], form["Body"], form["StatusCallback"])

    def quoting(self) -> tuple[WebhookRequest, Collection[str]]:
        return self.inbound(), ()


def without(form: dict[str, str], name: str, path: str = INBOUND) -> WebhookRequest:
    """The form, signed, but for one field."""
    return signed({item: value for item, value in form.items() if item != name}, path)


def signed(
    form: dict[str, str] | MultiDict[str, str],
    path: str,
    token: str = TOKEN,
    url: str = PUBLIC_URL,
) -> WebhookRequest:
    fields = MultiDict(form)
    signature = RequestValidator(token).compute_signature(url + path, fields)
    query = urlsplit(path).query
    return WebhookRequest(
        path=path,
        headers=Headers(
            {
                "X-Twilio-Signature": signature,
                "Content-Type": "application/x-www-form-urlencoded",
            }
        ),
        form=fields,
        query=MultiDict(pair.split("=") for pair in query.split("&") if pair),
    )
