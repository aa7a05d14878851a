"""The Kannel channel: what is Kannel's own; tests/system/kannel asks a real one."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.channels import NotAuthentic
from gateway.channels.kannel.channel import SIGNATURE_LENGTH, KannelChannel
from gateway.config.groups import KannelSettings
from gateway.domain.messages import ReceiptMeaning
from gateway.domain.statuses import OutboundStatus
from tests.integration.channels.conformance.kannel import (
    META_DATA,
    PASSWORD,
    SECRET,
    Kannel,
    basic,
    fetched,
    posted,
)
from tests.integration.channels.conformance.provider import (
    NOW,
    PUBLIC_URL,
    REPLY,
    reply,
)
from tests.support.servers import serving

# What Kannel puts into one line of base64.
LONGEST_LINE = 76


def channel_from(*networks: str) -> KannelChannel:
    url = "http://127.0.0.1:9/cgi-bin/sendsms"
    settings = KannelSettings(
        sendsms_url=url,
        username="me",
        password=PASSWORD,
        sender="5757",
        webhook_secrets=(SECRET,),
        allow_from=networks,
    )
    return KannelChannel(settings, PUBLIC_URL, lambda: NOW)


def test_sendsms_is_asked_for_what_its_user_guide_says() -> None:
    with serving(Kannel().accepted(reply())) as kannel:
        Kannel().channel(kannel.url).send(reply(sender="5757"))

    [request] = kannel.requests
    reported = {
        name: value for name, value in request.headers if name.startswith("X-Kannel-")
    }
    del reported["X-Kannel-Dlr-Url"]
    assert (request.method, request.full_path) == ("POST", "/cgi-bin/sendsms?")
    assert request.get_data(as_text=True) == REPLY
    assert request.content_type == "text/plain; charset=UTF-8"
    assert reported == {
        "X-Kannel-Username": "gateway",
        "X-Kannel-Password": PASSWORD,
        "X-Kannel-From": "5757",
        "X-Kannel-To": "628110000001",
        "X-Kannel-Coding": "0",
        "X-Kannel-Validity": "10",
        "X-Kannel-Dlr-Mask": "27",
    }


def test_the_address_for_receipts_fits_kannel_and_names_nobody() -> None:
    message = reply(10**14, 999)
    with serving(Kannel().accepted(message)) as kannel:
        Kannel().channel(kannel.url).send(message)

    asked = urlsplit(kannel.requests[0].headers["X-Kannel-DLR-Url"])
    assert asked.hostname == "sms.example.test"
    assert asked.username == f"{10**14}-999-{message.mark}"
    assert len(asked.password or "") == SIGNATURE_LENGTH
    shown = basic(asked.username, asked.password or "").removeprefix("Basic ")
    assert len(shown) <= LONGEST_LINE
    # %A, the operator's answer in words, may repeat our text.
    assert parse_qs(asked.query)["status"] == ["%d"]
    assert "%A" not in asked.geturl()


def test_each_attempt_has_an_id_and_receipts_of_its_own() -> None:
    provider = Kannel()
    first, second = reply(attempt=1), reply(attempt=2)
    asked = [
        provider.receipt(item, "1").headers["Authorization"] for item in (first, second)
    ]

    assert provider.id_of(first) != provider.id_of(second)
    assert len(set(asked)) == 2


@pytest.mark.parametrize(
    ("networks", "peer", "is_let_in"),
    [
        (("10.1.2.0/24",), "10.1.2.77", True),
        (("10.1.2.0/24",), "10.1.3.77", False),
        (("10.1.2.0/24",), "::ffff:10.1.2.77", True),
        (("10.1.2.77", "fd00::/8"), "fd00::1", True),
        (("::/0",), "10.1.2.77", False),
        (("10.1.2.0/24",), "127.0.0.1", False),
        (("0.0.0.0/0",), "unix:", False),
        (("0.0.0.0/0",), "", False),
    ],
)
def test_only_the_networks_that_are_named_are_let_in(
    networks: tuple[str, ...], peer: str, *, is_let_in: bool
) -> None:
    request = replace(posted(b"SALDO"), peer=peer)

    if is_let_in:
        channel_from(*networks).verify(request)
        return
    with pytest.raises(NotAuthentic, match="address"):
        channel_from(*networks).verify(request)


def test_the_password_for_a_receipt_opens_no_other_door() -> None:
    provider = Kannel()
    shown = provider.receipt(reply(), "1").headers["Authorization"]
    request = provider.inbound()
    request.headers.set("Authorization", shown)

    with pytest.raises(NotAuthentic):
        provider.channel().verify(request)


def test_the_password_for_sms_brings_no_receipts() -> None:
    provider = Kannel()
    request = provider.receipt(reply(), "1")
    request.headers.set("Authorization", basic("42-1", SECRET))

    with pytest.raises(NotAuthentic):
        provider.channel().verify(request)


def test_no_error_code_is_taken_for_another_providers() -> None:
    receipt = (
        Kannel().channel().parse_receipt(Kannel().receipt(reply(), "2", code="21610"))
    )

    assert receipt is not None
    assert receipt.error_code is None


@pytest.mark.parametrize(
    ("code", "meaning"), [("1", ReceiptMeaning.PHONE_GONE), ("27", None)]
)
def test_an_unknown_subscriber_is_gone(
    code: str, meaning: ReceiptMeaning | None
) -> None:
    """Field report F7: the channel says what a code means."""
    receipt = (
        Kannel().channel().parse_receipt(Kannel().receipt(reply(), "2", code=code))
    )

    assert receipt is not None
    assert receipt.meaning is meaning


@pytest.mark.parametrize(
    "odd", ["a\r\nX-Kannel-To: 1", "a b", "\u00e9", "x" * 1001, ""]
)
def test_what_cannot_stand_in_a_header_is_not_quoted(odd: str) -> None:
    request = fetched(text=b"SALDO", **{"meta-data": odd, "smsc": odd})

    assert Kannel().channel().parse_inbound(request).reply_context is None


def test_a_get_is_quoted_as_a_post_is() -> None:
    request = fetched(text=b"SALDO", **{"meta-data": META_DATA, "smsc": "operator"})
    post, _ = Kannel().quoting()
    channel = Kannel().channel()

    assert (
        channel.parse_inbound(request).reply_context
        == channel.parse_inbound(post).reply_context
    )


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        # Later versions: expired, and of unknown outcome.
        ("34", OutboundStatus.UNDELIVERED),
        ("66", OutboundStatus.UNDELIVERED),
        # Several bits: the worst one counts.
        ("3", OutboundStatus.UNDELIVERED),
        ("9", OutboundStatus.DELIVERED),
        ("10", OutboundStatus.UNDELIVERED),
        ("12", OutboundStatus.SENT),
        ("17", OutboundStatus.FAILED),
        ("18", OutboundStatus.FAILED),
    ],
)
def test_a_status_of_several_bits_is_read(status: str, meaning: OutboundStatus) -> None:
    """Field report F9: 34 and 66 say "not delivered", with the reason in a bit."""
    receipt = Kannel().channel().parse_receipt(Kannel().receipt(reply(), status))

    assert receipt is not None
    assert receipt.status is meaning


@pytest.mark.parametrize("status", ["32", "64", "512", "x"])
def test_a_receipt_of_an_unknown_status_is_told_to_operators(
    status: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Field report F9: what a status means that we do not know is not guessed."""
    channel = Kannel().channel()

    assert channel.parse_receipt(Kannel().receipt(reply(), status)) is None
    assert "receipt with an unknown status" in caplog.messages


def test_a_receipt_that_only_waits_is_not_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Field report F9: what is known to be no news is no warning."""
    channel, receipt = Kannel().channel(), Kannel().receipt(reply(), "4")
    caplog.clear()

    assert channel.parse_receipt(receipt) is None
    assert caplog.messages == []
