"""Wordings about the language of our replies."""

from gateway.replies.template import ReplyTemplate

SPOKEN = ReplyTemplate(
    "language_chosen",
    confirms_action=True,
    indonesian=(
        "Mulai sekarang kami membalas nomor ini dalam Bahasa Indonesia. Ganti lagi: "
        "ketik BAHASA INGGRIS. Bantuan: telp {care}.",
    ),
    english=(
        "From now on we answer this number in English. To change it: text BAHASA "
        "INDONESIA. Help: call {care}.",
    ),
)

HOW = ReplyTemplate(
    "language_choice",
    indonesian=(
        "Pilih bahasa balasan kami: ketik BAHASA INDONESIA atau BAHASA INGGRIS. "
        "Bantuan: telp {care}.",
    ),
    english=(
        "Choose the language of our replies: text BAHASA INDONESIA or LANGUAGE "
        "ENGLISH. Help: call {care}.",
    ),
)
