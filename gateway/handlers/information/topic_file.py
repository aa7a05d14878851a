"""The keys of a topic's file, and a sentence for each fault in it."""

import re
import tomllib
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from gateway.domain.errors import FaultsFound
from gateway.parsers.keywords import Keyword, Section
from gateway.replies.fields import ABOUT_WIDTH, WIDEST
from gateway.replies.template import ReplyTemplate

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a key of a topic",
    "too_short": "is empty",
    "string_too_short": "is empty",
    "string_too_long": "has more than {max_length} characters",
    "string_type": "has to be a text in quotation marks",
    "tuple_type": "has to be a list",
    "frozen_set_type": "has to be a list",
    "enum": "has to be one of {expected}",
    "value_error": "{error}",
}
_NAME = re.compile(r"[a-z]+(_[a-z]+)*")
_FORM = re.compile(r"[a-z0-9]+( [a-z0-9]+)*")


class BadTopics(FaultsFound):
    """Topics that cannot be used; each fault names the topic."""


def _check_form(form: str) -> str:
    if not _FORM.fullmatch(form):
        msg = f'"{form}" has to be lower-case words with one space between them'
        raise ValueError(msg)
    return form


Form = Annotated[str, AfterValidator(_check_form)]
About = Annotated[str, StringConstraints(min_length=1, max_length=ABOUT_WIDTH)]
Example = Annotated[
    str, StringConstraints(min_length=1, max_length=len(WIDEST["example"]))
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Forms(_Part):
    """Words and phrases that ask for a topic; English ones get an English reply."""

    indonesian: tuple[Form, ...] = ()
    english: tuple[Form, ...] = ()

    @property
    def both(self) -> tuple[Form, ...]:
        """The forms of both languages."""
        return self.indonesian + self.english


class InTwoLanguages(_Part):
    """A short description of the answer, for the help and the printed card."""

    indonesian: About
    english: About


class TextInFile(_Part):
    """A text with its variants, longest first; without `asked_with` the usual one.

    `asked_with` has the words that ask for it, `others` the variants in further
    languages, as `others.jv = ["..."]`.
    """

    name: str
    asked_with: frozenset[Form] = frozenset()
    indonesian: tuple[str, ...] = Field(min_length=1)
    english: tuple[str, ...] = Field(min_length=1)
    others: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @cached_property
    def template(self) -> ReplyTemplate:
        """The reply template, the same object at each access."""
        return ReplyTemplate(self.name, self.indonesian, self.english, self.others)


class TopicFile(_Part):
    """A whole file. `parsers.keywords.Keyword` explains how forms and words count."""

    example: Example
    section: Section
    listed_first: bool = False
    about: InTwoLanguages
    words: Forms = Forms()
    weak: Forms = Forms()
    alone: Forms = Forms()
    beside: frozenset[Form] = frozenset()
    forgiving: tuple[Form, ...] = ()
    kept: frozenset[Form] = frozenset()
    first_word_wins: bool = False
    daily: bool = False
    texts: tuple[TextInFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        forms = {*self.words.both, *self.weak.both, *self.alone.both}
        if not forms:
            raise ValueError("no form in words, weak or alone asks for this topic")
        if unknown := sorted(set(self.forgiving) - forms):
            raise ValueError(f'forgiving: "{unknown[0]}" is no form of this topic')
        if self.daily and not all(text.asked_with for text in self.texts):
            raise ValueError("texts: with `daily` each text has to have `asked_with`")
        if not self.daily and sum(not text.asked_with for text in self.texts) != 1:
            raise ValueError("texts: exactly one text has to be without `asked_with`")
        return self

    def keyword(self, name: str) -> Keyword:
        """The keyword that this file describes."""
        return Keyword(
            name,
            needs_kpj=False,
            words=self.words.both,
            weak=self.weak.both,
            alone=self.alone.both,
            beside=self.beside,
            forgiving=self.forgiving,
            english=frozenset(
                self.words.english + self.weak.english + self.alone.english
            ),
            example=self.example,
            about=self.about.indonesian,
            about_in_english=self.about.english,
            section=self.section,
            is_listed_first=self.listed_first,
            kept=self.kept,
        )


def read_file(name: str, content: bytes) -> TopicFile:
    """The topic in a file. Raises BadTopics naming every fault."""
    if not _NAME.fullmatch(name) or len(name) > len(WIDEST["title"]):
        fault = f"a file's name is its keyword: up to {len(WIDEST['title'])} of a-z, _"
        raise BadTopics([fault])
    try:
        # Some editors begin a file with a byte order mark, which TOML does not know.
        text = content.decode("utf-8-sig")
        return TopicFile.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTopics([str(error)]) from error
    except ValidationError as error:
        raise BadTopics(list(_faults(error))) from error


def _faults(error: ValidationError) -> Iterator[str]:
    """Each faulty key and its fault; texts and wordings are numbered from 1."""
    for fault in error.errors():
        key = " ".join(
            str(part + 1 if isinstance(part, int) else part) for part in fault["loc"]
        )
        sentence = _SENTENCES.get(fault["type"], fault["msg"])
        what = sentence.format_map(fault.get("ctx", {}))
        yield f"{key}: {what}" if key else what
