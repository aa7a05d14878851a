"""Everyday messages: nobody is looked up, and no machine is answered."""

import json
from pathlib import Path

import pytest

from gateway.domain.enquiry import Enquiry
from gateway.domain.messages import IgnoreReason
from gateway.inbound.message_parser import MessageParser
from tests.support.texts import message_parser, parsed

FILE = Path(__file__).parent / "everyday.jsonl"
EVERYDAY = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
AUTOMATIC = [word["body"] for word in EVERYDAY if word["is_automatic"]]
CHAT = [word["body"] for word in EVERYDAY if not word["is_automatic"]]


# Wishes about consent in words that make other texts automatic or foreign business.
WISHES = [
    *("STOP jangan balas lagi", "STOP, tidak perlu balas", "STOP. Do not reply"),
    *("tolong stop kirim sms otomatis ini", "berhenti kirim sms otomatis"),
    *("stop no reply", "stop sms promo ini", "STOP nomor ini sudah diganti"),
    "MULAI lagi, jangan balas lambat",
]


@pytest.fixture(scope="module")
def parser() -> MessageParser:
    return message_parser()


def test_there_are_a_few_hundred_of_them() -> None:
    assert len(AUTOMATIC) > 100
    assert len(CHAT) > 100


def test_a_machine_is_not_answered(parser: MessageParser) -> None:
    silent = (IgnoreReason.AUTOMATIC, IgnoreReason.OUR_OWN_TEXT)

    answered = [
        text for text in AUTOMATIC if parsed(parser, text).meaning not in silent
    ]

    assert answered == []


def test_chat_looks_nobody_up(parser: MessageParser) -> None:
    messages = {body: parsed(parser, body) for body in CHAT}

    looked_up = [
        body
        for body, message in messages.items()
        if message.kpj is not None or message.is_about_own_member
    ]
    ignored = [
        text for text in CHAT if isinstance(messages[text].meaning, IgnoreReason)
    ]

    assert looked_up == ignored == []


def test_a_wish_about_consent_counts_even_in_a_machines_words(
    parser: MessageParser,
) -> None:
    read_as = {body: parsed(parser, body).meaning for body in WISHES}

    assert [
        body
        for body, meaning in read_as.items()
        if not isinstance(meaning, Enquiry) or meaning.keyword not in ("stop", "mulai")
    ] == []
