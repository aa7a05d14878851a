"""Split words typed without a space, and strip possessive endings."""

from collections.abc import Iterable, Mapping

from gateway.parsers.tokens import Token
from gateway.parsers.vocabulary import COURTESY, LONGEST_WORD

# `saldonya`, `saldoku`; Javanese `saldone`, Sundanese `saldona`: "the balance, my ...".
_POSSESSIVES = ("nya", "ku", "ne", "na")
SHORTEST_PART = 2
Endings = Mapping[str, frozenset[str]]
NO_ENDINGS: Endings = {}


def split_words(
    tokens: Iterable[Token], vocabulary: frozenset[str], endings: Endings = NO_ENDINGS
) -> list[Token]:
    """Split the words of tokens into words of the vocabulary where possible.

    `endings` has further last parts of a word, by the first part.
    """
    return [part for token in tokens for part in _parts(token, vocabulary, endings)]


def _parts(token: Token, vocabulary: frozenset[str], endings: Endings) -> list[Token]:
    if token.is_number or token.text in vocabulary or token.text in COURTESY:
        return [token]
    words = _split(token.text, vocabulary) or _with_ending(token.text, endings)
    if not words:
        return [token]
    first, *rest = words
    return [Token(first, False, token.gap), *(Token(word, False, "") for word in rest)]


def _split(word: str, vocabulary: frozenset[str]) -> list[str]:
    """The whole word as words of the vocabulary, long ones first, or nothing.

    No rest is tried twice, because `tktktktk` could be split in very many ways.
    """
    tried: set[str] = set()
    splits: list[tuple[str, list[str]]] = [(word, [])]
    while splits:
        rest, parts = splits.pop()
        if (stem := _stem(rest, vocabulary)) in vocabulary:
            return [*parts, stem]
        if rest not in tried:
            tried.add(rest)
            splits += [
                (rest[cut:], [*parts, rest[:cut]])
                for cut in _cuts(rest)
                if rest[:cut] in vocabulary
            ]
    return []


def _with_ending(word: str, endings: Endings) -> list[str]:
    """A form and the word glued to it: `kantormalang`."""
    for cut in _cuts(word):
        if word[cut:] in endings.get(word[:cut], ()):
            return [word[:cut], word[cut:]]
    return []


def _cuts(word: str) -> range:
    return range(SHORTEST_PART, min(len(word) - SHORTEST_PART, LONGEST_WORD) + 1)


def _stem(word: str, vocabulary: frozenset[str]) -> str:
    """The word without a possessive, unless the vocabulary has it as it is."""
    if word.endswith(_POSSESSIVES) and word not in vocabulary:
        return min(map(word.removesuffix, _POSSESSIVES), key=len)
    return word
