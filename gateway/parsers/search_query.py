"""Parse the console's search text: `field:value` terms, numbers and words.

    keyword:saldo outcome:refused from:2026-11-01 "tolong cek" 0811 0000 001

A whole number is replaced by a token at once, `phone:***0001~<keyed hash>`: the token
may stand in a URL, and only a holder of the key can make one.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from gateway.domain.outcomes import REASONS, REFUSALS, Outcome
from gateway.domain.participants import KPJ_SHAPE
from gateway.domain.statuses import OutboundStatus
from gateway.parsers.msisdn import to_mobile
from gateway.security.masking import mask

# A longer text is cut.
LONGEST = 500
# The most groups in which a number is written: +62 811 00 00 00 1.
_MOST_GROUPS = 7
# A year outside this range is a typing mistake.
_YEARS = range(2000, 2100)
_TAIL = re.compile(r"\**(\d{4})", re.ASCII)
_TOKEN = re.compile(r"\*{3}[0-9A-Z]{4}~([0-9a-f]{32})", re.ASCII)
_HASH = re.compile(r"~[0-9a-f]{32}")
# A number in any notation, or groups of digits, but not the value of another field.
_NUMBERS = re.compile(
    r'(?<![\w:~*\-])(?:(?P<field>(?:phone|kpj):)"?)?'
    r'(?P<number>\+?\(?\d{2}[\d\s.\-/()]*(?:(?<=\d)[A-Za-z](?=\d))?[\d\s.\-/()]*\d)(?![\w~:])"?'
)
_TERM = re.compile(r'(?P<field>[A-Za-z]+):(?P<value>"[^"]*"|\S*)|"[^"]*"|\S+')
_BETWEEN_DIGITS = re.compile(r"[\s.\-/()]")
_ANY_NUMBER = re.compile(r"\d{5,}")


class Problem(StrEnum):
    """Why a term finds nothing."""

    FIELD = "field"
    VALUE = "value"
    PHONE = "phone"
    KPJ = "kpj"
    DAY = "day"
    NUMBER = "number"


@dataclass(frozen=True)
class SearchFault:
    """A wrong term as it was typed, and what is allowed in its place."""

    term: str
    problem: Problem
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Search:
    """A search; several values of one field mean any of them."""

    # The text as typed, with a token for every whole number.
    text: str = ""
    phones: tuple[bytes, ...] = ()
    phone_tails: tuple[str, ...] = ()
    kpjs: tuple[bytes, ...] = ()
    keywords: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    words: tuple[str, ...] = ()
    faults: tuple[SearchFault, ...] = ()

    @property
    def masked(self) -> str:
        """The text for the search box."""
        return masked(self.text)


def tokenise_numbers(
    typed: str, index: Callable[[str], bytes], previous: str = ""
) -> str:
    """Replace every whole number by a token, in whatever notation it was pasted.

    The box may still show masked numbers of the `previous` search.
    """

    def replaced(match: re.Match[str]) -> str:
        terms = _tokens(match["field"] or "", match["number"], index)
        return " ".join(terms) or match[0]

    return _NUMBERS.sub(replaced, _restore_tokens(typed, previous)).strip()


def masked(text: str) -> str:
    """The text without the keyed hashes of its tokens."""
    return _HASH.sub("", text)


def parse(text: str, keywords: Collection[str]) -> Search:
    """Parse a text without bare numbers into a search, with every wrong term."""
    found = _Found(sorted(keywords))
    for match in _TERM.finditer(text):
        found.take(match)
    values: dict[str, Any] = {
        name: tuple(values) for name, values in found.values.items()
    }
    return Search(text, faults=tuple(found.faults), **values | found.days)


def with_term(text: str, name: str, value: str) -> str:
    """Set a field of the text to one value; an empty value drops the field."""
    others = [
        match[0]
        for match in _TERM.finditer(text)
        if (match["field"] or "").lower() != name
    ]
    return " ".join([*others, f"{name}:{value}"] if value else others)


@dataclass
class _Found:
    """Collects the terms of a search."""

    keywords: list[str]
    values: dict[str, list[str | bytes]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    faults: list[SearchFault] = field(default_factory=list)

    def take(self, match: re.Match[str]) -> None:
        name, term = match["field"], match[0]
        if name is None:
            self._word(term)
            return
        value = match["value"].strip('"')
        allowed = self._choices().get(name.lower())
        if allowed:
            self._choice(term, *allowed, value.lower())
        elif name.lower() in ("phone", "kpj"):
            self._number(term, name.lower(), value)
        elif name.lower() in ("from", "to"):
            self._day(term, "since" if name.lower() == "from" else "until", value)
        else:
            self.faults.append(SearchFault(term, Problem.FIELD, FIELDS))

    def _choices(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        outcomes = (*Outcome, *sorted(REFUSALS), *REASONS)
        return {
            "keyword": ("keywords", tuple(self.keywords)),
            "outcome": ("outcomes", tuple(dict.fromkeys(map(str, outcomes)))),
            "status": ("statuses", tuple(map(str, OutboundStatus))),
        }

    def _choice(
        self, term: str, name: str, allowed: tuple[str, ...], value: str
    ) -> None:
        if value in allowed:
            self._add(name, value)
        else:
            self.faults.append(SearchFault(term, Problem.VALUE, allowed))

    def _number(self, term: str, name: str, value: str) -> None:
        if token := _TOKEN.fullmatch(value):
            self._add(f"{name}s", bytes.fromhex(token[1]))
        elif tail := _TAIL.fullmatch(value):
            # The redacted text shows the end of a KPJ as this page does.
            is_phone = name == "phone"
            self._add(*("phone_tails", tail[1]) if is_phone else ("words", mask(value)))
        else:
            self.faults.append(SearchFault(term, Problem(name)))

    def _day(self, term: str, name: str, value: str) -> None:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day and day.year in _YEARS:
            self.days[name] = day
        else:
            self.faults.append(SearchFault(term, Problem.DAY))

    def _word(self, term: str) -> None:
        word = term.strip('"')
        if _ANY_NUMBER.search(re.sub(r"[\s.\-/]", "", word)):
            self.faults.append(SearchFault(term, Problem.NUMBER))
        elif word:
            self._add("words", word)

    def _add(self, name: str, value: str | bytes) -> None:
        self.values.setdefault(name, []).append(value)


FIELDS = ("phone", "kpj", "keyword", "outcome", "status", "from", "to")


def _tokens(name: str, number: str, index: Callable[[str], bytes]) -> list[str]:
    """Replace groups of digits by tokens, each for as many groups as form a number."""
    groups, terms = number.split(), list[str]()
    while groups:
        size, token = _first_token(name, groups, index)
        terms.append(token or groups[0])
        groups = groups[size:]
    return terms if any("~" in term for term in terms) else []


def _first_token(
    name: str, groups: Sequence[str], index: Callable[[str], bytes]
) -> tuple[int, str | None]:
    for size in range(min(len(groups), _MOST_GROUPS), 0, -1):
        if token := _token(name, " ".join(groups[:size]), index):
            return size, token
    return 1, None


def _token(name: str, number: str, index: Callable[[str], bytes]) -> str | None:
    digits = _BETWEEN_DIGITS.sub("", number).upper()
    phone = None if name == "kpj:" else to_mobile(digits)
    if phone:
        return f"phone:{mask(phone)}~{index(phone).hex()}"
    if name != "phone:" and KPJ_SHAPE.fullmatch(digits):
        return f"kpj:{mask(digits)}~{index(digits).hex()}"
    return None


def _restore_tokens(typed: str, previous: str) -> str:
    """Put back the tokens that the box showed masked."""
    for term in _terms(previous):
        if _HASH.search(term):
            shown = rf"(?<!\S){re.escape(masked(term))}(?!\S)"
            typed = re.sub(shown, term, typed)
    return typed


def _terms(text: str) -> Iterator[str]:
    return (match[0] for match in _TERM.finditer(text))
