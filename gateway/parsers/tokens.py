"""Take a plain text apart into words and runs of digits, glued ones included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RUN = re.compile(r"[A-Za-z0-9]+")
# Letters glued to a number: at least two, and not only letters that look like digits.
_GLUED = re.compile(
    r"((?![OolI]+\d)[A-Za-z]{2,})?(\d[A-Za-z0-9]*?)((?![OolI]+$)[A-Za-z]{2,})?"
)
_LOOKALIKE_GROUP = re.compile(r"[OolI]{2,}")
SHORTEST_LOOKALIKE = 4
_LOOKALIKES = str.maketrans("OolI", "0011")


@dataclass(frozen=True)
class Token:
    """A word in lower case, or a run of digits; `gap` is what stood before it."""

    text: str
    is_number: bool
    gap: str


def tokenise(text: str) -> list[Token]:
    """The tokens of a plain text (see `text.plain`), in order."""
    tokens: list[Token] = []
    end = 0
    for match in _RUN.finditer(text):
        gap, end = text[end : match.start()], match.end()
        if _means_zeros(match, tokens, text):
            tokens.append(Token(match[0].translate(_LOOKALIKES), True, gap))
        else:
            tokens += _split(match[0], gap)
    return tokens


def _means_zeros(match: re.Match[str], before: list[Token], text: str) -> bool:
    """Whether letters such as OOO stand as a group between two groups of digits."""
    return (
        _LOOKALIKE_GROUP.fullmatch(match[0]) is not None
        and bool(before and before[-1].is_number)
        and re.match(r"[ .\-]?[OolI]*\d", text[match.end() :]) is not None
    )


def _split(run: str, gap: str) -> Iterator[Token]:
    """Part `saldo61000000019`; letters glued to a word are never read as digits."""
    glued = _GLUED.fullmatch(run)
    if _is_mostly_digits(run) and run[0] in "OolI":
        yield Token(_as_digits(run), True, gap)
    elif glued is None or not _is_mostly_digits(glued[2]):
        yield (
            Token(_as_digits(run), True, gap)
            if _is_mostly_digits(run)
            else Token(run.lower(), False, gap)
        )
    else:
        yield from _parts(glued, gap)


def _parts(glued: re.Match[str], gap: str) -> Iterator[Token]:
    before, digits, after = glued.groups()
    if before:
        yield Token(before.lower(), False, gap)
    yield Token(_as_digits(digits), True, "" if before else gap)
    if after:
        yield Token(after.lower(), False, "")


def _is_mostly_digits(run: str) -> bool:
    """Half of it digits; less will do when the rest only looks like digits."""
    digits = sum(char.isdigit() for char in run)
    if digits > 1 and len(run) > SHORTEST_LOOKALIKE and _as_digits(run).isdigit():
        return True
    return digits * 2 >= len(run)


def _as_digits(run: str) -> str:
    return run.translate(_LOOKALIKES).upper()
