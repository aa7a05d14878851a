"""Recognise our own texts when they come back, by the words of their templates.

They come from phones that answer automatically and from members who forward a reply.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.parsers.normalise import NormalisedText, normalise

# A run of this many words of a template marks our own text. Members write seven such
# words by themselves: "layanan sms aktif lagi untuk nomor ini kapan".
RUN = 8
# A short text of ours is recognised as a whole. A phone may add this many words to
# either end ("Fwd:", "ok"); a value that is filled in there has a few words more.
_ADDED_WORDS = 1
_VALUE_WORDS = 6
_WORD = re.compile(r"[a-z]+|\d+")


class OwnTexts:
    """An index of our texts, made once.

    A wording is the parts of a template between the values that are filled in. Where
    all parts are shorter than a run, the text has to have all of them in their order,
    and hardly anything before or after them.
    """

    def __init__(self, wordings: Iterable[Sequence[str]]) -> None:
        runs = set[tuple[str, ...]]()
        self._short: list[_ShortWording] = []
        for wording in wordings:
            parts = [_words(normalise(part)) for part in wording]
            if found := [run for words in parts for run in _runs(words)]:
                runs.update(found)
            elif any(parts):
                self._short.append(_ShortWording.of(parts))
        self._runs = frozenset(runs)

    def has(self, text: NormalisedText) -> bool:
        """Whether a text is one of ours, or contains one."""
        words = _words(text)
        if not self._runs.isdisjoint(_runs(words)):
            return True
        return any(wording.makes_up(words) for wording in self._short)


@dataclass(frozen=True)
class _ShortWording:
    """A template of which no part has the length of a run."""

    parts: tuple[list[str], ...]
    most_before: int
    most_after: int

    @classmethod
    def of(cls, parts: Sequence[list[str]]) -> "_ShortWording":
        """`parts` in words; an empty one at an end stands beside a value."""
        return cls(
            tuple(part for part in parts if part),
            _ADDED_WORDS + (0 if parts[0] else _VALUE_WORDS),
            _ADDED_WORDS + (0 if parts[-1] else _VALUE_WORDS),
        )

    def makes_up(self, words: list[str]) -> bool:
        """Whether a text is this template and hardly anything else."""
        position, latest = 0, self.most_before
        for part in self.parts:
            start = _find(words, part, position, latest)
            if start is None:
                return False
            position, latest = start + len(part), len(words)
        return len(words) - position <= self.most_after


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(RUN)), strict=False)


def _find(words: list[str], part: list[str], earliest: int, latest: int) -> int | None:
    """Where a part begins in a text, if it begins between two positions."""
    for at in range(earliest, min(latest, len(words) - len(part)) + 1):
        if words[at] == part[0] and words[at : at + len(part)] == part:
            return at
    return None
