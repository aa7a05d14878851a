"""All that the keywords bring to reading a message, made ready once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from gateway.parsers.keywords import Keyword
from gateway.parsers.number_kinds import NumberKind
from gateway.parsers.typos import is_mistyped, traces
from gateway.parsers.vocabulary import ABOUT_KPJ, EVERYDAY, LABELS, LONGEST_WORD

SHORTEST_FORGIVEN = 4


@dataclass(frozen=True, eq=False)
class Form:
    """One way to ask for a topic; `place` is its turn among all of them."""

    place: int
    keyword: Keyword
    text: str
    is_weak: bool = False
    is_alone: bool = False

    @property
    def words(self) -> list[str]:
        """The phrase word by word."""
        return self.text.split()

    @property
    def is_forgiving(self) -> bool:
        """Whether it also counts with a typing mistake."""
        return self.text in self.keyword.forgiving

    @property
    def is_whole_message(self) -> bool:
        """Whether who says it wishes nothing else."""
        return self.text in self.keyword.alone

    @property
    def is_complaint(self) -> bool:
        """Whether what is said with it has to be read by a person, whatever it is."""
        return self.keyword.keeps_words and not self.is_weak

    @property
    def is_english(self) -> bool:
        """Whether it is English."""
        return self.text in self.keyword.english


class KeywordIndex:
    """What the keywords know: words, names of numbers, and forms by how they begin.

    However many forms there are, a word of a message leads to the few it may begin.
    """

    def __init__(self, keywords: Iterable[Keyword]) -> None:
        keywords = tuple(keywords)
        self.words = ABOUT_KPJ.union(
            *(it.beside.union(it.forms, _parts(it)) for it in keywords)
        )
        # A number right behind `saldo` is called a KPJ by that.
        self.names_of_numbers = LABELS | {
            form: NumberKind.KPJ
            for it in keywords
            if it.needs_kpj and it.is_unmistakable
            for form in it.forms
        }
        # What may be glued to a form: KANTORMALANG.
        self.endings = {form: it.kept for it in keywords for form in it.forms}
        self._by_name = {it.name: it for it in keywords}
        self._kept = {it.name: it.kept for it in keywords}
        self._by_beginning = defaultdict[str, list[Form]](list)
        forms = list(_forms(keywords))
        # The words that forms are made of.
        self.said = frozenset(word for form in forms for word in form.words)
        for form in forms:
            first = form.words[0]
            for beginning in traces(first) if form.is_forgiving else {first}:
                self._by_beginning[beginning].append(form)
        self._beginnings = frozenset(self._by_beginning)

    def ended(self, form: Form) -> Form:
        """The same form as a wish for what ends its topic, if anything does."""
        keyword = self._by_name.get(form.keyword.ended_by)
        return replace(form, keyword=keyword) if keyword else form

    def has(self, word: str, topic: str) -> bool:
        """Whether a word is one of ours, maybe mistyped, or one said around them.

        What the topic keeps counts in messages about it only: a town may be a name.
        """
        if word in self.said or word in self.words or word in EVERYDAY:
            return True
        if word in self._kept[topic]:
            return True
        begun = self.forms_beginning(word, word)
        return any(it.is_forgiving and is_mistyped(word, it.words[0]) for it in begun)

    def forms_beginning(self, typed: str, meant: str) -> set[Form]:
        """The few forms that a word may begin; whether it does is still to be checked.

        The word stands as it was `typed` and, without stretched letters, `meant`.
        """
        beginnings = {typed, meant}
        if len(typed) >= SHORTEST_FORGIVEN and len(meant) <= LONGEST_WORD:
            beginnings |= traces(meant)
        known = self._beginnings.intersection(beginnings)
        return {form for it in known for form in self._by_beginning[it]}


def _parts(keyword: Keyword) -> Iterator[str]:
    """The longer words of its phrases, which may be typed in one."""
    for form in keyword.forms:
        yield from (it for it in form.split() if len(it) >= SHORTEST_FORGIVEN)


def _forms(keywords: Iterable[Keyword]) -> Iterator[Form]:
    place = count()
    for keyword in keywords:
        for text in keyword.words:
            yield Form(next(place), keyword, text)
        for text in keyword.weak:
            yield Form(next(place), keyword, text, is_weak=True)
        for text in keyword.alone:
            yield Form(next(place), keyword, text, is_alone=True)
