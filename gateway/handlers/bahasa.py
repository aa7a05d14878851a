"""BAHASA: choose the language of the replies to this phone."""

from dataclasses import replace

from gateway.handlers.registry import Question, for_anyone
from gateway.parsers import vocabulary
from gateway.parsers.keywords import Keyword
from gateway.parsers.language import NAMES
from gateway.replies.bahasa import HOW, SPOKEN
from gateway.replies.template import Answer

# Other texts mention languages too, so the forms have to be the whole message.
KEYWORD = Keyword(
    "bahasa",
    needs_kpj=False,
    alone=("bahasa", "language", "inggris", "english", "indonesia"),
    beside=vocabulary.words(
        """
        in en eng indo indonesian pakai dalam ke ganti pilih balas balasan speak reply
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
    """Confirm the language in that language, or say how to choose one."""
    named = (NAMES[word] for word in question.all_words if word in NAMES)
    language = next(named, None)
    if language is None:
        return HOW.fill()
    return replace(SPOKEN.fill(), language=language)
