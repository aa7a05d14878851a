"""What may be kept of a member's text: its words and shape, but no number of his."""

import re

from gateway.parsers.text import plain
from gateway.participants import KPJ_LENGTH
from gateway.privacy import mask

# A number begins with a digit, or with a letter that looks like one and begins a word.
# Everything that the parser joins is joined here too, and an old card's letter.
_NUMBER = re.compile(
    r"\+?(?:\d|(?<![A-Za-z0-9])[OolI])"
    r"(?:[\s.\-/_,()]{0,3}[0-9OolI]|(?<=\d\d)[\s.\-]?[A-Za-z](?=[\s.\-]?\d)){4,}"
)
_LOOKALIKES = str.maketrans("OolI", "0011")
_FEWEST_DIGITS = 3


def redact_message(text: str) -> str:
    """The plain text with every longer number hidden, dates of birth included.

    A KPJ keeps its last four digits; another number says only how long it was.
    """
    return _NUMBER.sub(_redacted, plain(text))


def _redacted(match: re.Match[str]) -> str:
    if sum(char.isdigit() for char in match[0]) < _FEWEST_DIGITS:
        return match[0]
    digits = re.sub(r"[^0-9A-Za-z]", "", match[0]).translate(_LOOKALIKES)
    if len(digits) == KPJ_LENGTH and not match[0].startswith("+"):
        return mask(digits)
    return f"[{len(digits)} digits]"
