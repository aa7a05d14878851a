"""Texts as phones, keyboards and networks of other services really send them."""

import pytest

from gateway.domain.enquiry import Enquiry, Language, MemberEnquiry, Rejection
from gateway.domain.gsm7 import Segmentation, count
from gateway.domain.messages import IgnoreReason
from gateway.domain.participants import KPJ
from gateway.inbound.context import Meaning
from gateway.inbound.message_parser import MessageParser
from tests.support.fakes import BALANCE_TEXT
from tests.support.texts import message_parser, parsed

ASKED = MemberEnquiry("saldo", KPJ("61000000019"), Language.INDONESIAN)
ARABIC = {ord("0") + number: 0x660 + number for number in range(10)}
FULL_WIDTH = {number: number + 0xFEE0 for number in range(ord("!"), ord("~"))} | {
    ord(" "): 0x3000
}
KEYCAPS = "".join(f"{digit}\ufe0f\u20e3" for digit in "61000000019")
AS_UCS2 = "SALDO 61000000019".encode("utf-16-be").decode("latin-1")


@pytest.fixture(scope="module")
def parser() -> MessageParser:
    return message_parser()


def meaning(parser: MessageParser, text: str) -> Meaning:
    return parsed(parser, text).meaning


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("SALDO\u00a061000000019", id="no-break space"),
        pytest.param("saldo 6100\u202f0000\u202f019", id="narrow no-break space"),
        pytest.param("saldo 6100\u20070000\u2007019", id="figure space"),
        pytest.param("saldo 6100\u20110000\u2011019", id="non-breaking hyphen"),
        pytest.param("saldo 6100\u20130000\u2013019", id="en dash"),
        pytest.param("  SALDO   61000000019 ", id="blanks around"),
        pytest.param("SALDO\r\n\t61000000019\r\n", id="line ends and tab"),
    ],
)
def test_any_blank_or_dash_parts_words_and_groups(
    parser: MessageParser, text: str
) -> None:
    """Field report W13: what looks like a blank or a dash is one."""
    assert meaning(parser, text) == ASKED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeffSALDO 61000000019", id="byte order mark"),
        pytest.param("saldo 6100\u200b0000\u200b019", id="zero-width space"),
        pytest.param("\u202aSALDO 61000000019\u202c", id="direction marks"),
        pytest.param("SAL\u00adDO 61000000019", id="soft hyphen"),
        pytest.param(
            "S\u0333A\u0333L\u0333D\u0333O\u0333 61000000019", id="underlined"
        ),
        pytest.param("saldo\ufe0f 61000000019", id="variation selector"),
        pytest.param("saldo \ud83d 61000000019", id="half an emoji"),
    ],
)
def test_what_nobody_sees_is_not_read(parser: MessageParser, text: str) -> None:
    """Field report W14: invisible and combining characters change nothing."""
    assert meaning(parser, text) == ASKED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"saldo {'61000000019'.translate(ARABIC)}", id="Arabic digits"),
        pytest.param("SALDO 61000000019".translate(FULL_WIDTH), id="full width"),
        pytest.param(f"saldo {KEYCAPS}", id="keycaps"),
        pytest.param("\U0001f64f saldo 61000000019 \U0001f64f\U0001f3fd", id="emoji"),
        pytest.param("\u201cSALDO 61000000019\u201d", id="smart quotes"),
        pytest.param("\u2018saldo\u2019\u2026 61000000019", id="apostrophes, ellipsis"),
    ],
)
def test_keyboards_that_mean_well_do_no_harm(parser: MessageParser, text: str) -> None:
    """Field report W15: digits of other scripts, emoji and smart quotes are read."""
    assert meaning(parser, text) == ASKED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(AS_UCS2, id="UCS-2 marked as GSM-7"),
        pytest.param(f"{AS_UCS2[1:]}\0", id="UCS-2 in the other order"),
    ],
)
def test_ucs_2_that_a_network_calls_gsm_7_is_read(
    parser: MessageParser, text: str
) -> None:
    """Field report W16: a NUL beside every letter hides neither word nor number."""
    assert meaning(parser, text) == ASKED


