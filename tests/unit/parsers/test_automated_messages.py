"""Our own replies that come back: an echo must not begin a conversation."""

from datetime import date

import pytest

from gateway.domain.enquiry import Language, MemberEnquiry, Rejection
from gateway.domain.messages import IgnoreReason
from gateway.domain.participants import KPJ
from gateway.handlers import topics
from gateway.handlers.catalogue import worst_cases
from gateway.inbound.context import Meaning
from gateway.inbound.message_parser import MessageParser
from gateway.parsers.enrolment import Enrolment
from gateway.parsers.normalise import normalise
from gateway.parsers.own_texts import OwnTexts
from gateway.reference_data.book import Rule, RuleBook, Version
from gateway.reference_data.loader import our_rules
from tests.support.texts import message_parser, parsed

BRAND = "BPJAMSOSTEK"
OURS = sorted(
    {case.text for brand in ("", BRAND) for case in worst_cases(brand, our_rules())}
)
QUOTED = ["{}", "> {}", '"{}"', "Fwd: {}", "{}\nok"]
NOTICES = [
    "BPJAMSOSTEK: Saldo JHT KPJ 61000000019 per 31",
    "Fwd: BPJAMSOSTEK: Saldo JHT KPJ 61000000019 per 31-10-2026 Rp12.345.678",
    "Sisa saldo 12345678901 Rp5.000",
    "Transfer ke 12345678901 berhasil, saldo Rp50.000",
]
ASKED = {
    "SALDO 12345678901": "12345678901",
    "saldo 12345678901 dong pak": "12345678901",
    "SALDO 61000000019, saya sudah hubungi 175": "61000000019",
    "saldo bpjamsostek: 61000000019": "61000000019",
}
ACTIVE = "KPJ ***0019 AKTIF (karyawan). Program: JHT. Iuran terakhir 10-2026. Telp {}."
# Each shares words with a reply of ours.
BY_MEMBERS = [
    "kpj ada di kartu peserta atau di mana ya",
    "saldo spasi 11 angka kpj",
    "layanan sms aktif lagi untuk nomor ini kapan",
    "saldo jht saya berapa, info 175 tidak diangkat",
    "iuran saya belum dibayar, info 175 suruh ke kantor cabang mana?",
]


@pytest.fixture(scope="module")
def parser() -> MessageParser:
    return message_parser()


def meaning(parser: MessageParser, text: str) -> Meaning:
    return parsed(parser, text).meaning


def test_no_reply_of_ours_is_answered_when_it_comes_back(parser: MessageParser) -> None:
    answered = [
        text
        for reply in OURS
        for text in (quoted.format(reply) for quoted in QUOTED)
        if meaning(parser, text) is not IgnoreReason.OUR_OWN_TEXT
    ]

    assert answered == []


def test_a_text_of_ours_needs_no_phrase_to_be_recognised() -> None:
    closed = "Kantor cabang tutup pada hari libur nasional dan cuti bersama."
    own = OwnTexts([[closed], ["KPJ ", " lunas ", "."]])

    assert own.has(normalise(f"kata mereka: {closed} benar?"))
    assert own.has(normalise("KPJ ***0019 lunas Rp1.000."))
    assert not own.has(normalise("kantor cabang tutup pada jam berapa"))
    assert not own.has(normalise("sudah lunas, kpj 61000000019"))


def test_a_member_may_use_some_words_of_ours(parser: MessageParser) -> None:
    ignored = [
        text for text in BY_MEMBERS if isinstance(meaning(parser, text), IgnoreReason)
    ]

    assert ignored == []


def test_a_member_may_name_the_call_centre(parser: MessageParser) -> None:
    assert isinstance(meaning(parser, "saya sudah hubungi 175"), Rejection)


@pytest.mark.parametrize("care", ["175", "021-1500910", "0800 1 175"])
def test_our_words_name_every_number_that_the_call_centre_has_or_had(care: str) -> None:
    old = Version(care, date(2010, 1, 1), date(2017, 12, 31), "made up")
    new = Version("1500910", date(2018, 1, 1), None, "made up")
    rules = RuleBook([Rule("care", "the call centre", (old, new))])
    parser = MessageParser(topics(), "", rules)

    for number in (care, "1500910"):
        read = meaning(parser, ACTIVE.format(number))
        assert read is IgnoreReason.OUR_OWN_TEXT
    other = meaning(parser, ACTIVE.format(14000))
    assert other is not IgnoreReason.OUR_OWN_TEXT


def test_a_notice_looks_nobody_up(parser: MessageParser) -> None:
    read = {text: meaning(parser, text) for text in NOTICES}

    assert [
        name for name, found in read.items() if not isinstance(found, IgnoreReason)
    ] == []


def test_who_asks_himself_is_answered(parser: MessageParser) -> None:
    read = {text: meaning(parser, text) for text in ASKED}

    assert read == {
        text: MemberEnquiry("saldo", KPJ(digits), Language.INDONESIAN)
        for text, digits in ASKED.items()
    }


def test_who_enrols_and_names_us_is_heard(parser: MessageParser) -> None:
    text = "Info: DAFTAR SALDO#0000001204850001#12-04-1985#61000000019"

    assert isinstance(meaning(parser, text), Enrolment)
