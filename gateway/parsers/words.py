"""Part words that were typed in one, and take off what people hang on to them."""

from collections.abc import Iterable

from gateway.parsers.tokens import Token
from gateway.parsers.vocabulary import COURTESY

# `saldonya`, `saldoku`; Javanese `saldone`, Sundanese `saldona`: "the balance, my ...".
_POSSESSIVES = ("nya", "ku", "ne", "na")
SHORTEST_PART = 2


def known_words(tokens: Iterable[Token], vocabulary: frozenset[str]) -> list[Token]:
    """The tokens with every word brought to words of the vocabulary if it can be."""
    return [part for token in tokens for part in _parts(token, vocabulary)]


def _parts(token: Token, vocabulary: frozenset[str]) -> list[Token]:
    if token.is_number or token.text in vocabulary or token.text in COURTESY:
        return [token]
    first, *rest = _split(token.text, vocabulary)
    return [Token(first, False, token.gap), *(Token(it, False, "") for it in rest)]


def _split(word: str, vocabulary: frozenset[str]) -> list[str]:
    for suffix in _POSSESSIVES:
        if (stem := word.removesuffix(suffix)) != word and stem in vocabulary:
            return [stem]
    for end in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        if word[:end] in vocabulary:
            rest = (
                [word[end:]]
                if word[end:] in vocabulary
                else _split(word[end:], vocabulary)
            )
            if vocabulary.issuperset(rest):
                return [word[:end], *rest]
    return [word]
