"""Wordings of the confirmation of MULAI."""

from gateway.replies.template import ReplyTemplate

OPTED_IN = ReplyTemplate(
    "opted_in",
    confirms_action=True,
    indonesian=(
        "Layanan SMS aktif lagi untuk nomor ini. Cek saldo: SALDO spasi 11 angka KPJ. "
        "Ketik BANTUAN untuk petunjuk. Info {care}.",
    ),
    english=(
        "The SMS service is on again for this number. Balance: SALDO, space, 11-digit "
        "KPJ. Text HELP for help. Info {care}.",
    ),
)

OPTED_IN_ANEW = ReplyTemplate(
    "opted_in_anew",
    confirms_action=True,
    indonesian=(
        "Layanan SMS aktif lagi. Pendaftaran HP ini dan pengingat sudah berakhir. "
        "Daftar lagi: ketik DAFTAR atau INGAT. Info {care}.",
    ),
    english=(
        "The SMS service is on again. Enrolment of this phone and reminders have "
        "ended. Again: text DAFTAR or INGAT. Info {care}.",
    ),
)
