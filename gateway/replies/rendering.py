"""Render an answer as the text of an SMS: brand, language, and the figures in force."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.calendar import day_of
from gateway.domain.enquiry import Language
from gateway.domain.messages import Reply
from gateway.reference_data.book import Figures, NotInForce, RuleBook
from gateway.reference_data.branch_list import our_branches
from gateway.reference_data.branches import BranchBook
from gateway.replies.rejections import NOT_IN_FORCE, not_in_force
from gateway.replies.template import Answer, render

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Renderer:
    """Renders the replies of this installation."""

    brand: str
    rules: RuleBook
    clock: Callable[[], datetime]
    branches: BranchBook = field(default_factory=lambda: BranchBook(our_branches()))

    def figures(self) -> Figures:
        """The figures of today."""
        return self.rules.on(day_of(self.clock()))

    def render(self, answer: Answer, language: Language) -> Reply:
        """Render one SMS; NOT_IN_FORCE replaces an answer with a lapsed figure.

        Raises ReplyDoesNotFit.
        """
        figures = self.figures()
        try:
            reply = render(answer, language, self.brand, figures)
        except NotInForce as error:
            answer = not_in_force(error.figure)
            reply = render(answer, language, self.brand, figures)
        if answer.template is NOT_IN_FORCE:
            log.error("figure not in force", extra={"figure": answer.values["figure"]})
        return reply
