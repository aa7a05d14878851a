"""Everyday messages: nobody is looked up, and no machine is answered."""

import json
from pathlib import Path

import pytest

from gateway.domain.enquiry import Enquiry
from gateway.domain.messages import IgnoreReason, WaitingMessage
from gateway.domain.policy import Policy
from gateway.handlers import topics
from gateway.inbound.context import ParsedMessage
from gateway.inbound.enrolment import Enroller
from gateway.inbound.responder import Responder
from tests.support.fakes import FakeClock, no_index, sms, worded

FILE = Path(__file__).parent / "everyday.jsonl"
EVERYDAY = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
AUTOMATIC = [it["body"] for it in EVERYDAY if it["is_automatic"]]
CHAT = [it["body"] for it in EVERYDAY if not it["is_automatic"]]


# Wishes about consent in words that make other texts automatic or foreign business.
WISHES = [
    *("STOP jangan balas lagi", "STOP, tidak perlu balas", "STOP. Do not reply"),
    *("tolong stop kirim sms otomatis ini", "berhenti kirim sms otomatis"),
    *("stop no reply", "stop sms promo ini", "STOP nomor ini sudah diganti"),
    "MULAI lagi, jangan balas lambat",
]


@pytest.fixture(scope="module")
def responder() -> Responder:
    enroller = Enroller(no_index, worded(), Policy(), FakeClock())
    return Responder(topics(), worded(), enroller)


def read(responder: Responder, body: str) -> ParsedMessage:
    return responder.read(WaitingMessage(1, 1, sms("SM1", body)))


def test_there_are_a_few_hundred_of_them() -> None:
    assert len(AUTOMATIC) > 100
    assert len(CHAT) > 100


@pytest.mark.parametrize("body", AUTOMATIC)
def test_a_machine_is_not_answered(responder: Responder, body: str) -> None:
    assert read(responder, body).meaning in (
        *(IgnoreReason.AUTOMATIC, IgnoreReason.OUR_OWN_TEXT),
    )


@pytest.mark.parametrize("body", CHAT)
def test_chat_looks_nobody_up(responder: Responder, body: str) -> None:
    message = read(responder, body)

    assert message.wanted_kpj is None
    assert not message.wants_own
    assert not isinstance(message.meaning, IgnoreReason)


@pytest.mark.parametrize("body", WISHES)
def test_a_wish_about_consent_counts_even_in_a_machines_words(
    responder: Responder, body: str
) -> None:
    meaning = read(responder, body).meaning

    assert isinstance(meaning, Enquiry)
    assert meaning.keyword in ("stop", "mulai")
