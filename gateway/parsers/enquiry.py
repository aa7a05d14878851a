"""Parse an SMS: which topic, which KPJ, which language, or why it is rejected."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.domain.enquiry import (
    Enquiry,
    GeneralEnquiry,
    Language,
    MemberEnquiry,
    Rejection,
    RejectionReason,
)
from gateway.domain.participants import KPJ
from gateway.parsers.keyword_index import Form, KeywordIndex
from gateway.parsers.keyword_matching import best_match, is_word_of
from gateway.parsers.language import (
    is_part_of_topic,
    shown_language,
    split_language,
)
from gateway.parsers.normalise import NormalisedText
from gateway.parsers.number_kinds import NumberKind
from gateway.parsers.numbers import Number, find_numbers, without_dates, wrong_letter
from gateway.parsers.tokens import Token, tokenise
from gateway.parsers.vocabulary import (
    ABOUT_KPJ,
    COURTESY,
    FOREIGN_BUSINESS,
    NUMBER_NAMES,
)
from gateway.parsers.word_splitting import split_words


@dataclass(frozen=True)
class Analysis:
    """What a message asks for, and the words and numbers that say so."""

    enquiry: Enquiry | Rejection
    # The phrase that named the topic, and whether it was mistyped.
    form: str | None = None
    is_mistyped: bool = False
    numbers: tuple[NumberKind, ...] = ()
    # Words beside the phrase, and short numbers such as an age.
    other_words: tuple[str, ...] = ()
    short_numbers: tuple[int, ...] = ()
    # No word shows the language, so the language chosen on this phone counts.
    is_neutral: bool = True


# The topic of a KPJ without a keyword.
DEFAULT_KEYWORD = "saldo"
_ASKS_NOTHING = COURTESY | ABOUT_KPJ | NUMBER_NAMES
_LONGEST_SHORT_NUMBER = 4
_REASONS = {
    NumberKind.NIK: RejectionReason.NIK_GIVEN,
    NumberKind.HEALTH_CARD: RejectionReason.HEALTH_CARD_GIVEN,
    NumberKind.PHONE: RejectionReason.PHONE_GIVEN,
    NumberKind.WRONG_LENGTH: RejectionReason.KPJ_MALFORMED,
}
# A text with such a number and no other content asks for the default topic.
_MEANT_AS_KPJ = {NumberKind.KPJ, *_REASONS}


def analyse(text: NormalisedText, index: KeywordIndex) -> Analysis:
    """Analyse what an SMS asks for. Never raises."""
    if not any(char.isalnum() or char == "?" for char in text):
        return Analysis(Rejection(RejectionReason.EMPTY))
    tokens = split_words(tokenise(without_dates(text)), index.words, index.endings)
    numbers = find_numbers(tokens, index.number_labels)
    has_kpj = bool(_kpjs(numbers))
    words = _words(tokens) if tokens or "?" not in text else ("?",)
    form = best_match(words, index, has_kpj=has_kpj)
    rest, language = split_language(tokens)
    if language and not is_part_of_topic(tokens, form):
        words = _words(rest)
        form = best_match(words, index, has_kpj=has_kpj)
    else:
        language = shown_language(words, form)
    return Analysis(
        _decide(words, numbers, form, language or Language.INDONESIAN),
        form=form.text if form else None,
        is_mistyped=form is not None and not _is_phrase_of(words, form.text),
        numbers=tuple(number.kind for number in numbers),
        other_words=tuple(
            word for word in words if form is None or not is_word_of(form, word)
        ),
        short_numbers=tuple(
            int(number.digits) for number in numbers if _is_short(number)
        ),
        is_neutral=language is None,
    )


def _words(tokens: Iterable[Token]) -> tuple[str, ...]:
    return tuple(token.text for token in tokens if not token.is_number)


def _is_phrase_of(words: tuple[str, ...], phrase: str) -> bool:
    return f" {phrase} " in f" {' '.join(words)} "


def _is_short(number: Number) -> bool:
    return number.digits.isdigit() and len(number.digits) <= _LONGEST_SHORT_NUMBER


def _decide(
    words: tuple[str, ...],
    numbers: list[Number],
    form: Form | None,
    language: Language,
) -> Enquiry | Rejection:
    if form is None:
        return _without_keyword(words, numbers, language)
    is_free = form.is_whole_message or form.is_complaint
    other = frozenset(words).difference(form.words, form.keyword.beside)
    if not is_free and _is_foreign_business(other, numbers):
        return Rejection(RejectionReason.UNKNOWN_KEYWORD, language)
    if not form.keyword.needs_kpj:
        return GeneralEnquiry(form.keyword.name, language)
    return _about_member(form.keyword.name, numbers, language)


def _without_keyword(
    words: tuple[str, ...], numbers: list[Number], language: Language
) -> Enquiry | Rejection:
    """A message that is only a number asks for the balance of that KPJ."""
    rest = {word for word in words if word not in _ASKS_NOTHING}
    if rest or not any(number.kind in _MEANT_AS_KPJ for number in numbers):
        return Rejection(RejectionReason.UNKNOWN_KEYWORD, language)
    enquiry = _about_member(DEFAULT_KEYWORD, numbers, language)
    if isinstance(enquiry, Rejection):
        return replace(enquiry, keyword=None)
    return enquiry


def _about_member(
    keyword: str, numbers: list[Number], language: Language
) -> MemberEnquiry | Rejection:
    kpjs = sorted({number.digits for number in _kpjs(numbers)})
    if len(kpjs) == 1:
        return MemberEnquiry(keyword, KPJ(kpjs[0]), language)
    if kpjs:
        return Rejection(RejectionReason.KPJ_AMBIGUOUS, language, keyword)
    last_four = tuple(number.digits for number in numbers if number.may_end_kpj)
    for number in numbers:
        if number.kind in _REASONS:
            reason, length = _REASONS[number.kind], len(number.digits)
            ends = last_four if number.may_end_kpj else ()
            letter = wrong_letter(number.digits)
            return Rejection(reason, language, keyword, length, ends, letter)
    missing = RejectionReason.KPJ_MISSING
    return Rejection(missing, language, keyword, last_four=last_four)


def _kpjs(numbers: list[Number]) -> list[Number]:
    return [number for number in numbers if number.kind is NumberKind.KPJ]


def _is_foreign_business(words: frozenset[str], numbers: list[Number]) -> bool:
    is_named = any(number.is_named_kpj for number in numbers)
    return not is_named and not FOREIGN_BUSINESS.isdisjoint(words)
