"""The page's texts in two languages, each text beside its translation."""

from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """A language of the page, with its code in the URL."""

    INDONESIAN = "id"
    ENGLISH = "en"

    @property
    def other(self) -> "Language":
        return Language.INDONESIAN if self is Language.ENGLISH else Language.ENGLISH

    def say(self, indonesian: str, english: str) -> str:
        """The text of the two that is in this language."""
        return english if self is Language.ENGLISH else indonesian


class Words(NamedTuple):
    """One text in both languages."""

    indonesian: str
    english: str
