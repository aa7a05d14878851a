"""Wording of the help text."""

from gateway.replies.template import ReplyTemplate

HELP = ReplyTemplate(
    "help",
    indonesian=(
        "Ketik SALDO atau STATUS, spasi, 11 angka KPJ. Contoh: SALDO 12345678901. "
        "Pakai HP yang terdaftar. Berhenti: STOP. Info {care}.",
    ),
    english=(
        "Text SALDO or STATUS, space, 11-digit KPJ. Example: SALDO 12345678901. Use "
        "your registered phone. Stop: STOP. Info {care}.",
    ),
)
