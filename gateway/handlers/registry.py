"""Topics, and the decorators by which a handler registers its keyword."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import wraps

from gateway.domain.messages import Consent
from gateway.domain.participants import Participant
from gateway.parsers.keywords import Keyword
from gateway.reference_data.book import Figures, NotInForce
from gateway.reference_data.branches import Branch, BranchBook
from gateway.replies.rejections import not_in_force
from gateway.replies.template import Answer


@dataclass(frozen=True)
class Question:
    """A question as a handler sees it.

    `phrase` named the topic; `words` and short `numbers` stood beside it, in order.
    """

    figures: Figures
    words: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    phrase: str = ""
    # Whether the phone was opted out for so long that its enrolments have ended.
    has_lapsed: bool = False
    branch_book: BranchBook = field(default_factory=BranchBook)

    @property
    def all_words(self) -> tuple[str, ...]:
        """The words of the phrase, then those beside it."""
        return (*self.phrase.split(), *self.words)

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches in force today."""
        return self.branch_book.on(self.today)

    @property
    def today(self) -> date:
        """The day in Jakarta."""
        return self.figures.day


MemberHandler = Callable[[Participant, Question], Answer]
OpenHandler = Callable[[Question], Answer]


@dataclass(frozen=True)
class MemberTopic:
    """A keyword that needs a KPJ, and its answer for the member."""

    keyword: Keyword
    answer: MemberHandler


@dataclass(frozen=True)
class OpenTopic:
    """A keyword that anyone may use, and its answer.

    `consent` is what its use gives or withdraws.
    """

    keyword: Keyword
    answer: OpenHandler
    consent: Consent | None = None


Topic = MemberTopic | OpenTopic
_registered: list[Topic] = []


def for_member(keyword: Keyword) -> Callable[[MemberHandler], MemberHandler]:
    """Register a handler for questions of a member.

    If it reckons with a figure that is not in force, the answer says so.
    """

    def register(handler: MemberHandler) -> MemberHandler:
        @wraps(handler)
        def answer(participant: Participant, question: Question) -> Answer:
            try:
                return handler(participant, question)
            except NotInForce as error:
                return not_in_force(error.figure)

        _registered.append(MemberTopic(keyword, answer))
        return answer

    return register


def for_anyone(
    keyword: Keyword, consent: Consent | None = None
) -> Callable[[OpenHandler], OpenHandler]:
    """Register a handler for questions of anyone."""

    def register(handler: OpenHandler) -> OpenHandler:
        _registered.append(OpenTopic(keyword, handler, consent))
        return handler

    return register


def registered() -> tuple[Topic, ...]:
    """The topics of all handlers imported so far."""
    return tuple(_registered)
