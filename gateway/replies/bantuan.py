"""Wordings of the help: its sections, their commands, and each command by itself."""

from gateway.replies.template import ReplyTemplate

HELP = ReplyTemplate(
    "help",
    indonesian=(
        "Saldo: ketik SALDO. Soal uang: BANTUAN UANG. Soal klaim: BANTUAN KLAIM. "
        "Daftar, kartu: BANTUAN KARTU. Lain: BANTUAN LAIN. Berhenti: STOP. "
        "Telp {care}.",
        "Ketik SALDO, BANTUAN UANG, BANTUAN KLAIM, BANTUAN KARTU (juga daftar) atau "
        "BANTUAN LAIN. Berhenti: ketik STOP. Telp {care}.",
    ),
    english=(
        "Balance: text SALDO. Money: HELP MONEY. Claims: HELP CLAIMS. Joining, cards: "
        "HELP CARD. Other: HELP MORE. No more SMS: STOP. Call {care}.",
    ),
)

# The commands of one section, if there is another page of them.
HELP_SECTION = ReplyTemplate(
    "help_section",
    indonesian=(
        "Perintah {section}: {commands}. Ketik salah satu. Contoh: {example}. Lanjut: "
        "BANTUAN {section} {page}. Telp {care}.",
        "Perintah {section}: {commands}. Ketik salah satu. Lanjut: BANTUAN {section} "
        "{page}. Telp {care}.",
        "Ketik satu: {commands}. Lanjut: BANTUAN {section} {page}. Telp {care}.",
    ),
    english=(
        "{section}: text one of {commands}. Example: {example}. Next: HELP {section} "
        "{page}. Call {care}.",
        "{section}: text one of {commands}. Next: HELP {section} {page}. Call {care}.",
    ),
)

HELP_SECTION_END = ReplyTemplate(
    "help_section_end",
    indonesian=(
        "Perintah {section}: {commands}. Ketik salah satu. Contoh: {example}. Perintah "
        "lain: BANTUAN. Telp {care}.",
        "Perintah {section}: {commands}. Ketik salah satu. Lain: BANTUAN. Telp {care}.",
        "Ketik salah satu: {commands}. Lain: BANTUAN. Telp {care}.",
    ),
    english=(
        "{section}: text one of {commands}. Example: {example}. Other commands: HELP. "
        "Call {care}.",
        "{section}: text one of {commands}. Other: HELP. Call {care}.",
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
