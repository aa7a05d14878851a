"""BANTUAN: its sections, BANTUAN KLAIM: one section, BANTUAN SALDO: one command."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from gateway import handlers
from gateway.domain.enquiry import Language
from gateway.handlers.registry import Question, for_anyone
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.keyword_matching import best_match
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.replies import bantuan
from gateway.replies.fields import COMMANDS_WIDTH, Translated
from gateway.replies.template import Answer

_NAMES: Mapping[Section, Translated] = {
    section: {Language.INDONESIAN: indonesian, Language.ENGLISH: english}
    for section, indonesian, english in (
        (Section.MONEY, "UANG", "MONEY"),
        (Section.CLAIMS, "KLAIM", "CLAIMS"),
        (Section.MEMBERSHIP, "KARTU", "CARD"),
        (Section.SERVICE, "LAIN", "MORE"),
    )
}
# The words that ask for a section.
_SECTIONS = {
    word: section
    for section, asking in (
        (Section.MONEY, "uang duit money"),
        (Section.CLAIMS, "klaim claim claims"),
        (Section.MEMBERSHIP, "kartu card cards"),
        (Section.SERVICE, "lain lainnya lanjut more other others"),
    )
    for word in words(asking)
}
# INFO begins many bank and fraud texts, so it asks for help only by itself.
KEYWORD = Keyword(
    "bantuan",
    needs_kpj=False,
    words=("bantuan", "help", "petunjuk", "panduan"),
    alone=("info", "format", "menu", "?", "cara", "caranya", "informasi"),
    beside=frozenset({"sms", "bpjs", "layanan", "cek", "gimana", "bagaimana", "apa"}),
    forgiving=("bantuan",),
    english=frozenset({"help"}),
    example="BANTUAN SALDO",
    about="petunjuk layanan ini atau satu perintah",
    about_in_english="help with this service or one command",
    kept=frozenset(_SECTIONS),
)


@for_anyone(KEYWORD)
def tell_usage(question: Question) -> Answer:
    """Explain the named command, list those of the named section, or the sections."""
    topic = best_match(question.words, _index(), has_kpj=False)
    named = (topic.text,) if topic else question.words
    section = next((_SECTIONS[word] for word in named if word in _SECTIONS), None)
    if section:
        return _list_page(section, min(question.numbers, default=1))
    if topic:
        return _about(topic.keyword)
    if "kpj" in question.words:
        return bantuan.HELP_KPJ.fill()
    return bantuan.HELP.fill()


def _list_page(section: Section, number: int) -> Answer:
    """One page of the commands of a section, at most the last."""
    pages = list(_pages(handlers.sections()[section]))
    number = max(1, min(number, len(pages)))
    keywords = pages[number - 1]
    is_last = number == len(pages)
    template = bantuan.HELP_SECTION_END if is_last else bantuan.HELP_SECTION
    shown = next((word for word in keywords if word.needs_kpj), keywords[0])
    return template.fill(
        section=_NAMES[section],
        commands=_titles(keywords),
        example=shown.example,
        page=str(number + 1),
    )


def _pages(keywords: Iterable[Keyword]) -> Iterator[list[Keyword]]:
    page: list[Keyword] = []
    for keyword in keywords:
        if page and len(_titles([*page, keyword])) > COMMANDS_WIDTH:
            yield page
            page = []
        page.append(keyword)
    yield page


def _titles(keywords: Iterable[Keyword]) -> str:
    return ", ".join(keyword.title for keyword in keywords)


def _about(keyword: Keyword) -> Answer:
    template = bantuan.ABOUT_OPEN_TOPIC
    if keyword.needs_kpj:
        template = bantuan.ABOUT_MEMBER_TOPIC
    return template.fill(
        title=keyword.title,
        about={
            Language.INDONESIAN: keyword.about,
            Language.ENGLISH: keyword.about_in_english,
        },
        example=keyword.example,
    )


@cache
def _index() -> KeywordIndex:
    """The keywords of all other topics, once their modules are imported."""
    keywords = (topic.keyword for topic in handlers.topics().values())
    return KeywordIndex(keyword for keyword in keywords if keyword != KEYWORD)
