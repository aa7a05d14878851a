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
        "ganti hp",
        "ganti nomor hp",
        "nomor ganti",
        "nomor saya ganti",
        "nomor hp ganti",
        "nomor hp saya ganti",
        "no hp ganti",
        "no hp saya ganti",
        "hp ganti",
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
    # "Ini nomor baruku" tells a friend; it asks us only when it is all there is.
    alone=("nomor baru", "nomor hp baru", "new number"),
    beside=words("hp bpjs cara gimana bagaimana daftar"),
    forgiving=("ganti nomor",),
    english=frozenset(
        {
            "change number",
            "change phone",
            "change my number",
            "change my phone",
            "new number",
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
