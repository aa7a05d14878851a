"""Recognise what a message asks for, through typing mistakes and polite sentences."""

from collections.abc import Sequence
from itertools import pairwise

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
    words: Sequence[str], phrasebook: KeywordIndex, *, has_kpj: bool
) -> Form | None:
    """The form through which the message asks for a topic.

    A wish that makes up the whole message wins (STOP, INFO), and so does a complaint
    that begins with the word for it, whatever it tells; with a KPJ at hand a topic
    about that member comes next; then the stronger form, then the earlier one. Where
    in the message a form that is all of it stands does not count.
    """
    found = {
        form: 0 if form.is_alone else position
        for form, position in _first_positions(words, phrasebook).items()
        if not form.is_alone or _is_all_there_is(words, form, position)
    }
    best = min(found, key=lambda form: _rank(form, found[form], has_kpj), default=None)
    return phrasebook.ended(best) if best and _wants_an_end(words) else best


def says_part_of(form: Form, word: str) -> bool:
    """Whether a word of the message is one of the form's, as it may be typed."""
    meant = unstretch(word)
    return any(_says(word, meant, it, forgiving=form.is_forgiving) for it in form.words)


def _wants_an_end(words: Sequence[str]) -> bool:
    """Whether `matikan` or `tidak usah` is said, but not `jangan lupa`."""
    behind = [after for word, after in pairwise((*words, "")) if word in ENDING]
    return bool(behind) and AFTER_ALL.isdisjoint(behind)


def _rank(
    form: Form, position: int, has_kpj: bool
) -> tuple[bool, bool, bool, int, int, int]:
    useful = form.keyword.needs_kpj == has_kpj or not has_kpj
    leads = form.is_complaint and position == 0
    return (
        not (form.is_whole_message or leads),
        not useful,
        form.is_weak,
        position,
        -len(form.words),
        form.place,
    )


def _first_positions(words: Sequence[str], phrasebook: KeywordIndex) -> dict[Form, int]:
    """Where each form that is said stands first."""
    found: dict[Form, int] = {}
    meant = unstretch(" ".join(words)).split()
    for position, word in enumerate(words):
        for form in phrasebook.forms_beginning(word, meant[position]):
            if form not in found and _stands_at(
                position, form, words, meant, phrasebook
            ):
                found[form] = position
    return found


def _stands_at(
    position: int,
    form: Form,
    typed: Sequence[str],
    meant: Sequence[str],
    phrasebook: KeywordIndex,
) -> bool:
    """Whether it does; a word of another form is no mistyped one of this."""
    end = position + len(form.words)
    window = zip(typed[position:end], meant[position:end], form.words, strict=False)
    return end <= len(typed) and all(
        _says(*words, forgiving=form.is_forgiving and words[0] not in phrasebook.said)
        for words in window
    )


def _says(typed: str, meant: str, word: str, *, forgiving: bool) -> bool:
    if word in (typed, meant):
        return True
    return forgiving and len(typed) >= SHORTEST_FORGIVEN and is_mistyped(meant, word)


def _is_all_there_is(words: Sequence[str], form: Form, position: int) -> bool:
    before, behind = words[:position], words[position + len(form.words) :]
    if _is_denied(before) or _is_told_to_others(words, form):
        return False
    return all(
        word in COURTESY or word in form.keyword.beside or word in form.keyword.alone
        for word in (*before, *behind)
    )


def _is_told_to_others(words: Sequence[str], form: Form) -> bool:
    """Whether `balas STOP utk berhenti` says how; `jangan balas, stop` does not."""
    return any(
        word in TELLING
        and not _is_denied(words[:position])
        and not set(form.keyword.alone).isdisjoint(words[position + 1 :])
        for position, word in enumerate(words)
    )


def _is_denied(before: Sequence[str]) -> bool:
    """Whether `jangan stop`, `tidak mau berhenti` wish the contrary."""
    near = [word for word in before if word not in WANTING]
    return bool(near) and near[-1] in NEGATIONS
