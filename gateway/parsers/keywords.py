"""A keyword: the forms by which people ask for a topic, declared by its handler."""

from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """The sections of the help, the keyword card and other lists of topics."""

    MONEY = "money"
    CLAIMS = "claims"
    MEMBERSHIP = "membership"
    SERVICE = "service"


@dataclass(frozen=True)
class Keyword:
    """The forms of one topic, words or phrases in lower case.

    - `words` count anywhere in a message.
    - `weak` forms count only if no other keyword is there.
    - `alone` forms count only if the rest of the message is `beside` words, courtesy
      and numbers.
    - `exact` forms count only if they are the whole message, without even courtesy.
    - Words of a form, and `beside` words, are no words of another business in a message
      to this topic: `ganti rekening`.
    - `forgiving` forms also count with one typing mistake.
    - `english` forms choose an English reply.
    - A number behind a form of an `is_unmistakable` keyword is a KPJ even if it looks
      like another kind of number.
    - The words of a message to a topic that `keeps_words` are stored encrypted, because
      an operator has to read them.
    - A topic that `counts_with_kpj` wins over SALDO although it needs no KPJ.
    - A negated wish (`jangan`, `stop`) asks for the topic `ended_by` instead.
    """

    name: str
    needs_kpj: bool
    words: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    beside: frozenset[str] = field(default=frozenset())
    forgiving: tuple[str, ...] = ()
    english: frozenset[str] = field(default=frozenset())
    is_unmistakable: bool = True
    keeps_words: bool = False
    counts_with_kpj: bool = False
    ended_by: str = ""
    # An example and a short description, for the help and the printed card.
    example: str = ""
    about: str = ""
    about_in_english: str = ""
    section: Section = Section.SERVICE
    # Whether its section lists it among the first, because many people ask for it.
    is_listed_first: bool = False
    # Words of messages about this topic that the log may keep, as they name nobody.
    kept: frozenset[str] = field(default=frozenset())

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way to ask for this topic."""
        return self.words + self.weak + self.alone + self.exact

    @property
    def title(self) -> str:
        """The topic as it is printed: CARA KLAIM."""
        return self.name.replace("_", " ").upper()
