"""SALDO JP: what the programmes without a balance are instead."""

from itertools import product

from gateway.domain.participants import Program
from gateway.handlers.registry import Question, for_anyone
from gateway.parsers.keywords import Keyword, Section
from gateway.replies.saldo_jp import NO_BALANCE_OF_PROGRAM
from gateway.replies.template import Answer

_NAMES = {
    **{program.lower(): program for program in Program if program is not Program.JHT},
    **dict.fromkeys(("pensiun", "jaminan pensiun", "pension"), Program.JP),
    **dict.fromkeys(("kematian", "jaminan kematian"), Program.JKM),
    **dict.fromkeys(("kecelakaan", "jaminan kecelakaan kerja"), Program.JKK),
    **dict.fromkeys(("kehilangan pekerjaan", "phk"), Program.JKP),
    "jaminan kehilangan pekerjaan": Program.JKP,
}
_INDONESIAN = ("saldo", "cek saldo", "info saldo", "saldo program", "saldo dana")
_ENGLISH = ("balance", "my balance", "check balance")
_PROGRAMS = {
    f"{asked} {name}": program
    for asked, (name, program) in product(_INDONESIAN + _ENGLISH, _NAMES.items())
} | {f"pension {asked}": Program.JP for asked in ("balance", "saldo")}
KEYWORD = Keyword(
    "saldo_jp",
    needs_kpj=False,
    words=tuple(_PROGRAMS),
    english=frozenset(form for form in _PROGRAMS if "balance" in form),
    # Otherwise the KPJ in the message would ask for the JHT balance.
    counts_with_kpj=True,
    example="SALDO JP",
    about="JP, JKK, JKM, JKP tidak punya saldo",
    about_in_english="JP, JKK, JKM, JKP have no balance",
    section=Section.MONEY,
)


@for_anyone(KEYWORD)
def tell(question: Question) -> Answer:
    """Say that only JHT has a balance, and where to read about the programme."""
    return NO_BALANCE_OF_PROGRAM.fill(program=_PROGRAMS[question.phrase])
