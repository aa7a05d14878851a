"""Read an SMS: which topic, which KPJ, which language, or why it cannot be answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.parsers.keywords import Keyword, Match, best_match
from gateway.parsers.kinds import NumberKind
from gateway.parsers.numbers import Number, find_numbers, without_dates
from gateway.parsers.text import plain
from gateway.parsers.tokens import Token, tokenise
from gateway.parsers.vocabulary import (
    ABOUT_KPJ,
    COURTESY,
    ENGLISH,
    FOREIGN_BUSINESS,
    INDONESIAN,
)
from gateway.participants import KPJ


class Language(StrEnum):
    """The languages that workers are answered in."""

    INDONESIAN = "id"
    ENGLISH = "en"


class RejectionReason(StrEnum):
    """Why a message cannot be answered with what it asked for."""

    EMPTY = "empty"
    UNKNOWN_KEYWORD = "unknown_keyword"
    KPJ_MISSING = "kpj_missing"
    KPJ_MALFORMED = "kpj_malformed"
    KPJ_AMBIGUOUS = "kpj_ambiguous"
    NIK_GIVEN = "nik_given"
    HEALTH_CARD_GIVEN = "health_card_given"
    PHONE_GIVEN = "phone_given"


@dataclass(frozen=True)
class Enquiry:
    """A topic to answer; `kpj` is None only for topics open to anyone."""

    keyword: str
    kpj: KPJ | None
    language: Language


@dataclass(frozen=True)
class Rejection:
    """What was wrong; `length` is how long the malformed number was."""

    reason: RejectionReason
    language: Language = Language.INDONESIAN
    keyword: str | None = None
    length: int | None = None


# What a KPJ without a keyword asks for.
DEFAULT_KEYWORD = "saldo"
_ENOUGH_ENGLISH = 2
_REASONS = {
    NumberKind.NIK: RejectionReason.NIK_GIVEN,
    NumberKind.HEALTH_CARD: RejectionReason.HEALTH_CARD_GIVEN,
    NumberKind.PHONE: RejectionReason.PHONE_GIVEN,
    NumberKind.WRONG_LENGTH: RejectionReason.KPJ_MALFORMED,
}


def parse(text: str, keywords: Collection[Keyword]) -> Enquiry | Rejection:
    """Decide what a member wants from the raw text of an SMS. Never raises."""
    text = plain(text)
    tokens = tokenise(without_dates(text))
    if not tokens and "?" not in text:
        return Rejection(RejectionReason.EMPTY)
    words = _words(tokens, keywords) if tokens else ("?",)
    numbers = find_numbers(tokens)
    match = best_match(words, keywords, has_kpj=bool(_kpjs(numbers)))
    return _decide(words, numbers, match)


def _words(tokens: Sequence[Token], keywords: Collection[Keyword]) -> tuple[str, ...]:
    words = [token.text for token in tokens if not token.is_number]
    known = {form for keyword in keywords for form in keyword.forms if " " not in form}
    vocabulary = known | ABOUT_KPJ | {"spasi"}
    return tuple(part for word in words for part in _unglued(word, vocabulary))


def _unglued(word: str, vocabulary: Collection[str]) -> list[str]:
    """`ceksaldo` as two words, when it is made of known ones and is none itself."""
    if word in vocabulary or word in COURTESY:
        return [word]
    for end in range(len(word) - 1, 1, -1):
        if word[:end] in vocabulary and word[end:] in vocabulary:
            return [word[:end], word[end:]]
    return [word]


def _decide(
    words: tuple[str, ...], numbers: list[Number], match: Match | None
) -> Enquiry | Rejection:
    language = _language(words, match)
    if match is None:
        return _without_keyword(words, numbers, language)
    if not match.is_whole_message and _is_foreign_business(words, numbers):
        return Rejection(RejectionReason.UNKNOWN_KEYWORD, language)
    if not match.keyword.needs_kpj:
        return Enquiry(match.keyword.name, None, language)
    return _about_member(match.keyword.name, numbers, language)


def _without_keyword(
    words: tuple[str, ...], numbers: list[Number], language: Language
) -> Enquiry | Rejection:
    """A message that is nothing but a number is taken for what the number is."""
    rest = {word for word in words if word not in COURTESY | ABOUT_KPJ}
    if rest or not any(number.kind in _TELLING for number in numbers):
        return Rejection(RejectionReason.UNKNOWN_KEYWORD, language)
    if any(number.may_be_mobile for number in _kpjs(numbers)):
        return Rejection(RejectionReason.PHONE_GIVEN, language)
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


def _language(words: tuple[str, ...], match: Match | None) -> Language:
    if match is not None and match.is_english:
        return Language.ENGLISH
    english = len(ENGLISH.intersection(words))
    if english >= _ENOUGH_ENGLISH and english > len(INDONESIAN.intersection(words)):
        return Language.ENGLISH
    return Language.INDONESIAN