@pytest.mark.parametrize("padding", ["@", "@@@@@", "\0\0\0"])
def test_padding_of_seven_bits_is_no_part_of_a_number(
    parser: MessageParser, padding: str
) -> None:
    """Field report W17: the zero septets at an SMS's end are read as @ or as NUL."""
    assert meaning(parser, f"SALDO 61000000019{padding}") == ASKED


@pytest.mark.parametrize(
    "text",
    [
        *("STOP", "Stop.", "Stop. Thank you", "\u201cSTOP\u201d", "stop\n"),
        *("STOP\U0001f6d1", "STOP 61000000019"),
    ],
)
def test_stop_counts_however_it_is_punctuated(parser: MessageParser, text: str) -> None:
    """Field report W18: a full stop or thanks behind STOP does not undo it."""
    read = meaning(parser, text)

    assert isinstance(read, Enquiry)
    assert read.keyword == "stop"


@pytest.mark.parametrize(
    "word",
    [
        *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"),
        *("REVOKE", "OPTOUT", "opt out"),
    ],
)
def test_every_stop_word_of_the_carrier_is_one_of_ours(
    parser: MessageParser, word: str
) -> None:
    """Field report W19: what Twilio blocks for, we take as STOP on any channel."""
    read = meaning(parser, word)

    assert isinstance(read, Enquiry)
    assert read.keyword == "stop"


def test_a_polite_end_of_reminders_is_understood(parser: MessageParser) -> None:
    """Field report W20: who asks in a sentence is not told to use a keyword."""
    read = meaning(parser, "please stop sending text reminders")

    assert isinstance(read, Enquiry)
    assert read.keyword == "ingat_stop"


def test_the_word_stop_in_a_sentence_stops_nothing(parser: MessageParser) -> None:
    """Field report W21: an opinion with STOP in capitals is no wish to hear no more."""
    read = meaning(parser, "Count me in! We have got to STOP this bill from passing")

    assert isinstance(read, Rejection)


@pytest.mark.parametrize("word", ["Liked", "Menyukai", "Laughed at", "\u2764\ufe0f to"])
@pytest.mark.parametrize("length", [60, len(BALANCE_TEXT)])
def test_a_reaction_to_our_reply_is_not_answered(
    parser: MessageParser, word: str, length: int
) -> None:
    """Field report W22: a phone that likes an SMS sends its text back, cut or whole."""
    text = f"{word} \u201c{BALANCE_TEXT[:length]}\u201d"

    assert meaning(parser, text) is IgnoreReason.OUR_OWN_TEXT


def test_a_complaint_may_quote_our_reply(parser: MessageParser) -> None:
    """Field report W22: who complains of a reply is no phone that likes it."""
    read = meaning(parser, f'PENGADUAN ini salah: "{BALANCE_TEXT}"')

    assert isinstance(read, Enquiry)
    assert read.keyword == "pengaduan"


@pytest.mark.parametrize(
    "text",
    [
        "Auto-reply: I'm busy and won't respond to this.",
        "We cannot handle your message because this is a no-reply address.",
        "Automated Response: Re: Automated Response: Re: your message",
        "Maaf saya sedang rapat. Nanti saya hubungi.",
    ],
)
def test_an_answering_machine_is_not_answered(parser: MessageParser, text: str) -> None:
    """Field report W23: two machines do not talk to each other."""
    assert meaning(parser, text) is IgnoreReason.AUTOMATIC


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        pytest.param("]" * 85 + "\U0001f618", "UCS-2", 87, 2, id="escapes in UCS-2"),
        pytest.param("|" * 69 + "\u221e", "UCS-2", 70, 1, id="70 with an infinity"),
        pytest.param("\U0001f60e" * 70, "UCS-2", 140, 3, id="emoji count twice"),
        pytest.param("a\u00a0b", "UCS-2", 3, 1, id="no-break space is not GSM-7"),
        pytest.param("\u2019" + "a" * 159, "UCS-2", 160, 3, id="one smart quote"),
    ],
)
def test_segments_are_counted_as_they_are_billed(
    text: str, encoding: str, units: int, segments: int
) -> None:
    """Field report W24: what made other counters wrong by one does not fool ours."""
    assert count(text) == Segmentation(encoding, units, segments)
