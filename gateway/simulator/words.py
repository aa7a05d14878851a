"""The page in two languages: every text stands beside its translation."""

from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """A language of the page, by the word that its address uses."""

    INDONESIAN = "id"
    ENGLISH = "en"

    @property
    def other(self) -> "Language":
        """The one that is not shown."""
        return Language.INDONESIAN if self is Language.ENGLISH else Language.ENGLISH

    def say(self, indonesian: str, english: str) -> str:
        """The text of the two that is in this language."""
        return english if self is Language.ENGLISH else indonesian


class Words(NamedTuple):
    """One text in both languages."""

    indonesian: str
    english: str


def language_named(name: str) -> Language:
    """The language wanted; Indonesian if it is none of ours."""
    return Language(name) if name in set(Language) else Language.INDONESIAN
