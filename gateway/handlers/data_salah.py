"""DATA SALAH: how wrong data are put right. Not by SMS."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword
from gateway.replies.data_salah import WRONG_DATA
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "data_salah",
    needs_kpj=False,
    words=(
        "data salah",
        "data saya salah",
        "salah data",
        "data tidak sesuai",
        "data tidak cocok",
        "data tdk sesuai",
        "nama salah",
        "nama saya salah",
        "salah nama",
        "nik salah",
        "nik saya salah",
        "tanggal lahir salah",
        "tgl lahir salah",
        "ubah data",
        "koreksi data",
        "perbaiki data",
        "perbaikan data",
        "update data",
        "pengkinian data",
        "ganti nama",
        "ganti alamat",
        "wrong data",
        "data wrong",
        "data is wrong",
        "wrong name",
        "name is wrong",
        "correct my data",
        "update my data",
    ),
    english=frozenset(
        {
            "wrong data",
            "data wrong",
            "data is wrong",
            "wrong name",
            "name is wrong",
            "correct my data",
            "update my data",
        }
    ),
    example="DATA SALAH",
    about="cara memperbaiki data yang salah",
    about_in_english="how to correct wrong data",
)


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """Where they are corrected."""
    return WRONG_DATA.filled()
