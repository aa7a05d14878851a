"""Our own replies that come back: an echo must not begin a conversation."""

import pytest

from gateway.enrolling import Enroller
from gateway.handlers import topics
from gateway.messages import IgnoreReason, WaitingMessage
from gateway.parsers.enquiry import Enquiry, Language
from gateway.parsers.enrolment import Enrolment
from gateway.participants import KPJ
from gateway.policy import Policy
from gateway.replies.catalogue import worst_cases
from gateway.responder import Meaning, Responder
from gateway.rules.files import our_rules
from tests.fakes import FakeClock, no_index, sms, worded

BRAND = "BPJAMSOSTEK"
OURS = sorted(
    {it.text for brand in ("", BRAND) for it in worst_cases(brand, our_rules())}
)
NOTICES = [
    "BPJAMSOSTEK: Saldo JHT KPJ 61000000019 per 31",
    "Fwd: BPJAMSOSTEK: Saldo JHT KPJ 61000000019 per 31-10-2026 Rp12.345.678",
    "Sisa saldo 12345678901 Rp5.000",
    "Transfer ke 12345678901 berhasil, saldo Rp50.000",
]
ASKED = [
    ("SALDO 12345678901", "12345678901"),
    ("saldo 12345678901 dong pak", "12345678901"),
    ("SALDO 61000000019, saya sudah hubungi 175", "61000000019"),
    ("saldo bpjamsostek: 61000000019", "61000000019"),
]


@pytest.fixture(scope="module")
def responder() -> Responder:
    enroller = Enroller(no_index, worded(), Policy(), FakeClock())
    return Responder(topics(), worded(), enroller)


def meaning(responder: Responder, text: str) -> Meaning:
    return responder.read(WaitingMessage(1, 1, sms("SM1", text))).meaning


@pytest.mark.parametrize("text", OURS)
@pytest.mark.parametrize("quoted", ["{}", "> {}", '"{}"', "Fwd: {}", "{}\nok"])
def test_no_reply_of_ours_is_answered_when_it_comes_back(
    responder: Responder, text: str, quoted: str
) -> None:
    read = meaning(responder, quoted.format(text))

    assert read is IgnoreReason.OUR_OWN_TEXT


@pytest.mark.parametrize("text", NOTICES)
def test_a_notice_looks_nobody_up(responder: Responder, text: str) -> None:
    assert isinstance(meaning(responder, text), IgnoreReason)


@pytest.mark.parametrize(("text", "digits"), ASKED)
def test_who_asks_himself_is_answered(
    responder: Responder, text: str, digits: str
) -> None:
    expected = Enquiry("saldo", KPJ(digits), Language.INDONESIAN)

    assert meaning(responder, text) == expected


def test_who_enrols_and_names_us_is_heard(responder: Responder) -> None:
    text = "Info: DAFTAR SALDO#0000001204850001#12-04-1985#61000000019"

    assert isinstance(meaning(responder, text), Enrolment)
