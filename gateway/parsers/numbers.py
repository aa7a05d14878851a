"""Classify each number in an SMS by its length, its first digits and its label.

A number is never cut or padded: it has the length of a KPJ, or it is no KPJ.
Shapes and their sources: KPJ 11 characters (the JMO app accepts no other length), NIK
16 digits (Permendagri), BPJS Kesehatan card 13 digits, Indonesian mobile numbers 10 to
13 digits from 08 or 62 8 (national numbering plan).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.participants import KPJ_SHAPE
from gateway.parsers.number_kinds import NumberKind
from gateway.parsers.tokens import Token
from gateway.parsers.vocabulary import COURTESY, EXAMPLE, PASSED_OVER

NIK_LENGTH = 16
HEALTH_CARD_LENGTH = 13
SHORTEST_ATTEMPT = 3
# Where old cards have a letter: the third character.
LETTER_PLACE = 2
SHORTEST_PHONE = 9
LABEL_REACH = 4
EXAMPLE_REACH = 2
COUNTRY_CODE = "62"
_NO_LABELS = PASSED_OVER | COURTESY
_YEAR = re.compile(r"(19|20)\d\d")
_LAST_FOUR = re.compile(r"\d{4}", re.ASCII)
_LOCAL_MOBILE = re.compile(r"08[1-9](\d{7}|\d{9}|\d{10})")
_INTERNATIONAL_MOBILE = re.compile(r"620?8[1-9]\d{7,10}")
# Eleven digits that may be a KPJ of 2008 or 1981, if a label says so.
_BARE_MOBILE = re.compile(r"08[1-9]\d{8}|8[1-9]\d{9}")
_DATE = re.compile(
    r"\b(0?[1-9]|[12]\d|3[01])([-/.])(0?[1-9]|1[0-2])\2((19|20)\d\d|\d\d)\b"
)
# The number of a company and its division as printed: 17012089/000.
_COMPANY = re.compile(r"\b\d{8}/\d{3}\b")
# Characters between two groups of one number, and those that may separate two numbers.
_JOINER = re.compile(r"[\s.\-/_,()]{1,3}")
_SEPARATOR = re.compile(r"[\s,/()]")


@dataclass(frozen=True)
class Number:
    """A number, and whether the sender labelled it a KPJ.

    Four digits `may_end_kpj`, unless they are labelled as something else.
    """

    digits: str
    kind: NumberKind
    is_named_kpj: bool = False
    may_end_kpj: bool = False


def without_dates(text: str) -> str:
    """The text without dates and company numbers, which must not join other numbers."""
    return _COMPANY.sub("#", _DATE.sub("#", text))


def find_numbers(
    tokens: Sequence[Token], labels: Mapping[str, NumberKind]
) -> list[Number]:
    """All numbers of a message, with their groups joined."""
    return [
        number
        for start, groups in _clusters(tokens)
        for number in _classify(groups, _label(tokens, start, groups, labels))
    ]


def _clusters(tokens: Sequence[Token]) -> Iterator[tuple[int, list[Token]]]:
    """Neighbouring groups of digits that may be one number, with their position."""
    start, groups = 0, list[Token]()
    for position, token in enumerate(tokens):
        if groups and not (token.is_number and _JOINER.fullmatch(token.gap)):
            yield start, groups
            groups = []
        if token.is_number:
            start = start if groups else position
            groups.append(token)
    if groups:
        yield start, groups


def _label(
    tokens: Sequence[Token],
    start: int,
    groups: list[Token],
    labels: Mapping[str, NumberKind],
) -> NumberKind | None:
    """The kind that the word before a number gives it.

    A remark behind it, such as `no hp`, decides about a possible mobile number. The
    number in `contoh: SALDO 12345678901` is an example.
    """
    end = start + len(groups)
    if _BARE_MOBILE.fullmatch("".join(token.text for token in groups)):
        remark = tokens[end : end + LABEL_REACH]
        if _first_label(remark, labels) is NumberKind.PHONE and _has_no_number(remark):
            return NumberKind.PHONE
    before = tokens[max(0, start - LABEL_REACH) : start]
    if any(token.text in EXAMPLE for token in before[-EXAMPLE_REACH:]):
        return NumberKind.OTHER
    return _first_label(reversed(before), labels)


def _has_no_number(tokens: Sequence[Token]) -> bool:
    return not any(token.is_number for token in tokens)


def _first_label(
    tokens: Iterable[Token], labels: Mapping[str, NumberKind]
) -> NumberKind | None:
    for token in tokens:
        if token.is_number or token.text not in _NO_LABELS:
            return labels.get(token.text)
    return None


def _classify(groups: list[Token], label: NumberKind | None) -> list[Number]:
    """One number, or several if a part of the groups is a whole number by itself."""
    plus = "+" in groups[0].gap and groups[0].text.startswith(COUNTRY_CODE)
    parts = _separated(groups)
    if not plus and _are_several(parts):
        return [_number(part, label) for part in parts]
    digits = [token.text for token in groups]
    behind: list[Number] = []
    if _is_stray(digits[-1]) and KPJ_SHAPE.fullmatch("".join(digits[:-1])):
        behind = [_number(digits.pop(), None)]
    number = _number("".join(digits), label, plus=plus)
    if number.kind is NumberKind.KPJ and not _is_grouping(digits):
        return [Number(number.digits, NumberKind.WRONG_LENGTH), *behind]
    return [number, *behind]


def _separated(groups: list[Token]) -> list[str]:
    parts = [groups[0].text]
    for token in groups[1:]:
        if _SEPARATOR.search(token.gap):
            parts.append(token.text)
        else:
            parts[-1] += token.text
    return parts


def _are_several(parts: list[str]) -> bool:
    """Whether parts are numbers of their own.

    One is a whole number, or they are the end of a KPJ and a year or age: `0019 2025`.
    """
    if len(parts) > 1 and any(map(_is_whole, parts)):
        return True
    lengths = [len(part) for part in parts]
    return lengths == [4, 2] or (lengths == [4, 4] and any(map(_YEAR.fullmatch, parts)))


def _is_whole(part: str) -> bool:
    return len(part) == NIK_LENGTH or KPJ_SHAPE.fullmatch(part) is not None


def _is_stray(group: str) -> bool:
    return len(group) == 1 or _YEAR.fullmatch(group) is not None


def _is_grouping(groups: list[str]) -> bool:
    """Whether groups may form a KPJ; ten digits and a single digit do not."""
    return min(map(len, groups)) > 1 or len(groups) > 2


def wrong_letter(digits: str) -> str | None:
    """The first letter of a number where a KPJ cannot have one, if there is any."""
    others = digits[:LETTER_PLACE] + digits[LETTER_PLACE + 1 :]
    return next((char for char in others if char.isalpha()), None)


def _number(digits: str, label: NumberKind | None, *, plus: bool = False) -> Number:
    kind = _kind(digits, label, plus)
    may_end_kpj = label is not NumberKind.OTHER and _LAST_FOUR.fullmatch(digits)
    return Number(digits, kind, kind is label is NumberKind.KPJ, bool(may_end_kpj))


def _kind(digits: str, label: NumberKind | None, plus: bool) -> NumberKind:
    if label is NumberKind.OTHER:
        return label
    if plus or _INTERNATIONAL_MOBILE.fullmatch(digits):
        return NumberKind.PHONE
    if label is NumberKind.PHONE and len(digits) >= SHORTEST_PHONE:
        return NumberKind.PHONE
    if _BARE_MOBILE.fullmatch(digits) and label is not NumberKind.KPJ:
        return NumberKind.PHONE
    if KPJ_SHAPE.fullmatch(digits):
        return NumberKind.KPJ
    if label is NumberKind.NIK:
        return label
    if _LOCAL_MOBILE.fullmatch(digits):
        return NumberKind.PHONE
    return _kind_by_length(digits)


def _kind_by_length(digits: str) -> NumberKind:
    if len(digits) < SHORTEST_ATTEMPT or _YEAR.fullmatch(digits):
        return NumberKind.OTHER
    if not digits.isdigit():
        return NumberKind.WRONG_LENGTH
    by_length = {
        NIK_LENGTH: NumberKind.NIK,
        HEALTH_CARD_LENGTH: NumberKind.HEALTH_CARD,
    }
    return by_length.get(len(digits), NumberKind.WRONG_LENGTH)
