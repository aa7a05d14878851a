"""PENGADUAN: a complaint, for an operator to read and answer."""

from dataclasses import replace

from gateway.handlers.registry import Question, for_anyone
from gateway.parsers.keywords import Keyword
from gateway.replies.pengaduan import HOW, RECEIVED
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "pengaduan",
    needs_kpj=False,
    words=("pengaduan", "aduan", "mengadu", "complaint"),
    # Weak, because people also write about complaints to others.
    weak=("keluhan", "komplain", "mau lapor", "ingin lapor", "complain"),
    forgiving=("pengaduan", "keluhan", "komplain", "complaint"),
    english=frozenset({"complaint", "complain"}),
    keeps_words=True,
    example="PENGADUAN iuran saya kurang",
    about="keluhan, dibaca dan dibalas petugas",
    about_in_english="a complaint, answered by an officer",
    is_listed_first=True,
)
# Fewer words describe nothing that an operator could look into.
FEWEST_WORDS = 2


@for_anyone(KEYWORD)
def open_complaint(question: Question) -> Answer:
    """Open a complaint, or say how to write one."""
    if len(question.words) < FEWEST_WORDS:
        return HOW.fill()
    return replace(RECEIVED.fill(), is_complaint=True)
