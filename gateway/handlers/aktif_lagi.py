"""AKTIF LAGI: how a membership becomes active again."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword, Section
from gateway.replies.aktif_lagi import REACTIVATE
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "aktif_lagi",
    needs_kpj=False,
    words=(
        "aktif lagi",
        "aktif kembali",
        "aktifkan lagi",
        "aktifkan kembali",
        "aktifin lagi",
        "mengaktifkan",
        "aktifkan kartu",
        "aktifkan bpjs",
        "diaktifkan",
        "reaktivasi",
        "reactivate",
        "reactivation",
        "active again",
        "activate again",
    ),
    forgiving=(
        "aktif lagi",
        "aktif kembali",
        "reaktivasi",
        "reactivate",
    ),
    english=frozenset(
        {
            "reactivate",
            "reactivation",
            "active again",
            "activate again",
        }
    ),
    example="AKTIF LAGI",
    about="cara mengaktifkan lagi kepesertaan",
    about_in_english="how to become active again",
    section=Section.PROGRAMME,
)


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """Through whom, and what it takes."""
    return REACTIVATE.filled()
