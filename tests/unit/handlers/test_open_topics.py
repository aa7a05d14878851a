"""What anybody is told: programmes, claims, branches, and how to ask."""

import re
from dataclasses import replace
from datetime import date

import pytest

from gateway.bootstrap import make_parser, make_responder
from gateway.domain.brand import LONGEST_BRAND
from gateway.domain.policy import Policy
from gateway.handlers import topics
from gateway.handlers.registry import MemberTopic
from gateway.inbound.preview import Preview, preview
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.vocabulary import ABOUT_KPJ, COURTESY
from gateway.reference_data.book import RuleBook
from gateway.reference_data.loader import our_rules
from gateway.replies.fields import ABOUT_WIDTH, WIDEST
from gateway.replies.rendering import Renderer
from tests.support.fakes import FakeClock, worded
from tests.support.texts import parse

WIDE_BRAND = "M" * LONGEST_BRAND
KEYWORDS = [topic.keyword for topic in topics().values()]
# The list of commands in a page of the help, and what asks for the next page.
LISTED = re.compile(r"(?:Perintah [A-Z]+: |Ketik (?:salah )?satu: |text one of )|\. ")
NEXT_PAGE = re.compile(r"(?:Lanjut|Next): ((?:BANTUAN|HELP) [A-Z]+ \d)")
# What is asked for, and the template and language of what comes back.
ANSWERS = {
    "PROGRAM": "program",
    "program jht": "program_jht",
    "manfaat jaminan hari tua": "program_jht",
    "jkk": "program_jkk",
    "jaminan kematian": "program_jkm",
    "PROGRAM JP": "program_jp",
    "jaminan kehilangan pekerjaan": "program_jkp",
    "program bpu": "program_bpu",
    "CARA KLAIM": "how_to_claim",
    "cara klaim 10%": "how_to_claim_part",
    "cara klaim 10 persen untuk rumah": "how_to_claim_house",
    "cara klaim 30": "how_to_claim_house",
    "cara klaim 56": "how_to_claim_retired",
    "sudah 10 tahun kerja, kena phk, cara klaim gimana": "how_to_claim_left_work",
    "cara klaim jp": "how_to_claim_jp",
    "cara klaim tahun 2030": "how_to_claim",
    "KANTOR MALANG": "branch",
    "KANTOR BANDUNG": "branch_unknown",
    "KANTOR JAKARTA": "branch_unknown",
    "jam buka kantor": "hours",
    "KANTOR": "branch_ask_place",
    "KANTOR PARIS": "branch_unknown_place",
    "BANTUAN": "help",
    "bantuan dong pak": "help",
    "BANTUAN UANG": "help_section",
    "bantuan klaim": "help_section",
    "BANTUAN KLAIM 99": "help_section_end",
    "HELP CARD": "help_section",
    "BANTUAN LAIN": "help_section",
    "BANTUAN KPJ": "help_kpj",
    "BANTUAN SALDO": "help_member_topic",
    "BANTUAN CARA KLAIM": "help_open_topic",
    "BANTUAN KARTU HILANG": "help_open_topic",
}
# With a KPJ these are still about its member.
ABOUT_THE_MEMBER = [
    *("saldo 61000000019 kartu saya hilang", "kartu hilang saldo 61000000019"),
    *("nomor saya ganti, cek saldo 61000000019", "data jht 61000000019"),
    *("status 61000000019 aktif lagi?", "program jht 61000000019"),
    *("saya di kantor, saldo 61000000019", "mau klaim, saldo 61000000019 berapa"),
    "bantuan saldo 61000000019",
]


def tried(text: str, renderer: Renderer | None = None) -> Preview:
    clock, renderer = FakeClock(), renderer or worded()
    responder = make_responder(lambda _: b"", renderer, Policy(), clock)
    return preview(text, make_parser(renderer), responder, clock())


def test_a_question_gets_its_answer() -> None:
    replies = {text: tried(text).resolution.reply for text in ANSWERS}

    assert {
        text: value and value.template for text, value in replies.items()
    } == ANSWERS


