"""Normalise what people type on basic phones to plain letters, digits and spaces."""

import re
import unicodedata
from functools import lru_cache
from typing import NewType

from gateway.domain.access import LONGEST_TEXT

_REMOVED = frozenset({"Cf", "Mn", "Me", "Cs"})
_NOT_PLAIN = re.compile(r"[^\n\r\t -~]+")
_BLANKS = re.compile(r"\s{2,}")
# S A L D O, J.H.T: at least three letters, each by itself.
_SPELT = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z][ .]){2,}[A-Za-z](?![A-Za-z0-9])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")


# An SMS in plain ASCII. Parsers take this type, so that a text is normalised once.
NormalisedText = NewType("NormalisedText", str)


def normalise(text: str) -> NormalisedText:
    """Reduce a text to ASCII without accents and invisible characters.

    Digits of any script become ASCII digits. Emoji, quotes and control characters
    become a space, so that they separate words and numbers. Words spelt letter by
    letter are joined. Case is kept, because only `l` and `I` look like a 1.

    One character can decompose into eighteen, so the result is cut to the length of the
    longest SMS again, which bounds the work of regular expressions.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    text = _NOT_PLAIN.sub(_substitutes, decomposed)
    text = _BLANKS.sub(" ", text)[:LONGEST_TEXT]
    joined = _SPELT.sub(lambda spelt: re.sub(r"[ .]", "", spelt[0]), text)
    return NormalisedText(joined)


def _substitutes(found: re.Match[str]) -> str:
    return "".join(map(_substitute, found[0]))


@lru_cache(maxsize=4096)
def _substitute(char: str) -> str:
    if unicodedata.category(char) in _REMOVED:
        return ""
    digit = unicodedata.decimal(char, None)
    return " " if digit is None else str(digit)


def unstretch(word: str) -> str:
    """Reduce a letter that is typed three times or more to one: `saaaldooo`."""
    return _STRETCHED.sub(r"\1", word)
