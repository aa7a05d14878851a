"""How an answer becomes the text of an SMS: brand, language, and figures in force."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from gateway.domain.calendar import day_of
from gateway.domain.enquiry import Language
from gateway.domain.messages import Reply
from gateway.reference_data.book import Figures, NotInForce, RuleBook
from gateway.replies.rejections import NOT_IN_FORCE
from gateway.replies.template import Answer, render

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Renderer:
    """What every text of this installation is worded with."""

    brand: str
    rules: RuleBook
    clock: Callable[[], datetime]

    @property
    def today(self) -> date:
        """The day on which figures have to be in force."""
        return day_of(self.clock())

    def figures(self) -> Figures:
        """The figures of today."""
        return self.rules.on(self.today)

    def reply(self, answer: Answer, language: Language) -> Reply:
        """One SMS. A figure that is not in force is not told: the reply says so.

        Raises ReplyDoesNotFit.
        """
        try:
            return render(answer, language, self.brand, self.figures())
        except NotInForce as error:
            answer = _instead(error)
            return render(answer, language, self.brand, self.figures())


def told(tell: Callable[[], Answer]) -> Answer:
    """What a topic tells, unless it reckons with a figure that is not in force."""
    try:
        return tell()
    except NotInForce as error:
        return _instead(error)


def _instead(error: NotInForce) -> Answer:
    log.error("figure not in force", extra={"fault": str(error)})
    return NOT_IN_FORCE.filled()
