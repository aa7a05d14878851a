"""BAHASA: the language in which this phone is answered from now on."""

from dataclasses import replace

from gateway.domain.enquiry import Language
from gateway.handlers.registry import Question, for_anyone
from gateway.parsers import vocabulary
from gateway.parsers.keywords import Keyword
from gateway.replies.bahasa import HOW, SPOKEN
from gateway.replies.template import Answer

NAMES = {
    "indonesia": Language.INDONESIAN,
    "indonesian": Language.INDONESIAN,
    "indo": Language.INDONESIAN,
    "inggris": Language.ENGLISH,
    "english": Language.ENGLISH,
    "eng": Language.ENGLISH,
}
# Chat speaks of languages, too: it has to be the whole wish.
KEYWORD = Keyword(
    "bahasa",
    needs_kpj=False,
    alone=("bahasa", "language", "inggris", "english", "indonesia"),
    beside=vocabulary.words(
        """
        in eng indo indonesian pakai dalam ke ganti pilih balas balasan speak reply
        jawa sunda madura bugis batak melayu bali
        """
    ),
    forgiving=("bahasa", "language"),
    english=frozenset({"language", "english"}),
    example="BAHASA INGGRIS",
    about="bahasa balasan untuk HP ini",
    about_in_english="language of replies to this phone",
)


@for_anyone(KEYWORD)
def choose(question: Question) -> Answer:
    """Speak the language that is named, and say so in it; else say how to choose."""
    language = next((NAMES[it] for it in question.all_words if it in NAMES), None)
    if language is None:
        return HOW.fill()
    return replace(SPOKEN.fill(), language=language)