@pytest.mark.parametrize(
    "text",
    ["INGAT STOP", "BAHASA INDONESIA", "PENGADUAN iuran saya dipotong", "PROGRAM JHT"],
)
def test_without_a_call_centre_in_force_nothing_is_done_that_is_not_told(
    text: str,
) -> None:
    rules = dict(our_rules().rules)
    old = replace(rules["care"].versions[0], valid_to=date(2020, 1, 1))
    rules["care"] = replace(rules["care"], versions=(old,))

    renderer = Renderer("", RuleBook(rules.values()), FakeClock())
    resolution = tried(text, renderer).resolution

    assert resolution.reply
    assert resolution.reply.template == "figure_not_in_force"
    assert resolution.reply.text.endswith("Tanyakan di kantor cabang.")
    assert resolution.language is resolution.wish is None
    assert not resolution.is_complaint


def test_an_enquiry_with_its_kpj_keeps_its_meaning() -> None:
    keywords = {text: tried(text).resolution.keyword for text in ABOUT_THE_MEMBER}

    assert [
        text
        for text, keyword in keywords.items()
        if not isinstance(topics().get(keyword or ""), MemberTopic)
    ] == []


def test_every_topic_says_how_it_is_written_and_what_comes_back() -> None:
    assert [
        keyword.name
        for keyword in KEYWORDS
        for about in (keyword.about, keyword.about_in_english)
        if not keyword.example or not 0 < len(about) <= ABOUT_WIDTH
    ] == []


def test_the_example_of_a_topic_is_understood_as_that_topic() -> None:
    index = KeywordIndex(KEYWORDS)
    read_as = {word.name: parse(word.example, index).keyword for word in KEYWORDS}

    # An enrolment is no keyword.
    del read_as["daftar"]
    assert read_as == {name: name for name in read_as}


@pytest.mark.parametrize(
    "sections",
    [
        ("BANTUAN UANG", "BANTUAN KLAIM", "BANTUAN KARTU", "BANTUAN LAIN"),
        ("HELP MONEY", "HELP CLAIMS", "HELP CARD", "HELP MORE"),
    ],
)
def test_the_sections_of_the_help_list_every_topic_once(
    sections: tuple[str, ...],
) -> None:
    renderer = Renderer(WIDE_BRAND, our_rules(), FakeClock())
    listed = [
        title
        for section in sections
        for text in pages_of(section, renderer)
        for title in LISTED.split(text)[1].split(", ")
    ]

    assert sorted(listed) == sorted(keyword.title for keyword in KEYWORDS)


def pages_of(section: str, renderer: Renderer) -> list[str]:
    """The pages of a section, each found by what the one before says."""
    pages: list[str] = []
    following: str | None = section
    while following:
        reply = tried(following, renderer).resolution.reply
        assert reply
        assert reply.segments == 1
        pages.append(reply.text)
        named = NEXT_PAGE.search(reply.text)
        following = named[1] if named else None
    return pages


def test_what_the_help_lists_is_understood_by_itself() -> None:
    index = KeywordIndex(KEYWORDS)
    read_as = {word.title: parse(word.title, index).keyword for word in KEYWORDS}

    assert read_as == {word.title: word.name for word in KEYWORDS}


def test_the_help_of_every_topic_fits_under_the_longest_brand() -> None:
    renderer = Renderer(WIDE_BRAND, our_rules(), FakeClock())
    # BANTUAN KLAIM and BANTUAN KARTU are sections.
    others = ("BANTUAN", "KLAIM", "KARTU")
    titles = [item.title for item in KEYWORDS if item.title not in others]
    replies = {
        f"{word} {title}": (title, tried(f"{word} {title}", renderer).resolution.reply)
        for word in ("BANTUAN", "HELP")
        for title in titles
    }

    assert [
        text
        for text, (title, reply) in replies.items()
        if not reply or reply.segments != 1 or f"{title}: " not in reply.text
    ] == []
    assert max(map(len, titles)) <= len(WIDEST["title"])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("KANTOR BANDUNG", "KANTOR BANDUNG"),
        ("kantor bima, nama saya Budi", "kantor bima, nama saya [word]"),
        ("saldo 61000000019 atas nama Bima", "saldo ***0019 atas nama [word]"),
        ("cara klaim phk", "cara klaim phk"),
    ],
)
def test_the_log_keeps_a_town_only_where_it_is_asked_for(text: str, kept: str) -> None:
    assert tried(text).resolution.redacted == kept


def test_no_open_topic_takes_a_number_that_is_only_called_a_kpj() -> None:
    asking_nothing = COURTESY | ABOUT_KPJ

    for keyword in KEYWORDS:
        for form in keyword.forms if not keyword.needs_kpj else ():
            assert not asking_nothing.issuperset(form.split()), form
