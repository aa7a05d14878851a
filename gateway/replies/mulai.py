"""Wordings of the confirmation of MULAI."""

from gateway.replies.template import ReplyTemplate

OPTED_IN = ReplyTemplate(
    "opted_in",
    confirms_action=True,
    indonesian=(
        "Layanan SMS aktif lagi untuk nomor ini. Cek saldo: ketik SALDO, spasi, 11 "
        "angka KPJ. Petunjuk: ketik BANTUAN. Telp {care}.",
    ),
    english=(
        "The SMS service is on again for this number. Balance: text SALDO, space, "
        "11-digit KPJ. Commands: text HELP. Call {care}.",
    ),
)

OPTED_IN_ANEW = ReplyTemplate(
    "opted_in_anew",
    confirms_action=True,
    indonesian=(
        "Layanan SMS aktif lagi. Pendaftaran HP ini dan pengingat sudah berakhir. "
        "Daftar lagi: ketik DAFTAR. Diingatkan lagi: ketik INGAT.",
    ),
    english=(
        "The SMS service is on again. Enrolment of this phone and reminders have "
        "ended. To enrol again: text DAFTAR. Reminders: text INGAT.",
    ),
)
