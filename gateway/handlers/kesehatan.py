"""KESEHATAN: whom to ask about BPJS Kesehatan, another agency."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.replies.kesehatan import OTHER_AGENCY
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "kesehatan",
    needs_kpj=False,
    words=(
        "bpjs kesehatan",
        "mobile jkn",
        "askes",
        "pindah faskes",
        "ganti faskes",
        "health insurance",
        "bpjs health",
    ),
    weak=("jkn", "kis", "faskes"),
    # "Jaga kesehatan ya" is no question of ours.
    alone=("kesehatan", "puskesmas", "rujukan"),
    beside=words("kartu kelas iuran aktif nonaktif cek info cara gimana bpjs apa"),
    english=frozenset(
        {
            "health insurance",
            "bpjs health",
        }
    ),
    example="KESEHATAN",
    about="ke mana bertanya soal BPJS Kesehatan",
    about_in_english="whom to ask about BPJS Kesehatan",
    section=Section.PROGRAMME,
)


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """Whom to ask."""
    return OTHER_AGENCY.filled()
