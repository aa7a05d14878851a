"""Recognise what a message asks for, through typing mistakes and polite sentences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import DamerauLevenshtein

from gateway.parsers.text import unstretch
from gateway.parsers.vocabulary import COURTESY, NEGATIONS, WANTING

# Damerau-Levenshtein distance 1, measured against Indonesian everyday words; 2 is too
# near to them ("ratus" for STATUS).
TYPING_MISTAKES = 1
SHORTEST_FORGIVEN = 4


@dataclass(frozen=True)
class Keyword:
    """How one topic is asked for. All forms are lower case; a form may be a phrase.

    `words` count anywhere, `weak` ones only when no other keyword is there, `alone`
    ones only when they, `beside` words, courtesy and numbers make up the whole message.
    `forgiving` forms also count with one typing mistake. `english` forms choose an
    English reply.
    """

    name: str
    needs_kpj: bool
    words: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    beside: frozenset[str] = field(default=frozenset())
    forgiving: tuple[str, ...] = ()
    english: frozenset[str] = field(default=frozenset())

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way to ask for this topic."""
        return self.words + self.weak + self.alone


@dataclass(frozen=True)
class Match:
    """A keyword found: through which form, how near the start, how strongly."""

    keyword: Keyword
    form: str
    strength: int
    position: int

    @property
    def is_whole_message(self) -> bool:
        """Whether the message wishes nothing else."""
        return self.form in self.keyword.alone

    @property
    def is_english(self) -> bool:
        """Whether the form found is an English word."""
        return self.form in self.keyword.english


def best_match(
    words: Sequence[str], keywords: Iterable[Keyword], *, has_kpj: bool
) -> Match | None:
    """The topic that the message asks for.

    A wish that makes up the whole message wins (STOP, INFO); with a KPJ at hand a topic
    about that member comes next; then the stronger form, then the earlier one.
    """
    found = [match for keyword in keywords for match in _matches(words, keyword)]
    return min(found, key=lambda match: _rank(match, has_kpj), default=None)


def _rank(match: Match, has_kpj: bool) -> tuple[bool, bool, int, int, int]:
    useful = match.keyword.needs_kpj == has_kpj or not has_kpj
    length = len(match.form.split())
    return (
        not match.is_whole_message,
        not useful,
        -match.strength,
        match.position,
        -length,
    )


def _matches(words: Sequence[str], keyword: Keyword) -> Iterator[Match]:
    for form in keyword.words:
        if (position := _find(words, form, form in keyword.forgiving)) is not None:
            yield Match(keyword, form, 1, position)
    for form in keyword.weak:
        if (position := _find(words, form, False)) is not None:
            yield Match(keyword, form, 0, position)
    for form in keyword.alone:
        if _is_all_there_is(words, form, keyword):
            yield Match(keyword, form, 1, 0)


def _find(words: Sequence[str], form: str, forgiving: bool) -> int | None:
    parts = form.split()
    for position in range(len(words) - len(parts) + 1):
        window = words[position : position + len(parts)]
        if all(map(_says, window, parts, [forgiving] * len(parts))):
            return position
    return None


def _is_all_there_is(words: Sequence[str], form: str, keyword: Keyword) -> bool:
    position = _find(words, form, form in keyword.forgiving)
    if position is None:
        return False
    if _is_denied(words[:position]):
        return False
    rest = [*words[:position], *words[position + len(form.split()) :]]
    allowed = COURTESY | keyword.beside | set(keyword.alone)
    return all(word in allowed for word in rest)


def _is_denied(before: Sequence[str]) -> bool:
    """Whether `jangan stop`, `tidak mau berhenti` wish the contrary."""
    near = [word for word in before if word not in WANTING]
    return bool(near) and near[-1] in NEGATIONS


def _says(word: str, form: str, forgiving: bool) -> bool:
    if form in (word, unstretch(word)):
        return True
    if not forgiving or len(word) < SHORTEST_FORGIVEN:
        return False
    word = unstretch(word)
    return DamerauLevenshtein.distance(word, form, score_cutoff=1) <= TYPING_MISTAKES
