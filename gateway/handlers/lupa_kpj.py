"""LUPA KPJ: where a forgotten member number stands. It is never sent."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword
from gateway.replies.lupa_kpj import FORGOT_KPJ
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "lupa_kpj",
    needs_kpj=False,
    words=(
        "lupa kpj",
        "lupa nomor",
        "lupa no",
        "lupa nomer",
        "kpj lupa",
        "nomor lupa",
        "kpj hilang",
        "kpj saya lupa",
        "lupa no kpj",
        "lupa nomor kpj",
        "lupa nomor peserta",
        "tidak tahu kpj",
        "ga tau kpj",
        "tidak punya kpj",
        "kpj saya berapa",
        "nomor kpj saya berapa",
        "kpj berapa",
        "cari kpj",
        "forgot kpj",
        "forgot my kpj",
        "forgot my number",
        "lost kpj",
        "lost my kpj",
        "forget kpj",
    ),
    english=frozenset(
        {
            "forgot kpj",
            "forgot my kpj",
            "forgot my number",
            "lost kpj",
            "lost my kpj",
            "forget kpj",
        }
    ),
    example="LUPA KPJ",
    about="di mana nomor KPJ tercantum",
    about_in_english="where your KPJ stands",
)


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """Where it stands."""
    return FORGOT_KPJ.filled()
