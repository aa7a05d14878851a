"""Where the topics sign in: their keywords and the functions that answer them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from gateway.domain.messages import Consent
from gateway.domain.participants import Participant
from gateway.parsers.keywords import Keyword
from gateway.reference_data.book import Figures
from gateway.replies.template import Answer


@dataclass(frozen=True)
class Ask:
    """What a handler goes by: the figures of the day, and what was said besides.

    `words` and the short `numbers` stood beside keyword and KPJ, in their order;
    `phrase` is the form of the keyword.
    """

    figures: Figures
    words: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    phrase: str = ""
    # Whether this phone was opted out for so long that it lost what it had.
    has_lapsed: bool = False

    @property
    def said(self) -> tuple[str, ...]:
        """The words of the phrase and those beside it."""
        return (*self.phrase.split(), *self.words)

    @property
    def today(self) -> date:
        """The day in Jakarta."""
        return self.figures.day


TellMember = Callable[[Participant, Ask], Answer]
TellAnyone = Callable[[Ask], Answer]


@dataclass(frozen=True)
class MemberTopic:
    """A keyword that needs a KPJ, and what its member is told."""

    keyword: Keyword
    tell: TellMember


@dataclass(frozen=True)
class OpenTopic:
    """A keyword open to anyone, and what everybody is told.

    `consent` is what who uses it says about hearing from us.
    """

    keyword: Keyword
    tell: TellAnyone
    consent: Consent | None = None


Topic = MemberTopic | OpenTopic
_topics: dict[str, Topic] = {}


def for_member(keyword: Keyword) -> Callable[[TellMember], TellMember]:
    """Register a handler that tells a member about himself."""

    def register(handler: TellMember) -> TellMember:
        _sign_in(MemberTopic(keyword, handler))
        return handler

    return register


def for_anyone(
    keyword: Keyword, consent: Consent | None = None
) -> Callable[[TellAnyone], TellAnyone]:
    """Register a handler that needs no member."""

    def register(handler: TellAnyone) -> TellAnyone:
        _sign_in(OpenTopic(keyword, handler, consent))
        return handler

    return register


def topics() -> Mapping[str, Topic]:
    """All topics by the name of their keyword."""
    return MappingProxyType(_topics)


def _sign_in(topic: Topic) -> None:
    """Raise ValueError when another topic already answers to one of these words."""
    name, forms = topic.keyword.name, set(topic.keyword.forms)
    for other in _topics.values():
        if other.keyword.name == name or forms.intersection(other.keyword.forms):
            msg = f"keyword {name} repeats a word of {other.keyword.name}"
            raise ValueError(msg)
    _topics[name] = topic
