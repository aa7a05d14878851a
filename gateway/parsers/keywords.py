"""How the topics are asked for, as their handlers declare it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """What a topic is about, for lists of the topics."""

    MEMBER = "member"
    PROGRAMME = "programme"
    SERVICE = "service"


@dataclass(frozen=True)
class Keyword:
    """How one topic is asked for. All forms are lower case; a form may be a phrase.

    `words` count anywhere, `weak` ones only when no other keyword is there, `alone`
    ones only when they, `beside` words, courtesy and numbers make up the whole message.
    `forgiving` forms also count with one typing mistake. `english` forms choose an
    English reply. A number behind a word of an `is_unmistakable` keyword is a KPJ even
    where it looks like something else. An operator has to read the words of a
    message to a topic that `keeps_words`: they may tell anything, and are kept sealed.
    A wish that is denied (`jangan`, `stop`) is one for the topic `ended_by`.
    """

    name: str
    needs_kpj: bool
    words: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    beside: frozenset[str] = field(default=frozenset())
    forgiving: tuple[str, ...] = ()
    english: frozenset[str] = field(default=frozenset())
    is_unmistakable: bool = True
    keeps_words: bool = False
    ended_by: str = ""
    # How it is written, and what comes back, for the help and the printed card.
    example: str = ""
    about: str = ""
    about_in_english: str = ""
    section: Section = Section.SERVICE
    # Words that the log may keep of a message about this topic, as they name nobody.
    kept: frozenset[str] = field(default=frozenset())

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way to ask for this topic."""
        return self.words + self.weak + self.alone

    @property
    def title(self) -> str:
        """The topic as it is printed: CARA KLAIM."""
        return self.name.replace("_", " ").upper()
