"""BANTUAN: help with the service, and BANTUAN SALDO: help with one topic."""

from functools import cache

from gateway import handlers
from gateway.domain.enquiry import Language
from gateway.handlers.registry import Question, for_anyone
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.keyword_matching import best_match
from gateway.parsers.keywords import Keyword
from gateway.parsers.vocabulary import words
from gateway.replies import bantuan
from gateway.replies.template import Answer

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
    kept=words("lain lainnya lanjut more other others"),
)
_MORE = KEYWORD.kept
_SECOND_PAGE = 2


@for_anyone(KEYWORD)
def tell_usage(question: Question) -> Answer:
    """Explain the named topic, or list the commands."""
    topic = best_match(question.words, _index(), has_kpj=False)
    if topic:
        return _about(topic.keyword)
    if _SECOND_PAGE in question.numbers or not _MORE.isdisjoint(question.words):
        return bantuan.HELP_MORE.fill()
    if "kpj" in question.words:
        return bantuan.HELP_KPJ.fill()
    return bantuan.HELP.fill()


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
