"""Words that differ by one typing mistake."""

from itertools import combinations

from rapidfuzz.distance import DamerauLevenshtein

# Damerau-Levenshtein distance. At 2 everyday Indonesian words match keywords ("ratus"
# matches STATUS).
TYPING_MISTAKES = 1


def is_mistyped(typed: str, word: str) -> bool:
    """Whether one letter is added, missing, wrong or swapped with its neighbour."""
    distance = DamerauLevenshtein.distance(typed, word, score_cutoff=TYPING_MISTAKES)
    return distance <= TYPING_MISTAKES


def deletions(word: str) -> set[str]:
    """The word, and the word without each one of its letters.

    Two words that are one typing mistake apart share a deletion, so an index by
    deletions finds the words that a mistyped one may mean.
    """
    return {word, *map("".join, combinations(word, len(word) - 1))}
