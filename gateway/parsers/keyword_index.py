"""An index of keywords, so that each message is compared with few forms."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count

from gateway.parsers.keywords import Keyword
from gateway.parsers.number_kinds import NumberKind
from gateway.parsers.typos import deletions, is_mistyped
from gateway.parsers.vocabulary import ABOUT_KPJ, EVERYDAY, LABELS, LONGEST_WORD

SHORTEST_FORGIVEN = 4


@dataclass(frozen=True, eq=False)
class Form:
    """One way to ask for a topic; `place` is its position among all forms."""

    place: int
    keyword: Keyword
    text: str
    is_weak: bool = False
    is_alone: bool = False

    @cached_property
    def words(self) -> list[str]:
        """The phrase word by word."""
        return self.text.split()

    @cached_property
    def is_forgiving(self) -> bool:
        """Whether the form also counts with a typing mistake."""
        return self.text in self.keyword.forgiving

    @cached_property
    def is_whole_message(self) -> bool:
        """Whether the form counts only if it is the whole message."""
        return self.is_alone

    @cached_property
    def is_complaint(self) -> bool:
        """Whether the form begins a complaint, whose words an operator reads."""
        return self.keyword.keeps_words and not self.is_weak

    @cached_property
    def is_english(self) -> bool:
        """Whether the form asks for an English reply."""
        return self.text in self.keyword.english


class KeywordIndex:
    """Words, labels of numbers, and forms by their first word."""

    def __init__(self, keywords: Iterable[Keyword]) -> None:
        keywords = tuple(keywords)
        self.words = ABOUT_KPJ.union(
            *(word.beside.union(word.forms, _long_parts(word)) for word in keywords)
        )
        # A number right behind `saldo` is labelled a KPJ by that word.
        self.number_labels = LABELS | {
            form: NumberKind.KPJ
            for keyword in keywords
            if keyword.needs_kpj and keyword.is_unmistakable
            for form in keyword.forms
        }
        # Words that may be glued to a form: KANTORMALANG.
        self.endings = {
            form: keyword.kept for keyword in keywords for form in keyword.forms
        }
        self._by_name = {keyword.name: keyword for keyword in keywords}
        self._by_first_word = defaultdict[str, list[Form]](list)
        forms = list(_forms(keywords))
        self.form_words = frozenset(word for form in forms for word in form.words)
        for form in forms:
            first = form.words[0]
            for spelling in deletions(first) if form.is_forgiving else {first}:
                self._by_first_word[spelling].append(form)
        self._first_words = frozenset(self._by_first_word)

    def ending_of(self, form: Form) -> Form:
        """The form of the topic that ends its topic, if there is such a topic."""
        keyword = self._by_name.get(form.keyword.ended_by)
        return replace(form, keyword=keyword) if keyword else form

    def knows(self, word: str, topic: str) -> bool:
        """Whether a word is part of a keyword, maybe mistyped, or an everyday word.

        The `kept` words of a topic count only in messages about it: a town may be a
        person's name.
        """
        if word in self.form_words or word in self.words or word in EVERYDAY:
            return True
        if word in self._by_name[topic].kept:
            return True
        return any(
            form.is_forgiving and is_mistyped(word, form.words[0])
            for form in self.forms_beginning(word, word)
        )

    def forms_beginning(self, typed: str, meant: str) -> set[Form]:
        """The few forms that may begin with a word; the caller checks that they do.

        `typed` is the word as written, `meant` the word without stretched letters.
        """
        spellings = {typed, meant}
        if len(typed) >= SHORTEST_FORGIVEN and len(meant) <= LONGEST_WORD:
            spellings |= deletions(meant)
        first_words = self._first_words.intersection(spellings)
        return {form for word in first_words for form in self._by_first_word[word]}


def _long_parts(keyword: Keyword) -> Iterator[str]:
    """The longer words of its phrases, which may be typed without a space."""
    for form in keyword.forms:
        yield from (word for word in form.split() if len(word) >= SHORTEST_FORGIVEN)


def _forms(keywords: Iterable[Keyword]) -> Iterator[Form]:
    place = count()
    for keyword in keywords:
        for text in keyword.words:
            yield Form(next(place), keyword, text)
        for text in keyword.weak:
            yield Form(next(place), keyword, text, is_weak=True)
        for text in (*keyword.alone, *keyword.exact):
            yield Form(next(place), keyword, text, is_alone=True)
