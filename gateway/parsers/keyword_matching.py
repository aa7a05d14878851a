"""Find the topic that a message asks for, despite typos and polite sentences."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from gateway.parsers.keyword_index import SHORTEST_FORGIVEN, Form, KeywordIndex
from gateway.parsers.normalise import unstretch
from gateway.parsers.typos import is_mistyped
from gateway.parsers.vocabulary import (
    AFTER_ALL,
    COURTESY,
    ENDING,
    NEGATIONS,
    TELLING,
    WANTING,
)


def best_match(
    words: Sequence[str], index: KeywordIndex, *, has_kpj: bool
) -> Form | None:
    """The form by which a message asks for a topic, or None.

    Precedence: a form that is the whole message (STOP, INFO) or that begins a
    complaint; in a message with a KPJ, a topic about a member; a strong form; the
    earlier form. The position of a form that is the whole message does not count.
    """
    found = {
        form: 0 if form.is_alone else position
        for form, position in _first_positions(words, index).items()
        if not form.is_alone or _is_whole_message(words, form, position)
    }
    best = min(found, key=lambda form: _rank(form, found[form], has_kpj), default=None)
    return index.ending_of(best) if best and _wants_an_end(words) else best


def is_word_of(form: Form, word: str) -> bool:
    """Whether a word of the message is a word of the form, maybe mistyped."""
    meant = unstretch(word)
    return any(
        _is_word(word, meant, part, forgiving=form.is_forgiving) for part in form.words
    )


def _wants_an_end(words: Sequence[str]) -> bool:
    """Whether a message says `matikan` or `tidak usah`, but not `jangan lupa`."""
    following = [after for word, after in pairwise((*words, "")) if word in ENDING]
    return bool(following) and AFTER_ALL.isdisjoint(following)


class _Rank(NamedTuple):
    """The precedence of a form, by its fields in order; the lowest wins."""

    is_ordinary: bool
    ignores_kpj: bool
    is_weak: bool
    position: int
    missing_words: int
    place: int


def _rank(form: Form, position: int, has_kpj: bool) -> _Rank:
    begins_complaint = form.is_complaint and position == 0
    return _Rank(
        is_ordinary=not (form.is_whole_message or begins_complaint),
        ignores_kpj=has_kpj
        and not (form.keyword.needs_kpj or form.keyword.counts_with_kpj),
        is_weak=form.is_weak,
        position=position,
        missing_words=-len(form.words),
        place=form.place,
    )


def _first_positions(words: Sequence[str], index: KeywordIndex) -> dict[Form, int]:
    """The forms that the message contains, each with its first position."""
    found: dict[Form, int] = {}
    meant = unstretch(" ".join(words)).split()
    for position, word in enumerate(words):
        for form in index.forms_beginning(word, meant[position]):
            if form not in found and _stands_at(position, form, words, meant, index):
                found[form] = position
    return found


def _stands_at(
    position: int,
    form: Form,
    typed: Sequence[str],
    meant: Sequence[str],
    index: KeywordIndex,
) -> bool:
    """Whether a form is at a position; words of other forms are no typos of it."""
    end = position + len(form.words)
    window = zip(typed[position:end], meant[position:end], form.words, strict=False)
    return end <= len(typed) and all(
        _is_word(
            *words, forgiving=form.is_forgiving and words[0] not in index.form_words
        )
        for words in window
    )


def _is_word(typed: str, meant: str, word: str, *, forgiving: bool) -> bool:
    if word in (typed, meant):
        return True
    return forgiving and len(typed) >= SHORTEST_FORGIVEN and is_mistyped(meant, word)


def _is_whole_message(words: Sequence[str], form: Form, position: int) -> bool:
    before, behind = words[:position], words[position + len(form.words) :]
    if form.text in form.keyword.exact:
        return not before and not behind
    if _is_denied(before) or _instructs_others(words, form):
        return False
    return all(
        word in COURTESY or word in form.keyword.beside or word in form.keyword.alone
        for word in (*before, *behind)
    )


def _instructs_others(words: Sequence[str], form: Form) -> bool:
    """Whether a message says what others should text: `balas STOP utk berhenti`."""
    return any(
        word in TELLING
        and not _is_denied(words[:position])
        and not set(form.keyword.alone).isdisjoint(words[position + 1 :])
        for position, word in enumerate(words)
    )


def _is_denied(before: Sequence[str]) -> bool:
    """Whether the form is denied: `jangan stop`, `tidak mau berhenti`."""
    near = [word for word in before if word not in WANTING]
    return bool(near) and near[-1] in NEGATIONS
