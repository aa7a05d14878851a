"""What Twilio's signature leaves open: characters that move between signed fields."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from gateway.channels import NotAuthentic
from gateway.channels.twilio.field_checks import find_oddity
from tests.integration.channels.conformance.twilio import (
    ACCOUNT,
    INBOUND,
    TOKEN,
    Twilio,
    signed,
)

OWN, VICTIM, NUMBER = "+628110000001", "+628110000002", Twilio.number
SID, OTHER_SID = "SM" + "1" * 32, "MM" + "2" * 32
FORM = {
    "AccountSid": ACCOUNT,
    "Body": "SALDO",
    "From": OWN,
    "FromCity": "",
    "MessageSid": SID,
    "NumMedia": "0",
    "NumSegments": "1",
    "SmsSid": SID,
    "To": NUMBER,
}
Form = dict[str, str]


def moved(pieces: list[str], after: str = "") -> Iterator[Form]:
    """Every form with sorted names whose signed text is made of these pieces."""
    if not pieces:
        yield {}
    for length in range(1, len(pieces) + 1):
        name = "".join(pieces[:length])
        if name <= after:
            continue
        for end in range(length, len(pieces) + 1):
            for rest in moved(pieces[end:], name):
                yield {name: "".join(pieces[length:end])} | rest


def pieces_of(form: Form, *body: str) -> list[str]:
    """What a form is joined from; the text in these parts."""
    return [
        piece
        for name, value in sorted(form.items())
        for piece in (name, *(body if name == "Body" else [value]))
        if piece
    ]


ATTACKS = {
    "counts at the end of the id": ["SALDO"],
    "another sender": ["STOP", "From", VICTIM],
    "the real sender in a field's name": ["STOP", "From", VICTIM, "FromA"],
    "the real sender in a later field": ["STOP", "From", VICTIM, "FromCa", "X"],
    "another id": ["SALDO", "From", OWN, "MessageSid", OTHER_SID, "Z"],
    "everything anew": ["STOP", "From", VICTIM, "MessageSid", OTHER_SID, "To", NUMBER],
}


@pytest.mark.parametrize("body", ATTACKS.values(), ids=ATTACKS)
def test_no_move_between_fields_makes_another_sender_or_id(body: list[str]) -> None:
    """Field report 9: one signed request makes no other SMS, of nobody."""
    short = {
        field: FORM[field] for field in FORM if field not in ("FromCity", "NumSegments")
    }
    genuine = short | {"Body": "".join(body)}
    signature = signed(genuine, INBOUND).headers["X-Twilio-Signature"]
    tried = accepted = 0

    for form in moved(pieces_of(genuine, *body)):
        tried += 1
        if form.get("AccountSid") != ACCOUNT or find_oddity(MultiDict(form)):
            continue
        accepted += 1
        assert (form.get("From", OWN), form["MessageSid"]) == (OWN, SID)
        assert signed(form, INBOUND).headers["X-Twilio-Signature"] == signature

    assert tried > 100
    assert accepted >= 1


# How quickly inputs are made is the machine's affair. Most cuts leave the names of the
# fields out of order, which no signed text has.
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_moved_characters_make_no_other_sender_or_id(data: st.DataObject) -> None:
    """Field report 9: wherever the boundaries are drawn in the signed text."""
    body = data.draw(st.sampled_from(list(ATTACKS.values())))
    genuine = FORM | {"Body": "".join(body)}
    text = "".join(f"{name}{value}" for name, value in sorted(genuine.items()))
    usual = [text.index(name) for name in FORM if name != "FromCity"]
    cuts = data.draw(st.lists(st.integers(1, len(text) - 1), max_size=4))
    form = {}
    edges = sorted({*usual, *cuts, len(text)})
    for start, end in pairwise(edges):
        width = data.draw(st.integers(1, end - start))
        form[text[start : start + width]] = text[start + width : end]
    assume(list(form) == sorted(form))

    if find_oddity(MultiDict(form)) is None:
        assert (form.get("From", OWN), form["MessageSid"]) == (OWN, SID)


@pytest.mark.parametrize(
    "form",
    [
        {"MessageSid": f"{SID}NumMedia0", "NumMedia": None},
        {"MessageSid": f"{SID}NumMedia0NumSegments1", "NumSegments": None},
        {f"From{OWN}": "", "From": VICTIM, "Body": "STOP"},
        {"FromA": f"From{OWN}", "From": VICTIM, "Body": "STOP"},
        {"FromAFrom": OWN, "From": VICTIM, "Body": "STOP"},
        {"SmsMessageSid": OTHER_SID},
        {"SmsSid": "SM"},
        {"MessageSid": SID[:-1], "SmsSid": SID[:-1]},
        {"From City": "Jakarta"},
    ],
    ids=lambda item: " ".join(item),
)
def test_what_twilio_would_not_write_is_refused(form: dict[str, str | None]) -> None:
    """Field report 9: a good signature alone proves too little."""
    fields = {name: value for name, value in (FORM | form).items() if value is not None}

    with pytest.raises(NotAuthentic):
        Twilio().channel().verify(signed(fields, INBOUND))


@pytest.mark.parametrize(
    "form",
    [
        {"Body": f"SALDO From{OWN} MessageSid{OTHER_SID}"},
        {"FromCity": "FROM", "ToCity": "Tokyo"},
        {"MessageSid": "MM" + "af" * 16, "SmsSid": "MM" + "af" * 16},
        {"MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": "image/png"},
        {"SomethingNew": "next year"},
    ],
)
def test_what_twilio_may_write_passes(form: Form) -> None:
    Twilio().channel().verify(signed(FORM | form, INBOUND))


def test_a_multipart_body_is_not_signed_and_not_read() -> None:
    """Field report 27: a signature over an empty `bodySHA256` covers no field."""
    validator = RequestValidator(TOKEN)
    path = f"{INBOUND}?bodySHA256={validator.compute_hash('')}"
    request = signed(FORM, path)
    as_multipart = type(request)(
        **vars(request) | {"is_form": False, "body": b"--x\r\n"}
    )

    with pytest.raises(NotAuthentic):
        Twilio().channel().verify(as_multipart)
