"""PROGRAM: the five programmes, all of them or one: PROGRAM JHT."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.replies import program
from gateway.replies.template import Answer

# A programme named by itself is asked about, but JHT is what SALDO tells.
KEYWORD = Keyword(
    "program",
    needs_kpj=False,
    words=("program", "programme", "programs", "programmes"),
    weak=(
        *("manfaat", "benefits", "jkk", "jkm", "jp", "jkp"),
        *("jaminan pensiun", "jaminan kematian"),
        *("jaminan kecelakaan kerja", "jaminan kehilangan pekerjaan"),
        *("work accident insurance", "death benefit", "pension", "job loss"),
    ),
    forgiving=("program", "programme"),
    english=frozenset(
        {
            *("programme", "programs", "programmes", "benefits", "pension"),
            *("work accident insurance", "death benefit", "job loss"),
        }
    ),
    example="PROGRAM JHT",
    about="iuran dan manfaat JHT, JKK, JKM, JP, JKP",
    about_in_english="what JHT, JKK, JKM, JP, JKP cost and pay",
    section=Section.PROGRAMME,
    kept=words("jht bpu hari tua savings pensiun kecelakaan kematian kehilangan"),
)
_BY_WORD = {
    word: template
    for template, said in {
        program.JHT: "jht tua tabungan savings",
        program.JKK: "jkk kecelakaan accident",
        program.JKM: "jkm kematian meninggal death",
        program.JP: "jp pensiun pension",
        program.JKP: "jkp kehilangan phk job",
        program.BPU: "bpu mandiri informal self",
    }.items()
    for word in said.split()
}


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """What the programme that is named costs and pays, or which ones there are."""
    named = (_BY_WORD[word] for word in ask.said if word in _BY_WORD)
    return next(named, program.OVERVIEW).filled()
