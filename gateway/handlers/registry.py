"""Where handlers register: a keyword and the function that answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

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
_registered: list[Topic] = []


def for_member(keyword: Keyword) -> Callable[[TellMember], TellMember]:
    """Register a handler that tells a member about himself."""

    def register(handler: TellMember) -> TellMember:
        _registered.append(MemberTopic(keyword, handler))
        return handler

    return register


def for_anyone(
    keyword: Keyword, consent: Consent | None = None
) -> Callable[[TellAnyone], TellAnyone]:
    """Register a handler that needs no member."""

    def register(handler: TellAnyone) -> TellAnyone:
        _registered.append(OpenTopic(keyword, handler, consent))
        return handler

    return register


def registered() -> tuple[Topic, ...]:
    """The topics whose handlers have been imported so far."""
    return tuple(_registered)
