"""Wordings for rejected messages, one for each reason."""

from gateway.domain.enquiry import Rejection, RejectionReason
from gateway.parsers.enquiry import DEFAULT_KEYWORD
from gateway.replies.template import Answer, ReplyTemplate

NOT_AVAILABLE = ReplyTemplate(
    "not_available",
    indonesian=(
        "Data tidak dapat ditampilkan. Pastikan 11 angka KPJ benar dan SMS dikirim "
        "dari nomor HP yang terdaftar. Bantuan: kantor cabang/{care}.",
        "Data tidak dapat ditampilkan. Periksa KPJ dan kirim SMS dari nomor HP yang "
        "terdaftar. Bantuan: kantor cabang/{care}.",
    ),
    english=(
        "Data cannot be shown. Check that the 11-digit KPJ is right and that you text "
        "from the registered phone. Help: branch/{care}.",
    ),
)

UNAVAILABLE = ReplyTemplate(
    "unavailable",
    indonesian=(
        "Layanan sedang terganggu, permintaan Anda belum dapat dijawab. Silakan kirim "
        "ulang beberapa saat lagi atau hubungi {care}.",
    ),
    english=(
        "The service is disturbed, we cannot answer now. Please send your SMS again a "
        "little later or call {care}.",
    ),
)

# Replaces a reply whose figure is not in force; its last wording has no figure.
NOT_IN_FORCE = ReplyTemplate(
    "figure_not_in_force",
    indonesian=(
        "Angka untuk pertanyaan ini sedang diperbarui, jadi belum dapat kami "
        "sampaikan. Tanyakan di kantor cabang/{care}.",
        "Angka untuk pertanyaan ini sedang diperbarui, jadi belum dapat kami "
        "sampaikan. Tanyakan di kantor cabang.",
    ),
    english=(
        "The figures for this question are being updated, so we cannot tell them now. "
        "Please ask a branch/{care}.",
        "The figures for this question are being updated, so we cannot tell them now. "
        "Please ask a branch.",
    ),
)

LIMIT_REACHED = ReplyTemplate(
    "limit_reached",
    confirms_action=True,
    indonesian=(
        "Batas permintaan hari ini sudah tercapai. Silakan coba lagi besok atau "
        "hubungi {care}.",
    ),
    english=(
        "You have reached today's request limit. Please try again tomorrow or call "
        "{care}.",
    ),
)

_UNKNOWN_KEYWORD = ReplyTemplate(
    "unknown_keyword",
    indonesian=(
        "Maaf, pesan belum kami pahami. Cek saldo JHT: ketik SALDO, spasi, 11 angka "
        "KPJ. Contoh: SALDO 12345678901. Petunjuk: BANTUAN.",
    ),
    english=(
        "Sorry, we did not understand. JHT balance: text SALDO, space, 11-digit KPJ. "
        "Example: SALDO 12345678901. More: HELP.",
    ),
)

_EMPTY = ReplyTemplate(
    "empty_message",
    indonesian=(
        "SMS Anda kosong. Cek saldo JHT: ketik SALDO, spasi, 11 angka KPJ. Contoh: "
        "SALDO 12345678901.",
    ),
    english=(
        "Your SMS was empty. JHT balance: text SALDO, space, 11-digit KPJ. Example: "
        "SALDO 12345678901.",
    ),
)

_KPJ_MISSING = ReplyTemplate(
    "kpj_missing",
    indonesian=(
        "Nomor KPJ belum ada. Tulis 11 angka KPJ dari kartu peserta di belakang kata "
        "{asked}. Contoh: {asked} 12345678901.",
    ),
    english=(
        "The KPJ is missing. Add the 11 digits from your member card after "
        "{asked}. Example: {asked} 12345678901.",
    ),
)

_KPJ_MALFORMED = ReplyTemplate(
    "kpj_malformed",
    indonesian=(
        "KPJ harus 11 angka, yang Anda kirim {length}. Periksa kartu peserta, lalu "
        "kirim ulang. Contoh: {asked} 12345678901.",
    ),
    english=(
        "A KPJ has 11 digits, you sent {length}. Check your member card and text "
        "again. Example: {asked} 12345678901.",
    ),
)

_KPJ_AMBIGUOUS = ReplyTemplate(
    "kpj_ambiguous",
    indonesian=(
        "Ada lebih dari satu KPJ. Kirim satu KPJ saja per SMS. Contoh: {asked} "
        "12345678901.",
    ),
    english=(
        "There is more than one KPJ. Send one KPJ per SMS. Example: {asked} "
        "12345678901.",
    ),
)

OTHERS_ASK = ReplyTemplate(
    "others_ask",
    indonesian=(
        "Ada permintaan data KPJ {kpj} dari nomor lain pada {asked_on}. Bila bukan "
        "Anda, hubungi {care}. Jangan berikan KPJ/NIK/OTP ke orang lain.",
    ),
    english=(
        "Other phones asked about KPJ {kpj} on {asked_on}. If it was not you, call "
        "{care}. Never give KPJ, NIK or OTP to others.",
    ),
)

_NIK_GIVEN = ReplyTemplate(
    "nik_given",
    indonesian=(
        "Itu tampaknya NIK, bukan KPJ. Jangan kirim NIK. KPJ 11 angka ada di kartu "
        "peserta atau JMO. Contoh: {asked} 12345678901.",
    ),
    english=(
        "That looks like a NIK, not a KPJ. Do not send it. The 11-digit KPJ is on "
        "your member card. Example: {asked} 12345678901.",
    ),
)

_HEALTH_CARD_GIVEN = ReplyTemplate(
    "health_card_given",
    indonesian=(
        "Itu nomor BPJS Kesehatan (13 angka); hubungi {health_care}. Di sini: KPJ BPJS "
        "Ketenagakerjaan, 11 angka. Contoh: {asked} 12345678901.",
    ),
    english=(
        "That is a BPJS Kesehatan number (13 digits); call {health_care}. Here we need "
        "the 11-digit KPJ. Example: {asked} 12345678901.",
    ),
)

_PHONE_GIVEN = ReplyTemplate(
    "phone_given",
    indonesian=(
        "Itu tampaknya nomor HP, bukan KPJ. KPJ 11 angka ada di kartu peserta atau "
        "aplikasi JMO. Contoh: {asked} 12345678901.",
    ),
    english=(
        "That looks like a phone number, not a KPJ. The 11-digit KPJ is on your "
        "member card. Example: {asked} 12345678901.",
    ),
)

BY_REASON = {
    RejectionReason.EMPTY: _EMPTY,
    RejectionReason.UNKNOWN_KEYWORD: _UNKNOWN_KEYWORD,
    RejectionReason.KPJ_MISSING: _KPJ_MISSING,
    RejectionReason.KPJ_MALFORMED: _KPJ_MALFORMED,
    RejectionReason.KPJ_AMBIGUOUS: _KPJ_AMBIGUOUS,
    RejectionReason.NIK_GIVEN: _NIK_GIVEN,
    RejectionReason.HEALTH_CARD_GIVEN: _HEALTH_CARD_GIVEN,
    RejectionReason.PHONE_GIVEN: _PHONE_GIVEN,
}


def not_in_force(figure: str) -> Answer:
    """The replacement for an answer that needs this figure, which the log names."""
    return NOT_IN_FORCE.fill(figure=figure)


def explain(rejection: Rejection) -> Answer:
    """The answer to a rejected message: what to correct."""
    template = BY_REASON[rejection.reason]
    return template.fill(
        length=str(min(rejection.length or 0, 999)),
        asked=(rejection.keyword or DEFAULT_KEYWORD).upper(),
    )
