"""The Twilio channel: whom it believes, what it reads, how it sends."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses
from twilio.request_validator import HMAC_SHA256, RequestValidator
from twilio.rest import Client
from werkzeug import Response
from werkzeug.datastructures import Headers, MultiDict

from gateway.channels import ChannelError, NotAuthentic, SendFault, WebhookRequest
from gateway.channels.twilio.channel import TwilioChannel
from gateway.channels.twilio.http import LibcurlHttpClient, open_client
from gateway.channels.twilio.message_list import MOST_LISTED
from gateway.config.groups import TwilioSettings
from gateway.domain.messages import Consent, OutboundMessage, ReceiptMeaning, Sighting
from tests.integration.channels.conformance import twilio as conformance
from tests.support.fakes import FakeClock
from tests.support.servers import serving
from tests.support.wire import answer, say, wired

ACCOUNT = "AC" + "b" * 32
TOKEN = "a token for tests, of no account"
OLD_TOKEN = "the token that is being replaced"
NUMBER = "+15005550006"
PUBLIC_URL = "https://sms.example.test"
VECTORS = json.loads((Path(__file__).parent / "twilio-signatures.json").read_text())
FORM = {
    "MessageSid": "SM" + "1" * 32,
    "AccountSid": ACCOUNT,
    "From": "+628110000001",
    "To": NUMBER,
    "Body": "SALDO 61000000019",
    "NumMedia": "0",
    "ToCity": "",
    "SomethingNew": "next year",
}


def channel_with(
    tokens: tuple[str, ...] = (TOKEN,),
    public_url: str = PUBLIC_URL,
    sender: str = NUMBER,
    api_url: str | None = None,
) -> TwilioChannel:
    # Unchecked: the published signatures are made with a token of five characters.
    settings = TwilioSettings.model_construct(
        account_sid=ACCOUNT, auth_tokens=tokens, sender=sender, api_url=api_url
    )
    return TwilioChannel(settings, public_url, FakeClock())


def signed(
    form: dict[str, str] | MultiDict[str, str],
    *,
    path: str = "/sms/twilio/inbound",
    token: str = TOKEN,
    url: str = PUBLIC_URL,
) -> WebhookRequest:
    return conformance.signed(form, path, token, url)


def changed(**fields: str) -> dict[str, str]:
    return FORM | fields


class TestVerify:
    @pytest.mark.parametrize("vector", VECTORS, ids=lambda item: item["name"])
    def test_twilios_signatures_are_believed(self, vector: dict[str, object]) -> None:
        request, channel = self.replay(vector)

        assert channel._is_signed(request)

    @pytest.mark.parametrize("vector", VECTORS, ids=lambda item: item["name"])
    def test_a_signature_for_anything_else_is_not(
        self, vector: dict[str, object]
    ) -> None:
        request, channel = self.replay(vector)
        request.form.add("Extra", "1")

        assert not channel._is_signed(request)

    @staticmethod
    def replay(vector: dict[str, object]) -> tuple[WebhookRequest, TwilioChannel]:
        parts = urlsplit(str(vector["url"]))
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        request = WebhookRequest(
            path=path,
            headers=Headers({"X-Twilio-Signature": str(vector["expected"])}),
            form=MultiDict(tuple(item) for item in vector["params"]),  # type: ignore[attr-defined]
            query=MultiDict(),
        )
        return request, channel_with(
            (str(vector["auth_token"]),), f"{parts.scheme}://{parts.netloc}"
        )

    def test_the_newer_signatures_with_sha256_are_understood(self) -> None:
        request = signed(FORM)
        signature = RequestValidator(TOKEN).compute_signature(
            PUBLIC_URL + request.path, request.form, HMAC_SHA256
        )
        request.headers.set("X-Twilio-Signature", signature)
        request.headers.set(
            "X-Twilio-Webhooks-Signature-Settings", "key=k1,algorithm=HMAC_SHA256"
        )

        channel_with().verify(request)

    @pytest.mark.parametrize("algorithm", ["HMAC_MD5", "none", "HMAC_SHA256"])
    def test_no_header_makes_a_signature_weaker(self, algorithm: str) -> None:
        request = signed(FORM)
        request.headers.set(
            "X-Twilio-Webhooks-Signature-Settings", f"algorithm={algorithm}"
        )

        with pytest.raises(NotAuthentic):
            channel_with().verify(request)


class TestParseInbound:
    @pytest.mark.parametrize(
        ("opt_out_type", "consent"),
        [("STOP", Consent.WITHDRAWN), ("START", Consent.GIVEN), ("HELP", None)],
    )
    def test_what_twilio_answered_itself_is_known(
        self, opt_out_type: str, consent: Consent | None
    ) -> None:
        form = changed(Body=opt_out_type, OptOutType=opt_out_type)

        message = channel_with().parse_inbound(signed(form))

        assert message.answered_by_carrier
        assert message.consent is consent

    @pytest.mark.parametrize(
        ("text", "consent"),
        [
            *(("YES", Consent.GIVEN), (" Start ", Consent.GIVEN)),
            *(("unstop", Consent.GIVEN), ("YES PLEASE", None), ("MULAI", None)),
        ],
    )
    def test_words_that_open_a_phone_at_twilio_are_known_by_default_handling(
        self, text: str, consent: Consent | None
    ) -> None:
        """Field report F16: Twilio takes these words alone, and says nothing of it."""
        message = channel_with().parse_inbound(signed(changed(Body=text)))

        assert not message.answered_by_carrier
        assert message.consent is consent

    @pytest.mark.parametrize(
        ("code", "meaning"),
        [
            ("30001", ReceiptMeaning.DROPPED),
            ("21610", ReceiptMeaning.OPTED_OUT),
            ("30005", ReceiptMeaning.PHONE_GONE),
            ("30003", None),
        ],
    )
    def test_three_codes_mean_more_than_a_failure(
        self, code: str, meaning: ReceiptMeaning | None
    ) -> None:
        """Field report F7: the channel says what a code means."""
        form = changed(MessageStatus="undelivered", ErrorCode=code)

        receipt = channel_with().parse_receipt(signed(form))

        assert receipt
        assert receipt.meaning is meaning

    def test_an_mms_is_counted(self) -> None:
        form = changed(NumMedia="2")

        assert channel_with().parse_inbound(signed(form)).media_count == 2

    def test_a_messaging_service_is_a_recipient_too(self) -> None:
        service = "MG" + "d" * 32
        channel = channel_with(sender=service)
        form = changed(To="+15005550001", MessagingServiceSid=service)

        assert channel.parse_inbound(signed(form)).recipient == "+15005550001"

    @pytest.mark.parametrize("media", ["", "x", "-1", "\u0661", "9" * 30])
    def test_odd_counts_are_no_counts(self, media: str) -> None:
        message = channel_with().parse_inbound(signed(changed(NumMedia=media)))

        assert message.media_count == 0


class TestParseReceipt:
    @pytest.mark.parametrize("message", ["", "x", "-1", "9" * 40, "1.5"])
    def test_an_odd_id_of_ours_is_no_id(self, message: str) -> None:
        request = signed(
            {"MessageSid": "SM1", "MessageStatus": "sent"},
            path=f"/sms/twilio/receipt?message={message}",
        )

        receipt = channel_with().parse_receipt(request)

        assert receipt is not None
        assert receipt.message_id is None


@pytest.fixture
def reply(clock: FakeClock) -> OutboundMessage:
    return OutboundMessage(
        id=42,
        channel="twilio",
        sender=NUMBER,
        recipient="+628110000001",
        text="BPJAMSOSTEK: ...",
        attempt=1,
        questions=0,
        asked_at=clock.now,
        created_at=clock.now,
        expires_at=clock.now + timedelta(minutes=10),
    )


MESSAGES = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


class TestSend:
    @pytest.mark.parametrize("sender", [NUMBER, "MG" + "d" * 32])
    def test_twilio_is_asked_as_its_own_client_asks(
        self, reply: OutboundMessage, sender: str
    ) -> None:
        asked = sent_by_twilios_client(reply, sender)

        sid = "SM" + "9" * 32
        with serving(Response(json.dumps({"sid": sid}), 201)) as twilio:
            channel = channel_with(sender=sender, api_url=twilio.url)
            assert channel.send(reply) == sid

        [request] = twilio.requests
        assert request.method == asked.method
        assert request.path == urlsplit(str(asked.url)).path
        assert request.headers["Authorization"] == asked.headers["Authorization"]
        assert request.form.to_dict() == dict(parse_qsl(str(asked.body)))

    def test_twilio_is_asked_to_bring_a_receipt_again(
        self, reply: OutboundMessage
    ) -> None:
        """Field report F10: each receipt that we could not take comes again."""
        with serving(Response('{"sid": "SM%s"}' % ("9" * 32), 201)) as twilio:
            channel_with(api_url=twilio.url).send(reply)

        [request] = twilio.requests
        assert urlsplit(request.form["StatusCallback"]).fragment == "rc=5&rp=all"

    def test_the_environment_does_not_lead_to_another_host(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TWILIO_REGION", "ie1")
        settings = TwilioSettings(
            account_sid=ACCOUNT, auth_tokens=(TOKEN,), sender=NUMBER
        )

        client = open_client(settings, LibcurlHttpClient())

        assert client.get_hostname(MESSAGES) == MESSAGES

    @pytest.mark.parametrize("status", [201, 200])
    def test_an_answer_that_makes_no_sense_closes_the_connection(
        self, reply: OutboundMessage, status: int
    ) -> None:
        """Field report 13: an id of another shape is none, and is never written down.

        Field report 12: nothing more is read from where that came from.
        """
        odd = answer(f"{status} X", b'{"sid": "SM\\u0000a"}')
        good = answer("201 Created", b'{"sid": "SM%s"}' % (b"9" * 32))
        with wired(say(odd), say(good)) as twilio:
            channel = channel_with(api_url=twilio.address)
            with pytest.raises(ChannelError) as caught:
                channel.send(reply)
            channel.send(reply)

        assert caught.value.fault is SendFault.AMBIGUOUS
        assert caught.value.code == "unreadable_answer"
        assert twilio.connections == 2


@responses.activate
def sent_by_twilios_client(
    reply: OutboundMessage, sender: str
) -> requests.PreparedRequest:
    """What the library that Twilio gives away asks for this reply."""
    responses.post(MESSAGES, json={"sid": "SM9"}, status=201)
    is_service = sender.startswith("MG")
    origin = {"messaging_service_sid": sender} if is_service else {"from_": sender}
    Client(ACCOUNT, TOKEN).messages.create(
        to=reply.recipient,
        body=reply.text,
        status_callback=f"{PUBLIC_URL}/sms/twilio/receipt"
        f"?message={reply.id}&mark={reply.mark}#rc=5&rp=all",
        validity_period=600,
        **origin,
    )
    request: requests.PreparedRequest = responses.calls[0].request
    return request


def sid(number: int) -> str:
    return f"SM{number:032x}"


class TestFindSent:
    @pytest.mark.parametrize(
        "odd",
        [
            b"<html>welcome to the free wifi</html>",
            b"[" * 100_000,
            b'{"messages": [{"sid": "SM\\u0000a", "body": "", "direction": "x"}]}',
            b'{"errors": []}',
            b'{"message": ""}',
            b'{"messages": {}}',
        ],
        ids=["HTML", "deep", "NUL", "no list", "no list but a text", "no list at all"],
    )
    def test_a_list_that_makes_no_sense_is_no_proof_and_closes_the_connection(
        self, reply: OutboundMessage, odd: bytes
    ) -> None:
        """Field report 19: 200 with HTML instead of the list settles nothing.

        Field report 12: nothing more is read from where that came from.
        """
        with wired(say(answer("200 OK", odd))) as twilio:
            channel = channel_with(api_url=twilio.address)
            for _ in range(2):
                with pytest.raises(ChannelError) as caught:
                    channel.find_sent(reply)

        assert caught.value.code == "unreadable_answer"
        assert twilio.connections == 2

    @staticmethod
    def listing(*messages: Mapping[str, object]) -> Response:
        page = {"messages": messages, "next_page_uri": None, "page_size": 50}
        return Response(json.dumps(page), 200, content_type="application/json")

    def test_the_same_text_or_a_hidden_one_since_the_reply_was_made_counts(
        self, reply: OutboundMessage
    ) -> None:
        """Field report F4: by recipient, direction, text and Twilio's own clock."""
        mine = {
            "sid": sid(1),
            "body": reply.text,
            "direction": "outbound-api",
            "date_created": "Sat, 21 Nov 2026 09:00:03 +0000",
        }
        others = [
            mine | {"sid": sid(2), "body": "another text"},
            mine | {"sid": sid(6), "error_code": 30001, "status": "failed"},
            mine | {"sid": sid(7), "to": "+628110000002"},
            mine | {"sid": sid(3), "direction": "inbound"},
            mine | {"sid": sid(4), "date_created": "Sat, 21 Nov 2026 08:00:00 +0000"},
        ]
        trial = mine | {"sid": sid(5), "body": f"Sent from a trial - {reply.text}"}
        hidden = [
            mine | {"sid": sid(8), "body": ""},
            mine | {"sid": sid(9), "body": None},
            mine | {"sid": sid(10), "body": "***", "to": "+62811000XXXX"},
        ]
        listing = self.listing(trial, mine, *others, *hidden)
        listing.headers["Date"] = "Sat, 21 Nov 2026 09:00:30 GMT"
        with serving(listing) as twilio:
            channel = channel_with(api_url=twilio.url)

            assert channel.find_sent(reply) == [
                Sighting(sid(10), is_certain=False),
                Sighting(sid(9), is_certain=False),
                Sighting(sid(8), is_certain=False),
                Sighting(sid(1)),
                Sighting(sid(5)),
            ]

        assert twilio.requests[0].args["To"] == reply.recipient

    def test_a_hidden_text_of_another_service_of_the_account_is_not_the_reply(
        self, reply: OutboundMessage
    ) -> None:
        """Field report W70: one account, several applications, redaction for all.

        A password of another number's would end the doubt, and the reply with it.
        """
        hidden = {
            "body": "",
            "direction": "outbound-api",
            "date_created": "Sat, 21 Nov 2026 09:00:03 +0000",
            "to": reply.recipient,
            "messaging_service_sid": None,
        }
        listing = self.listing(
            hidden | {"sid": sid(1), "from": "+15005550099"},
            hidden | {"sid": sid(2), "from": reply.sender},
            hidden | {"sid": sid(3), "from": "+1500555XXXX"},
            hidden
            | {"sid": sid(4), "from": "+15005550099"}
            | {"messaging_service_sid": f"MG{1:032x}"},
        )
        listing.headers["Date"] = "Sat, 21 Nov 2026 09:00:30 GMT"
        with serving(listing) as twilio:
            found = channel_with(api_url=twilio.url).find_sent(reply)

        assert {item.provider_id for item in found} == {sid(2), sid(3), sid(4)}

    @pytest.mark.parametrize(
        ("oldest_at", "is_proof"),
        [
            ("Sat, 21 Nov 2026 09:00:01 +0000", False),
            ("", False),
            ("Sat, 21 Nov 2026 08:00:00 +0000", True),
        ],
        ids=["after the reply", "undated", "long before"],
    )
    def test_a_full_page_without_the_reply_is_no_proof_unless_it_reaches_back(
        self, reply: OutboundMessage, oldest_at: str, is_proof: bool
    ) -> None:
        """Field report W82: the reply may stand on the next page."""
        other = {
            "body": "of another service",
            "direction": "outbound-api",
            "date_created": "Sat, 21 Nov 2026 09:00:10 +0000",
        }
        newest = [other | {"sid": sid(number)} for number in range(MOST_LISTED - 1)]
        oldest = other | {"sid": sid(999), "date_created": oldest_at or None}
        listing = self.listing(*newest, oldest)
        listing.headers["Date"] = "Sat, 21 Nov 2026 09:00:30 GMT"
        with serving(listing) as twilio:
            channel = channel_with(api_url=twilio.url)
            if is_proof:
                assert channel.find_sent(reply) == []
            else:
                with pytest.raises(ChannelError, match="list_too_long"):
                    channel.find_sent(reply)
