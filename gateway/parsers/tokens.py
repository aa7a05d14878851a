"""Split a normalised text into words and runs of digits, even where they are glued."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RUN = re.compile(r"[A-Za-z0-9]+")
# Letters glued to a number: at least two, and not all of them look like digits.
# The limits bound the number of ways to split a very long run.
_GLUED = re.compile(
    r"((?![OolI]+\d)[A-Za-z]{2,64})?(\d[A-Za-z0-9]{0,64}?)"
    r"((?![OolI]+$)[A-Za-z]{2,64})?"
)
_LOOKALIKE_GROUP = re.compile(r"[OolI]{2,}")
_GROUP_BEHIND = re.compile(r"[ .\-]?[OolI]*\d")
SHORTEST_LOOKALIKE = 4
LOOKALIKES = str.maketrans("OolI", "0011")


@dataclass(frozen=True)
class Token:
    """A word in lower case, or a run of digits; `gap` is the text before it."""

    text: str
    is_number: bool
    gap: str


def tokenise(text: str) -> list[Token]:
    """The tokens of a normalised text, in order."""
    tokens: list[Token] = []
    end = 0
    for match in _RUN.finditer(text):
        run, gap, end = match[0], text[end : match.start()], match.end()
        if _means_zeros(match, tokens):
            tokens.append(Token(_as_digits(run), True, gap))
        elif run.isalpha() or run.isdigit():
            tokens.append(Token(run.lower(), run.isdigit(), gap))
        else:
            tokens += _split(run, gap)
    return tokens


def _means_zeros(match: re.Match[str], before: list[Token]) -> bool:
    """Whether letters such as OOO stand as a group between two groups of digits."""
    return (
        bool(before and before[-1].is_number)
        and _LOOKALIKE_GROUP.fullmatch(match[0]) is not None
        and _GROUP_BEHIND.match(match.string, match.end()) is not None
    )


def _split(run: str, gap: str) -> Iterator[Token]:
    """Split `saldo61000000019`; letters glued to a word are never read as digits."""
    is_number = _is_mostly_digits(run)
    glued = None if is_number and run[0] in "OolI" else _GLUED.fullmatch(run)
    if glued and _is_mostly_digits(glued[2]):
        yield from _parts(glued, gap)
    else:
        yield Token(_as_digits(run) if is_number else run.lower(), is_number, gap)


def _parts(glued: re.Match[str], gap: str) -> Iterator[Token]:
    before, digits, after = glued.groups()
    if before:
        yield Token(before.lower(), False, gap)
    yield Token(_as_digits(digits), True, "" if before else gap)
    if after:
        yield Token(after.lower(), False, "")


def _is_mostly_digits(run: str) -> bool:
    """Whether at least half are digits, or all others are letters like them."""
    digits = sum(char.isdigit() for char in run)
    if digits > 1 and len(run) > SHORTEST_LOOKALIKE and _as_digits(run).isdigit():
        return True
    return digits * 2 >= len(run)


def _as_digits(run: str) -> str:
    return run.translate(LOOKALIKES).upper()
