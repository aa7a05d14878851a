"""Recognise our own texts when they come back, by the words of their templates.

They come from phones that answer automatically and from members who forward a reply.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from gateway.parsers.normalise import NormalisedText, normalise

# A run of this many words of a template marks our own text. Members write four such
# words by themselves: "saldo spasi nomor kpj".
RUN = 5
_WORD = re.compile(r"[a-z]+|\d+")


class OwnTexts:
    """An index of the runs of words in our texts, made once.

    A wording is the parts of a template between the values that are filled in. Where
    all parts are shorter than a run, the text has to have all of them in their order.
    """

    def __init__(self, wordings: Iterable[Sequence[str]]) -> None:
        runs = set[tuple[str, ...]]()
        self._short: list[list[str]] = []
        for wording in wordings:
            normalised = map(normalise, wording)
            parts = [words for part in normalised if (words := _words(part))]
            if found := [run for words in parts for run in _runs(words)]:
                runs.update(found)
            elif parts:
                self._short.append([f" {' '.join(words)} " for words in parts])
        self._runs = frozenset(runs)

    def has(self, text: NormalisedText) -> bool:
        """Whether a text is one of ours, or contains one."""
        words = _words(text)
        if not self._runs.isdisjoint(_runs(words)):
            return True
        spaced = f" {' '.join(words)} "
        return any(_has_in_order(spaced, parts) for parts in self._short)


def _words(text: NormalisedText) -> list[str]:
    return _WORD.findall(text.lower())


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(RUN)), strict=False)


def _has_in_order(spaced: str, parts: Iterable[str]) -> bool:
    position = 0
    for part in parts:
        found = spaced.find(part, position)
        if found < 0:
            return False
        # The space behind a part may stand before the next one.
        position = found + len(part) - 1
    return True
