"""INGAT STOP: switch off reminders, and only these."""

from dataclasses import replace

from gateway.domain.notices import Wish
from gateway.handlers.registry import Question, for_anyone
from gateway.parsers.keywords import Keyword, Section
from gateway.replies.ingat import REMINDERS_OFF
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "ingat_stop",
    needs_kpj=False,
    words=(
        *("ingat stop", "stop ingat", "ingat berhenti", "berhenti ingat"),
        *("ingat batal", "stop pengingat", "pengingat stop", "jangan ingatkan"),
        *("stop ingatkan", "stop reminder", "stop reminders", "reminder stop"),
        *("remind stop", "stop reminding", "no reminder"),
        *("ingat off", "ingat mati", "matikan ingat", "batal ingat"),
        *("no reminders", "no more reminders", "end reminders", "cancel reminders"),
        *("stop sending reminders", "stop sending text reminders"),
    ),
    # With the forms of INGAT, which ask for this topic when they are negated.
    english=frozenset(
        {
            *("stop reminder", "stop reminders", "reminder stop", "stop reminding"),
            *("no reminder", "no reminders", "no more reminders", "end reminders"),
            *("cancel reminders", "remind", "remind me", "reminder"),
            *("stop sending reminders", "stop sending text reminders"),
        }
    ),
    example="INGAT STOP",
    about="berhenti diingatkan",
    about_in_english="end the reminders",
    section=Section.MONEY,
)


@for_anyone(KEYWORD)
def opt_out(question: Question) -> Answer:
    """Confirm that all reminders and notices to this phone have ended."""
    return replace(REMINDERS_OFF.fill(), wish=Wish.END)
