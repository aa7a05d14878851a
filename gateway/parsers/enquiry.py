"""Read an SMS: which topic, which KPJ, which language, or why it cannot be answered."""

from dataclasses import dataclass, replace

from gateway.domain.enquiry import Enquiry, Language, Rejection, RejectionReason
from gateway.domain.participants import KPJ
from gateway.parsers.keyword_index import Form, KeywordIndex
from gateway.parsers.keyword_matching import best_match, says_part_of
from gateway.parsers.normalise import plain
from gateway.parsers.number_kinds import NumberKind
from gateway.parsers.numbers import Number, find_numbers, without_dates
from gateway.parsers.tokens import tokenise
from gateway.parsers.vocabulary import (
    ABOUT_KPJ,
    COURTESY,
    ENGLISH,
    FOREIGN_BUSINESS,
    INDONESIAN,
    NUMBER_NAMES,
)
from gateway.parsers.word_splitting import known_words


@dataclass(frozen=True)
class Reading:
    """What a message means, and by which of its words and numbers."""

    meaning: Enquiry | Rejection
    # The phrase through which the topic was recognised, and whether it was mistyped.
    form: str | None = None
    is_mistyped: bool = False
    numbers: tuple[NumberKind, ...] = ()
    # What was said beside that phrase and a KPJ: words, and numbers such as an age.
    beside: tuple[str, ...] = ()
    figures: tuple[int, ...] = ()
    # No word tells the language: it is the one that this phone uses else.
    is_neutral: bool = True


# What a KPJ without a keyword asks for.
DEFAULT_KEYWORD = "saldo"
_ASKS_NOTHING = COURTESY | ABOUT_KPJ | NUMBER_NAMES
# So many words of a language tell which one is spoken.
_ENOUGH_WORDS = 2
_LONGEST_FIGURE = 4
_REASONS = {
    NumberKind.NIK: RejectionReason.NIK_GIVEN,
    NumberKind.HEALTH_CARD: RejectionReason.HEALTH_CARD_GIVEN,
    NumberKind.PHONE: RejectionReason.PHONE_GIVEN,
    NumberKind.WRONG_LENGTH: RejectionReason.KPJ_MALFORMED,
}


def parse(text: str, phrasebook: KeywordIndex) -> Enquiry | Rejection:
    """Decide what a member wants from the raw text of an SMS. Never raises."""
    return read(text, phrasebook).meaning


def read(text: str, phrasebook: KeywordIndex) -> Reading:
    """Decide what a member wants, and keep what tells so. Never raises."""
    text = plain(text)
    if not any(char.isalnum() or char == "?" for char in text):
        return Reading(Rejection(RejectionReason.EMPTY))
    tokens = known_words(
        tokenise(without_dates(text)), phrasebook.words, phrasebook.endings
    )
    words = tuple(token.text for token in tokens if not token.is_number)
    if not tokens and "?" in text:
        words = ("?",)
    numbers = find_numbers(tokens, phrasebook.names_of_numbers)
    form = best_match(words, phrasebook, has_kpj=bool(_kpjs(numbers)))
    meaning = _decide(words, numbers, form)
    kinds = tuple(number.kind for number in numbers)
    is_neutral = _language(words, form) is None
    if form is None:
        return Reading(meaning, numbers=kinds, beside=words, is_neutral=is_neutral)
    is_mistyped = f" {form.text} " not in f" {' '.join(words)} "
    beside = tuple(word for word in words if not says_part_of(form, word))
    figures = tuple(int(it.digits) for it in numbers if _is_figure(it))
    return Reading(meaning, form.text, is_mistyped, kinds, beside, figures, is_neutral)


def _is_figure(number: Number) -> bool:
    return number.digits.isdigit() and len(number.digits) <= _LONGEST_FIGURE


def _decide(
    words: tuple[str, ...], numbers: list[Number], form: Form | None
) -> Enquiry | Rejection:
    language = _language(words, form) or Language.INDONESIAN
    if form is None:
        return _without_keyword(words, numbers, language)
    is_free = form.is_whole_message or form.is_complaint
    if not is_free and _is_foreign_business(words, numbers):
        return Rejection(RejectionReason.UNKNOWN_KEYWORD, language)
    if not form.keyword.needs_kpj:
        return Enquiry(form.keyword.name, None, language)
    return _about_member(form.keyword.name, numbers, language)


def _without_keyword(
    words: tuple[str, ...], numbers: list[Number], language: Language
) -> Enquiry | Rejection:
    """A message that is nothing but a number is taken for what the number is."""
    rest = {word for word in words if word not in _ASKS_NOTHING}
    if rest or not any(number.kind in _TELLING for number in numbers):
        return Rejection(RejectionReason.UNKNOWN_KEYWORD, language)
    outcome = _about_member(DEFAULT_KEYWORD, numbers, language)
    return outcome if isinstance(outcome, Enquiry) else replace(outcome, keyword=None)


_TELLING = {NumberKind.KPJ, *_REASONS}


def _about_member(
    keyword: str, numbers: list[Number], language: Language
) -> Enquiry | Rejection:
    kpjs = sorted({number.digits for number in _kpjs(numbers)})
    if len(kpjs) == 1:
        return Enquiry(keyword, KPJ(kpjs[0]), language)
    if kpjs:
        return Rejection(RejectionReason.KPJ_AMBIGUOUS, language, keyword)
    for number in numbers:
        if number.kind in _REASONS:
            reason = _REASONS[number.kind]
            return Rejection(reason, language, keyword, len(number.digits))
    return Rejection(RejectionReason.KPJ_MISSING, language, keyword)


def _kpjs(numbers: list[Number]) -> list[Number]:
    return [number for number in numbers if number.kind is NumberKind.KPJ]


def _is_foreign_business(words: tuple[str, ...], numbers: list[Number]) -> bool:
    named = any(number.named_kpj for number in numbers)
    return not named and not FOREIGN_BUSINESS.isdisjoint(words)


def _language(words: tuple[str, ...], form: Form | None) -> Language | None:
    """The language of a message; None when a keyword alone does not tell it."""
    if form is not None and form.is_english:
        return Language.ENGLISH
    english = len(ENGLISH.intersection(words))
    indonesian = len(INDONESIAN.intersection(words))
    if max(english, indonesian) < _ENOUGH_WORDS:
        return None
    return Language.ENGLISH if english > indonesian else Language.INDONESIAN
