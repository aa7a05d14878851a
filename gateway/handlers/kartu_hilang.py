"""KARTU HILANG: what to do about a lost card."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword
from gateway.replies.kartu_hilang import CARD_LOST
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "kartu_hilang",
    needs_kpj=False,
    words=(
        "kartu hilang",
        "kartu saya hilang",
        "kartu bpjs hilang",
        "kartu bpjs saya hilang",
        "kartu bpjstk hilang",
        "kartu peserta hilang",
        "kartu jamsostek hilang",
        "kartu ilang",
        "kartu saya ilang",
        "kartu rusak",
        "kartu saya rusak",
        "kehilangan kartu",
        "hilang kartu",
        "cetak kartu",
        "cetak ulang kartu",
        "ganti kartu",
        "lost card",
        "lost my card",
        "card lost",
        "card is lost",
        "new card",
    ),
    forgiving=(
        "kartu hilang",
        "kartu saya hilang",
        "lost card",
    ),
    english=frozenset(
        {
            "lost card",
            "lost my card",
            "card lost",
            "card is lost",
            "new card",
        }
    ),
    example="KARTU HILANG",
    about="cara bila kartu hilang atau rusak",
    about_in_english="what to do about a lost card",
)


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """The digital card, and where a new one is to be had."""
    return CARD_LOST.filled()
