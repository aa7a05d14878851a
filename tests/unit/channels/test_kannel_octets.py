"""Text in a binary coding, and text beside a picture."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.kannel.octets import text_in
from gateway.domain.access import reason_to_ignore
from gateway.domain.messages import IgnoreReason
from tests.integration.channels.conformance.kannel import Kannel, fetched, posted
from tests.integration.channels.conformance.twilio import INBOUND, Twilio, signed
from tests.support.fakes import sms

SALDO = "SALDO 61000000019"


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (SALDO.encode(), SALDO),
        (f"{SALDO} \u00e9".encode(), f"{SALDO} \u00e9"),
        (b"SALDO\x1161000000019", "SALDO_61000000019"),
        (b"SALDO\r\n61000000019", "SALDO\r\n61000000019"),
    ],
    ids=["ASCII", "UTF-8", "GSM", "lines"],
)
def test_text_in_a_binary_coding_is_read(octets: bytes, text: str) -> None:
    """Field report F14: whichever way it comes from Kannel."""
    channel = Kannel().channel()

    for request in (
        posted(octets, coding="1", charset=""),
        fetched(text=octets, coding="1"),
    ):
        message = channel.parse_inbound(request)
        assert (message.text, message.media_count) == (text, 0)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b" ",
        b"\x01\x02\xff",
        b"\x06\x05\x04\x0b\x84\x23\xf0",
        b"\0S\0A",
        b"\xff" * 9,
    ],
)
def test_data_is_ignored_as_such(octets: bytes) -> None:
    """Field report F14: what nobody can read is kept, ignored as `media`."""
    message = Kannel().channel().parse_inbound(posted(octets, coding="1", charset=""))

    assert reason_to_ignore(message) is IgnoreReason.MEDIA


@given(st.binary(max_size=140))
def test_no_octets_are_an_error(octets: bytes) -> None:
    text = text_in(octets)

    assert text is None or text.strip()


@pytest.mark.parametrize(
    ("text", "reason"), [(SALDO, None), ("", IgnoreReason.MEDIA), (" \n", "media")]
)
def test_a_picture_changes_nothing_for_the_text_beside_it(
    text: str, reason: IgnoreReason | None
) -> None:
    """Field report F14: an MMS with text is answered as an SMS is."""
    form = Twilio().form(text=text) | {"NumMedia": "1"}

    message = Twilio().channel().parse_inbound(signed(form, INBOUND))

    assert message.media_count == 1
    assert reason_to_ignore(message) == reason
    assert reason_to_ignore(replace(sms("1", text), media_count=1)) == reason


@given(
    st.dictionaries(
        st.sampled_from(["From", "To", "Body", "NumMedia", "OptOutType", "Odd"]),
        st.text(max_size=80),
    )
)
def test_no_authentic_form_is_an_error(fields: dict[str, str]) -> None:
    """Field report F15: whatever is in the fields, it is an SMS."""
    request = signed(Twilio().form() | fields, INBOUND)

    message = Twilio().channel().parse_inbound(request)

    assert "\0" not in message.recipient
    assert len(message.recipient) <= 64


@given(
    st.binary(max_size=80),
    st.text(st.characters(max_codepoint=255), max_size=80),
    st.text(st.characters(max_codepoint=255), max_size=80),
    st.sampled_from(["", "0", "1", "2", "3", "x"]),
)
def test_no_authentic_request_of_kannel_is_an_error(
    octets: bytes, sender: str, recipient: str, coding: str
) -> None:
    """Field report F15: the same for Kannel, by GET."""
    fields = {"from": sender, "to": recipient, "coding": coding, "id": sender}

    message = Kannel().channel().parse_inbound(fetched(text=octets, **fields))

    assert message.provider_id.isascii()
    assert len(message.recipient) <= 64
