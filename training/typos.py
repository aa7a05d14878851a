"""Misspell a text as thumbs do, to train the model with more spellings than we have."""

import random
import re

_KEYS = "abcdefghijklmnopqrstuvwxyz"
_INNER_VOWEL = re.compile(r"(?<=\w)[aiueo](?=\w)")
_SHORTEST_CLIPPED = 4
_LETTERS_BY_TYPO = 14


def misspell(text: str, chance: random.Random) -> str:
    """About one typing mistake in fourteen letters."""
    letters = list(text)
    typos = len(letters) // _LETTERS_BY_TYPO + 1 if letters else 0
    for _ in range(typos):
        place = chance.randrange(len(letters))
        if letters[place].isalpha():
            letters[place] = _mistyped(letters[place], chance)
    return "".join(letters)


def clip(text: str, chance: random.Random) -> str:
    """Leave the vowels out of some longer words: `mnta sldo`."""
    return " ".join(
        _INNER_VOWEL.sub("", word)
        if len(word) >= _SHORTEST_CLIPPED and chance.random() < 0.3
        else word
        for word in text.split()
    )


def _mistyped(letter: str, chance: random.Random) -> str:
    """Left out, another letter, or typed twice."""
    return chance.choice(("", "", chance.choice(_KEYS), letter * 2))
