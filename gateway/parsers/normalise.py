"""Bring what people type on basic phones into plain letters, digits and spaces."""

import re
import unicodedata
from functools import lru_cache

from gateway.domain.access import LONGEST_TEXT

_REMOVED = frozenset({"Cf", "Mn", "Me", "Cs"})
_NOT_PLAIN = re.compile(r"[^\n\r\t -~]+")
_BLANKS = re.compile(r"\s{2,}")
# S A L D O, J.H.T: at least three letters, each by itself.
_SPELT = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z][ .]){2,}[A-Za-z](?![A-Za-z0-9])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")


def plain(text: str) -> str:
    """ASCII digits for every script's, no accents, no invisible characters.

    What is left of emoji, quotes and control characters is a space, so that they part
    words without joining numbers. Words spelt letter by letter are joined. Case is
    kept: only `l` and `I` look like a 1.

    One character can stand for eighteen, so it is cut again to the longest SMS: no
    more than that reaches a regular expression.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    text = _NOT_PLAIN.sub(_substitutes, decomposed)
    text = _BLANKS.sub(" ", text)[:LONGEST_TEXT]
    return _SPELT.sub(lambda spelt: re.sub(r"[ .]", "", spelt[0]), text)


def _substitutes(found: re.Match[str]) -> str:
    return "".join(map(_substitute, found[0]))


@lru_cache(maxsize=4096)
def _substitute(char: str) -> str:
    if unicodedata.category(char) in _REMOVED:
        return ""
    digit = unicodedata.decimal(char, None)
    return " " if digit is None else str(digit)


def unstretch(word: str) -> str:
    """`saaaldooo` as it was meant: a letter typed three times or more counts once."""
    return _STRETCHED.sub(r"\1", word)
