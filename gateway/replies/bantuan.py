"""Wordings of the help: all commands, and each one by itself."""

from gateway.replies.template import ReplyTemplate

HELP = ReplyTemplate(
    "help",
    indonesian=(
        "Ketik SALDO/STATUS/MUTASI/KLAIM/IURAN, spasi, 11 angka KPJ. Contoh: SALDO "
        "12345678901. Lainnya: BANTUAN LAIN. Berhenti: STOP. Telp {care}.",
        "Ketik SALDO/STATUS/MUTASI/KLAIM/IURAN spasi 11 angka KPJ. Contoh: SALDO "
        "12345678901. Lain: BANTUAN LAIN. Telp {care}.",
    ),
    english=(
        "Text SALDO/STATUS/MUTASI/KLAIM/IURAN, space, 11-digit KPJ. Example: SALDO "
        "12345678901. More: HELP MORE. Stop: STOP. Call {care}.",
    ),
)

HELP_MORE = ReplyTemplate(
    "help_more",
    indonesian=(
        "PROGRAM, CARA KLAIM, AKTIF LAGI, KANTOR kota, KARTU, KARTU HILANG, LUPA KPJ, "
        "GANTI NOMOR, DATA SALAH, SIMULASI, INGAT, BAHASA, PENGADUAN. Telp {care}.",
        "PROGRAM, CARA KLAIM, AKTIF LAGI, KANTOR kota, KARTU HILANG, LUPA KPJ, GANTI "
        "NOMOR, DATA SALAH, SIMULASI, INGAT, PENGADUAN. Telp {care}.",
    ),
    english=(
        "PROGRAM, CARA KLAIM, AKTIF LAGI, KANTOR city, KARTU, KARTU HILANG, LUPA KPJ, "
        "GANTI NOMOR, DATA SALAH, SIMULASI, INGAT, BAHASA, PENGADUAN. Call {care}.",
        "PROGRAM, CARA KLAIM, AKTIF LAGI, KANTOR city, KARTU HILANG, LUPA KPJ, GANTI "
        "NOMOR, DATA SALAH, SIMULASI, INGAT, PENGADUAN. Call {care}.",
    ),
)

HELP_KPJ = ReplyTemplate(
    "help_kpj",
    indonesian=(
        "KPJ = nomor peserta, 11 angka di kartu atau aplikasi JMO; bukan NIK. Tulis "
        "di belakang perintah. Contoh: SALDO 12345678901. Telp {care}.",
    ),
    english=(
        "KPJ = your member number, 11 digits on the card or in JMO; not the NIK. "
        "Write it after the command. Example: SALDO 12345678901. Call {care}.",
        "KPJ = your member number, 11 digits on the card or in JMO. Write it after "
        "the command. Example: SALDO 12345678901. Call {care}.",
    ),
)

ABOUT_MEMBER_TOPIC = ReplyTemplate(
    "help_member_topic",
    indonesian=(
        "{title}: {about}. Contoh: {example}, dengan KPJ Anda, dari HP yang terdaftar. "
        "Telp {care}.",
        "{title}: {about}. Contoh: {example} dari HP terdaftar. Telp {care}.",
    ),
    english=(
        "{title}: {about}. Example: {example}, with your KPJ, from the registered "
        "phone. Call {care}.",
        "{title}: {about}. Example: {example}. Call {care}.",
    ),
)

ABOUT_OPEN_TOPIC = ReplyTemplate(
    "help_open_topic",
    indonesian=("{title}: {about}. Contoh: {example}. Telp {care}.",),
    english=("{title}: {about}. Example: {example}. Call {care}.",),
)
