"""Wording rules of all texts: plain words, the telephone first, and a next step."""

import re
from collections.abc import Iterator

from gateway.domain.enquiry import Language
from gateway.handlers.catalogue import all_templates

ABBREVIATIONS = re.compile(
    r"\b(a\.n|bln|blm|dgn|dlm|dsb|dst|hr|jml|kab|kec|krn|maks|min|no|pd|sdh|tgl|th|thn"
    r"|tsb|ttg|utk|yg)\b",
    re.IGNORECASE,
)
# Words of the agency that a worker with six years of school does not use.
OFFICE_WORDS = re.compile(
    r"\b(agenda|bersangkutan|faskes|kanal|kepesertaan|otorisasi|penetapan|pengkinian"
    r"|tenaga kerja|validasi|verifikasi|PU|(?<!\()(?<!IURAN )BPU)\b"
)
NUMBER_WITHOUT_VERB = re.compile(
    r"(?<!telp )(?<!telepon )(?<!telephone )(?<!call )\{care\}", re.IGNORECASE
)
NEXT_STEPS = {
    Language.INDONESIAN: re.compile(
        r"\b(bawa|datang|ketik|kirim|lapor|minta|tanya|tanyakan|telp|tulis)\b",
        re.IGNORECASE,
    ),
    Language.ENGLISH: re.compile(
        r"\b(add|ask|branch|call|choose|send|take|tell|text)\b", re.IGNORECASE
    ),
}
APP = re.compile(r"JMO|aplikasi")
# They are asked about the app itself.
ABOUT_THE_APP = {"how_to_claim_in_the_app", "jmo_activation", "jmo_password"}


def wordings(language: Language) -> Iterator[tuple[str, str]]:
    """The name of every template with each of its variants."""
    for template in all_templates():
        for variant in template.variants(language):
            yield template.name, variant


def offending(language: Language, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    return [item for item in wordings(language) if pattern.search(item[1])]


def test_indonesian_texts_have_whole_words() -> None:
    assert offending(Language.INDONESIAN, ABBREVIATIONS) == []


def test_indonesian_texts_have_no_office_words() -> None:
    assert offending(Language.INDONESIAN, OFFICE_WORDS) == []


def test_no_text_has_a_slash_for_or() -> None:
    """`24/7` and `Rp/bulan` are read aloud as nothing."""
    slash = re.compile("/")

    assert [offending(language, slash) for language in Language] == [[], []]


def test_a_telephone_number_says_that_it_is_to_be_called() -> None:
    """`Info 175` would be texted, because INFO is a keyword."""
    assert [offending(language, NUMBER_WITHOUT_VERB) for language in Language] == [
        [],
        [],
    ]


def test_every_text_has_a_next_step() -> None:
    assert [
        wording
        for language in Language
        for wording in wordings(language)
        if not NEXT_STEPS[language].search(wording[1])
    ] == []


def test_the_branch_comes_before_the_app() -> None:
    """Most who text have no internet."""
    assert [
        (name, text)
        for name, text in wordings(Language.INDONESIAN)
        if name not in ABOUT_THE_APP
        and (app := APP.search(text))
        and "kantor cabang" in text[app.end() :].lower()
    ] == []


def test_no_text_offers_nothing_but_the_app() -> None:
    assert [
        (name, text)
        for name, text in wordings(Language.INDONESIAN)
        if APP.search(text) and not re.search("kantor|telp", text, re.IGNORECASE)
    ] == []


def test_a_worker_may_show_his_own_sms() -> None:
    """A child or a friend reads the SMS to him; secrets are another matter."""
    secrecy = re.compile(r"[Jj]angan beri ?tahu")

    assert offending(Language.INDONESIAN, secrecy) == []
