"""MULAI: opt in again after STOP."""

from gateway.domain.messages import Consent
from gateway.handlers.registry import Question, for_anyone
from gateway.parsers.keywords import Keyword
from gateway.parsers.vocabulary import words
from gateway.replies.mulai import OPTED_IN, OPTED_IN_ANEW
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "mulai",
    needs_kpj=False,
    alone=("mulai", "start", "unstop"),
    beside=words(
        """
        sms layanan berlangganan langganan service this again jangan jgn do don t
        dont not tidak balas membalas reply replying lambat lama slow
        """
    ),
    english=frozenset({"start", "unstop"}),
    example="MULAI",
    about="menerima SMS lagi setelah STOP",
    about_in_english="to get SMS again after STOP",
)


@for_anyone(KEYWORD, Consent.GIVEN)
def opt_in(question: Question) -> Answer:
    """Confirm, and say if enrolment and reminders have ended meanwhile."""
    return OPTED_IN_ANEW.fill() if question.has_lapsed else OPTED_IN.fill()
