"""Topics that only inform: one TOML file each in this folder, and no code.

A file has the name of its keyword. `topic_file` lists its keys and says what is wrong
with a file; CONTRIBUTING.md has the recipe. The files are part of the program: they are
read once, when the topics are asked for the first time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from gateway.handlers.information.topic_file import BadTopics, TextInFile, read_file
from gateway.handlers.registry import Question
from gateway.parsers.keywords import Keyword
from gateway.reference_data.book import RuleBook
from gateway.reference_data.loader import our_rules
from gateway.replies.fit import Widest, faults_of
from gateway.replies.template import Answer

FILE_ENDING = ".toml"


@dataclass(frozen=True)
class Information:
    """A topic that answers with one of its texts.

    If the message has words of several texts, the text listed first wins, or with
    `first_word_wins` the text whose word comes first in the message. If it has none,
    the usual text is told, or with `daily` each day another one.
    """

    keyword: Keyword
    texts: tuple[TextInFile, ...]
    first_word_wins: bool
    daily: bool

    def answer(self, question: Question) -> Answer:
        """Answer with the text that the words ask for, or else the usual one."""
        words = (*question.all_words, *map(str, question.numbers))
        in_order = self._by_word if self.first_word_wins else self._by_list
        text = next(in_order(words), None) or self._usual(question.today)
        return text.template.fill()

    def _usual(self, today: date) -> TextInFile:
        if self.daily:
            return self.texts[today.toordinal() % len(self.texts)]
        return next(text for text in self.texts if not text.asked_with)

    def _by_word(self, words: tuple[str, ...]) -> Iterator[TextInFile]:
        return (
            text for word in words for text in self.texts if word in text.asked_with
        )

    def _by_list(self, words: tuple[str, ...]) -> Iterator[TextInFile]:
        return (text for text in self.texts if not text.asked_with.isdisjoint(words))


@cache
def our_information() -> tuple[Information, ...]:
    """The topics in this folder. Raises BadTopics."""
    return tuple(read(files(__name__), our_rules()))


def read(folder: Traversable, rules: RuleBook) -> list[Information]:
    """The topics in a folder, by name. Raises BadTopics naming every fault."""
    topics: list[Information] = []
    faults: list[str] = []
    # Measured for every wording, while the rules stay the same.
    widest = cache(rules.widest)
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(FILE_ENDING):
            continue
        name = file.name.removesuffix(FILE_ENDING)
        try:
            content = read_file(name, file.read_bytes())
        except BadTopics as error:
            faults += [f"{file.name}: {fault}" for fault in error.faults]
            continue
        topic = Information(
            content.keyword(name),
            content.texts,
            content.first_word_wins,
            content.daily,
        )
        topics.append(topic)
        faults += [f"{file.name}: {fault}" for fault in _text_faults(topic, widest)]
    if faults:
        raise BadTopics(faults)
    return topics


def _text_faults(topic: Information, widest: Widest) -> Iterator[str]:
    for text in topic.texts:
        name = text.template.name
        yield from (f"{name}: {fault}" for fault in faults_of(text.template, widest))
