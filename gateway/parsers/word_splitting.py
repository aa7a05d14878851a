"""Part words that were typed in one, and take off what people hang on to them."""

from collections.abc import Iterable, Mapping

from gateway.parsers.tokens import Token
from gateway.parsers.vocabulary import COURTESY, LONGEST_WORD

# `saldonya`, `saldoku`; Javanese `saldone`, Sundanese `saldona`: "the balance, my ...".
_POSSESSIVES = ("nya", "ku", "ne", "na")
SHORTEST_PART = 2
Endings = Mapping[str, frozenset[str]]
NO_ENDINGS: Endings = {}


def known_words(
    tokens: Iterable[Token], vocabulary: frozenset[str], behind: Endings = NO_ENDINGS
) -> list[Token]:
    """The tokens with every word brought to words of the vocabulary if it can be.

    `behind` has what else may end a word, by what it has to begin with.
    """
    return [part for token in tokens for part in _parts(token, vocabulary, behind)]


def _parts(token: Token, vocabulary: frozenset[str], behind: Endings) -> list[Token]:
    if token.is_number or token.text in vocabulary or token.text in COURTESY:
        return [token]
    words = _split(token.text, vocabulary) or _with_ending(token.text, behind)
    if not words:
        return [token]
    first, *rest = words
    return [Token(first, False, token.gap), *(Token(it, False, "") for it in rest)]


def _split(word: str, vocabulary: frozenset[str]) -> list[str]:
    """All of the word in words of the vocabulary, long ones first, or nothing.

    No end of it is tried twice: `tktktktk` could be parted in very many ways.
    """
    tried: set[str] = set()
    ways: list[tuple[str, list[str]]] = [(word, [])]
    while ways:
        end, parts = ways.pop()
        if (stem := _stem(end, vocabulary)) in vocabulary:
            return [*parts, stem]
        if end not in tried:
            tried.add(end)
            ways += [
                (end[cut:], [*parts, end[:cut]])
                for cut in _cuts(end)
                if end[:cut] in vocabulary
            ]
    return []


def _with_ending(word: str, behind: Endings) -> list[str]:
    """`kantormalang` as what is asked for and what about."""
    for cut in _cuts(word):
        if word[cut:] in behind.get(word[:cut], ()):
            return [word[:cut], word[cut:]]
    return []


def _cuts(word: str) -> range:
    return range(SHORTEST_PART, min(len(word) - SHORTEST_PART, LONGEST_WORD) + 1)


def _stem(word: str, vocabulary: frozenset[str]) -> str:
    """The word without a possessive, unless it is a word as it stands."""
    if word.endswith(_POSSESSIVES) and word not in vocabulary:
        return min(map(word.removesuffix, _POSSESSIVES), key=len)
    return word
