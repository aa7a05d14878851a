"""Redact a text for the log: keep its words and its shape, but no personal number."""

import re
from collections.abc import Callable
from itertools import accumulate

from gateway.domain.participants import KPJ_LENGTH
from gateway.parsers.enrolment import EnrolmentMessage
from gateway.parsers.normalise import NormalisedText
from gateway.parsers.numbers import NIK_LENGTH
from gateway.parsers.tokens import LOOKALIKES
from gateway.security.masking import mask

# Replaces a text that may contain a NIK, a name and a birth date.
ENROLMENT = "[enrolment]"
# A text with this many `#` counts as an enrolment, however it begins.
_FIELD_SEPARATORS = 2
# A number begins with a digit, or with a lookalike letter at the beginning of a word.
# Anything but letters may separate its groups. The letter of an old card is part of it.
_NUMBER = re.compile(
    r"\+?(?:\d|(?<![A-Za-z0-9])[OolI])"
    r"(?:[^A-Za-z0-9]*+(?:\d|[OolI](?![OolI]*+[A-HJ-NP-Za-kmnp-z]))"
    r"|(?<=\d\d)[^A-Za-z0-9]*+[A-Za-z](?=[^A-Za-z0-9]*+\d)){4,}"
)
# A word, or brackets that replace a number or an enrolment.
_WORD = re.compile(r"\[(?:\d+ digits|enrolment)\]|\b[^\W\d_]+\b")
_HIDDEN = "\0"
_HIDDEN_RUN = re.compile(rf"{_HIDDEN}(?:[^\w*\[\]]*{_HIDDEN})*")
_GROUP = re.compile(r"[0-9OolI]+")
_FEWEST_DIGITS = 3
# The shortest personal number is a telephone number without its prefix.
_PERSONAL_DIGITS = 9
# After masking: a mask, or a short group of digits and their lookalikes.
_MASK_OR_GROUP = re.compile(r"\[\d+ digits\]|\*{3}\w{4}|(?P<group>\d[\dOolI]*)")


def redact_message(text: NormalisedText, enrolment: EnrolmentMessage | None) -> str:
    """The text with every longer number hidden, dates of birth included.

    A KPJ keeps its last four digits; another number shows only its length. Names look
    like other words, so nothing is kept of what is or may be an enrolment.
    """
    if enrolment or text.count("#") >= _FIELD_SEPARATORS or _holds_nik(text):
        return ENROLMENT
    return mask_numbers(text)


def mask_numbers(text: NormalisedText) -> str:
    """The text with its longer numbers hidden and all of its words."""
    return mask_groups(_NUMBER.sub(_redact_number, text))


def mask_groups(text: str) -> str:
    """Hide short groups of digits if together they may be one long number.

    People separate them by words: `3201 lalu 0101 lalu 9001 lalu 0001`. Groups of one
    or two digits stay readable, and so do all groups if they have fewer than nine
    digits together (a year, a small amount).
    """
    groups = [found for found in _MASK_OR_GROUP.findall(text) if found]
    if sum(map(len, groups)) < _PERSONAL_DIGITS:
        return text
    return _MASK_OR_GROUP.sub(_redact_group, text)


def _redact_group(found: re.Match[str]) -> str:
    is_shown = len(found["group"] or "") < _FEWEST_DIGITS
    return found[0] if is_shown else f"[{len(found['group'])} digits]"


def hide_other_words(redacted: str, is_ours: Callable[[str], bool]) -> str:
    """Hide every word that is not `is_ours`, because it may be a name.

    Only for texts that were understood: in other texts an operator needs the words.
    """

    def shown(word: re.Match[str]) -> str:
        is_kept = word[0].startswith("[") or is_ours(word[0].lower())
        return word[0] if is_kept else _HIDDEN

    hidden = _WORD.sub(shown, redacted)
    return _HIDDEN_RUN.sub(lambda run: _placeholder(run[0].count(_HIDDEN)), hidden)


def _placeholder(words: int) -> str:
    return "[word]" if words == 1 else f"[{words} words]"


def _holds_nik(text: str) -> bool:
    return any(map(_makes_nik, _NUMBER.findall(text)))


def _makes_nik(number: str) -> bool:
    """Whether neighbouring groups have sixteen digits together."""
    lengths = map(len, _GROUP.findall(number))
    ends = set(accumulate(lengths, initial=0))
    return any(end + NIK_LENGTH in ends for end in ends)


def _redact_number(match: re.Match[str]) -> str:
    if sum(char.isdigit() for char in match[0]) < _FEWEST_DIGITS:
        return match[0]
    digits = re.sub(r"[^0-9A-Za-z]", "", match[0]).translate(LOOKALIKES)
    if len(digits) == KPJ_LENGTH and not match[0].startswith("+"):
        return mask(digits)
    return f"[{len(digits)} digits]"
