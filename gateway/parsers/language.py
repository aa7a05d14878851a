"""Find the language of a message: the one it asks for, or the one it is written in."""

from collections.abc import Sequence

from gateway.domain.enquiry import Language
from gateway.parsers.keyword_index import Form
from gateway.parsers.tokens import Token
from gateway.parsers.vocabulary import COURTESY, ENGLISH, INDONESIAN, words

NAMES = {
    **dict.fromkeys(("indonesia", "indonesian", "indo"), Language.INDONESIAN),
    **dict.fromkeys(("inggris", "english", "eng", "en"), Language.ENGLISH),
}
# Words between the rest of a message and the name of a language.
_BEFORE_NAME = words("bahasa dalam pakai in language")
# How many words of a language show that a text is in it.
_ENOUGH_WORDS = 2


def split_language(tokens: Sequence[Token]) -> tuple[list[Token], Language | None]:
    """The tokens without a language named at their end: `SALDO 61000000019 ENG`."""
    rest = list(tokens)
    while rest and rest[-1].text in COURTESY:
        rest.pop()
    named = NAMES.get(rest[-1].text) if rest else None
    if named is None:
        return list(tokens), None
    rest.pop()
    while rest and rest[-1].text in _BEFORE_NAME:
        rest.pop()
    return rest, named


def is_part_of_topic(tokens: Sequence[Token], form: Form | None) -> bool:
    """Whether a language at the end belongs to the topic itself: `BAHASA INGGRIS`.

    A language behind a number always says how to reply, except in a complaint.
    """
    if form is None or any(token.is_number for token in tokens):
        return form is not None and form.is_complaint
    own_words = form.keyword.beside.union(form.keyword.forms, form.words)
    return form.is_complaint or not own_words.isdisjoint(NAMES)


def shown_language(words: Sequence[str], form: Form | None) -> Language | None:
    """The language in which a message is written; None if no word shows it."""
    if form is not None and form.is_english:
        return Language.ENGLISH
    english = len(ENGLISH.intersection(words))
    indonesian = len(INDONESIAN.intersection(words))
    if max(english, indonesian) < _ENOUGH_WORDS:
        return None
    return Language.ENGLISH if english > indonesian else Language.INDONESIAN
