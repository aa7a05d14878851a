"""Which words are the same but for a typing mistake."""

from itertools import combinations

from rapidfuzz.distance import DamerauLevenshtein

# Damerau-Levenshtein distance 1, measured against Indonesian everyday words; 2 is too
# near to them ("ratus" for STATUS).
TYPING_MISTAKES = 1


def is_mistyped(typed: str, word: str) -> bool:
    """Whether a letter too many, too few, wrong or swapped makes all the difference."""
    distance = DamerauLevenshtein.distance(typed, word, score_cutoff=TYPING_MISTAKES)
    return distance <= TYPING_MISTAKES


def deletions(word: str) -> set[str]:
    """The word and all that is left of it when one of its letters is missing.

    Two words that are one typing mistake apart have a trace in common, so an index of
    traces finds the words that a mistyped one may stand for.
    """
    return {word, *map("".join, combinations(word, len(word) - 1))}
