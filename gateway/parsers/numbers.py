"""Say what each number in an SMS is, by its length, its beginning and its label.

A number is never cut or padded: it has the length of a KPJ, or it is something else.
Shapes and their sources: KPJ 11 characters (the JMO app accepts no other length), NIK
16 digits (Permendagri), BPJS Kesehatan card 13 digits, Indonesian mobile numbers 10 to
13 digits from 08 or 62 8 (national numbering plan).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.parsers.kinds import NumberKind
from gateway.parsers.tokens import Token
from gateway.parsers.vocabulary import LABELS, PASSED_OVER

NIK_LENGTH = 16
HEALTH_CARD_LENGTH = 13
SHORTEST_ATTEMPT = 3
SHORTEST_PHONE = 9
LABEL_REACH = 4
_KPJ = re.compile(r"\d{2}[0-9A-Z]\d{8}")
_YEAR = re.compile(r"(19|20)\d\d")
_LOCAL_MOBILE = re.compile(r"08[1-9](\d{7}|\d{9}|\d{10})")
_INTERNATIONAL_MOBILE = re.compile(r"620?8[1-9]\d{7,10}")
_BARE_MOBILE = re.compile(r"08[1-9]\d{8}|8[1-9]\d{9}")
_DATE = re.compile(
    r"\b(0?[1-9]|[12]\d|3[01])([-/.])(0?[1-9]|1[0-2])\2((19|20)\d\d|\d\d)\b"
)
# What may stand between two groups of one number, and what also parts two numbers.
_JOINER = re.compile(r"[\s.\-/_,()]{1,3}")
_PARTER = re.compile(r"[\s,/()]")


@dataclass(frozen=True)
class Number:
    """A number as it was meant, and whether the sender called it a KPJ."""

    digits: str
    kind: NumberKind
    named_kpj: bool = False

    @property
    def may_be_mobile(self) -> bool:
        """Whether a KPJ could as well be a mobile number, if nothing speaks for it."""
        return not self.named_kpj and _BARE_MOBILE.fullmatch(self.digits) is not None


def without_dates(text: str) -> str:
    """The text without dates, so that no date is glued to a number beside it."""
    return _DATE.sub("#", text)


def find_numbers(tokens: Sequence[Token]) -> list[Number]:
    """All numbers of a message, groups joined."""
    return [
        number
        for start, groups in _clusters(tokens)
        for number in _read(groups, _label(tokens, start, start + len(groups)))
    ]


def _clusters(tokens: Sequence[Token]) -> Iterator[tuple[int, list[Token]]]:
    """Neighbouring groups of digits that may form one number, with their position."""
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


def _label(tokens: Sequence[Token], start: int, end: int) -> NumberKind | None:
    """What the word before a number calls it, or a closing remark such as `no hp`."""
    before = reversed(tokens[max(0, start - LABEL_REACH) : start])
    if kind := _first_label(before):
        return kind
    behind = tokens[end : end + LABEL_REACH]
    if any(token.is_number for token in behind):
        return None
    return NumberKind.PHONE if _first_label(behind) is NumberKind.PHONE else None


def _first_label(tokens: Iterable[Token]) -> NumberKind | None:
    for token in tokens:
        if token.is_number or token.text not in PASSED_OVER:
            return LABELS.get(token.text)
    return None


def _read(groups: list[Token], label: NumberKind | None) -> list[Number]:
    """One number, or several when a part of the groups is a KPJ by itself."""
    plus = "+" in groups[0].gap
    parts = _parted(groups)
    if not plus and len(parts) > 1 and any(_KPJ.fullmatch(part) for part in parts):
        return [_number(part, label) for part in parts]
    digits = [token.text for token in groups]
    if _is_stray(digits[-1]) and _KPJ.fullmatch("".join(digits[:-1])):
        digits.pop()
    number = _number("".join(digits), label, plus=plus)
    if number.kind is NumberKind.KPJ and not _is_grouping(digits):
        return [Number(number.digits, NumberKind.WRONG_LENGTH)]
    return [number]


def _parted(groups: list[Token]) -> list[str]:
    parts = [groups[0].text]
    for token in groups[1:]:
        if _PARTER.search(token.gap):
            parts.append(token.text)
        else:
            parts[-1] += token.text
    return parts


def _is_stray(group: str) -> bool:
    return len(group) == 1 or _YEAR.fullmatch(group) is not None


def _is_grouping(groups: list[str]) -> bool:
    """Ten digits and a lone one behind them are no KPJ in groups."""
    return min(map(len, groups)) > 1 or len(groups) > 2


def _number(digits: str, label: NumberKind | None, *, plus: bool = False) -> Number:
    kind = _kind(digits, label, plus)
    return Number(digits, kind, label is NumberKind.KPJ)


def _kind(digits: str, label: NumberKind | None, plus: bool) -> NumberKind:
    if label is NumberKind.OTHER or label is NumberKind.NIK:
        return label
    if plus or _INTERNATIONAL_MOBILE.fullmatch(digits):
        return NumberKind.PHONE
    if label is NumberKind.PHONE and len(digits) >= SHORTEST_PHONE:
        return NumberKind.PHONE
    if _KPJ.fullmatch(digits):
        return NumberKind.KPJ
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
