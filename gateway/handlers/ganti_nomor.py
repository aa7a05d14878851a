"""GANTI NOMOR: how the phone number on record is changed. Not by SMS."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword
from gateway.parsers.vocabulary import words
from gateway.replies.ganti_nomor import CHANGE_PHONE
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "ganti_nomor",
    needs_kpj=False,
    words=(
        "ganti nomor",
        "ganti nomer",
        "ganti no",
        "ganti nomor hp",
        "nomor ganti",
        "nomor saya ganti",
        "nomor hp ganti",
        "nomor hp saya ganti",
        "no hp ganti",
        "no hp saya ganti",
        "hp hilang",
        "hp saya hilang",
        "hp ilang",
        "nomor hilang",
        "nomor hp hilang",
        "ubah nomor",
        "ubah no",
        "ubah nomor hp",
        "change number",
        "change phone",
        "change my number",
        "change my phone",
        "lost phone",
        "lost my phone",
    ),
    # Who tells a friend of a new phone does not ask us.
    alone=("ganti hp", "new number", "new phone"),
    beside=words("hp bpjs cara gimana bagaimana daftar"),
    forgiving=("ganti nomor",),
    english=frozenset(
        {
            "change number",
            "change phone",
            "change my number",
            "change my phone",
            "new number",
            "new phone",
            "lost phone",
            "lost my phone",
        }
    ),
    example="GANTI NOMOR",
    about="cara mengganti nomor HP terdaftar",
    about_in_english="how to change your phone number",
)


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """Where it is changed."""
    return CHANGE_PHONE.filled()
