"""Features of a text for the topic model: parts of words, and pairs of words.

Training and reading use the same function, so that a model fits what it reads.
"""

import re
from itertools import pairwise

from gateway.parsers.normalise import NormalisedText

# Parts of a word in characters, with a space before and behind it.
_SHORTEST_PART, _LONGEST_PART = 2, 5
_KPJ_LIKE = re.compile(r"\d(?:[ ./-]{0,2}\d){8,}")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[a-z#0]+|\?")
# A longer word is noise, and would cost time.
_LONGEST_WORD = 24


def features(text: NormalisedText) -> set[str]:
    """The features of a text. Numbers count only by whether they are long or short."""
    shown = _NUMBER.sub("0", _KPJ_LIKE.sub(" # ", text.lower()))
    words = [word[:_LONGEST_WORD] for word in _WORD.findall(shown)]
    found = {f"{first}_{second}" for first, second in pairwise(["^", *words, "$"])}
    for word in words:
        padded = f" {word} "
        for size in range(_SHORTEST_PART, _LONGEST_PART + 1):
            found.update(
                padded[start : start + size] for start in range(len(padded) - size + 1)
            )
    return found
