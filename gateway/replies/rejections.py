"""Wordings for rejected messages, one for each reason."""

from gateway.domain.enquiry import Rejection, RejectionReason
from gateway.parsers.enquiry import DEFAULT_KEYWORD
from gateway.replies.fields import asked_for
from gateway.replies.template import Answer, ReplyTemplate

NOT_AVAILABLE = ReplyTemplate(
    "not_available",
    indonesian=(
        "Maaf, data belum bisa kami kirim. Cek 11 angka KPJ dan pakai nomor HP yang "
        "terdaftar. HP belum terdaftar? Ketik DAFTAR. Bantuan: telp {care}.",
        "Data belum bisa kami kirim. Cek 11 angka KPJ dan pakai HP yang terdaftar. "
        "Belum terdaftar? Ketik DAFTAR. Telp {care}.",
    ),
    english=(
        "Sorry, we cannot send the data. Check the 11-digit KPJ and use the registered "
        "phone. Phone not registered? Text DAFTAR. Call {care}.",
    ),
)

# The same where phones cannot be enrolled by SMS.
NOT_AVAILABLE_WITHOUT_ENROLMENT = ReplyTemplate(
    "not_available_without_enrolment",
    indonesian=(
        "Maaf, data belum bisa kami kirim. Cek 11 angka KPJ dan pakai nomor HP yang "
        "terdaftar. Nomor sudah ganti? Ketik GANTI NOMOR. Telp {care}.",
        "Data belum bisa kami kirim. Cek 11 angka KPJ dan pakai HP yang terdaftar. "
        "Nomor sudah ganti? Ketik GANTI NOMOR.",
    ),
    english=(
        "Sorry, we cannot send the data. Check the 11-digit KPJ and use the registered "
        "phone. New number? Text CHANGE NUMBER. Call {care}.",
    ),
)

# To a phone whose only membership is closed to enquiries, if no KPJ was written.
NOT_AVAILABLE_HERE = ReplyTemplate(
    "not_available_here",
    indonesian=(
        "Maaf, data untuk nomor HP ini belum bisa kami kirim. Bawa KTP dan kartu "
        "peserta ke kantor cabang, atau telp {care}.",
    ),
    english=(
        "Sorry, we cannot send the data of this phone. Take your KTP and membership "
        "card to a branch, or call {care}.",
    ),
)

UNAVAILABLE = ReplyTemplate(
    "unavailable",
    indonesian=(
        "Maaf, layanan sedang terganggu dan SMS Anda belum bisa kami jawab. Kirim lagi "
        "beberapa saat lagi, atau telp {care}.",
    ),
    english=(
        "Sorry, our service has a problem. Please send your SMS again a little later, "
        "or call {care}.",
    ),
)

# Replaces a reply whose figure is not in force; its last wording has no figure.
NOT_IN_FORCE = ReplyTemplate(
    "figure_not_in_force",
    indonesian=(
        "Maaf, angka untuk pertanyaan ini sedang diperbarui. Tanyakan di kantor cabang "
        "atau telp {care}.",
        "Maaf, angka untuk pertanyaan ini sedang diperbarui. Tanyakan di kantor "
        "cabang.",
    ),
    english=(
        "Sorry, the figures for this question are being updated. Please ask a branch "
        "or call {care}.",
        "Sorry, the figures for this question are being updated. Please ask a branch.",
    ),
)

LIMIT_REACHED = ReplyTemplate(
    "limit_reached",
    confirms_action=True,
    indonesian=(
        "Maaf, HP ini sudah terlalu banyak bertanya hari ini. Coba lagi besok, atau "
        "telp {care}.",
    ),
    english=(
        "Sorry, you have reached today's limit of questions. Please try again "
        "tomorrow or call {care}.",
    ),
)

_UNKNOWN_KEYWORD = ReplyTemplate(
    "unknown_keyword",
    indonesian=(
        "Maaf, SMS Anda belum kami pahami. Ketik SALDO, spasi, 11 angka KPJ, atau "
        "BANTUAN UANG, BANTUAN KLAIM, BANTUAN KARTU. Berhenti: STOP. Telp {care}.",
        "Maaf, belum kami pahami. Ketik SALDO spasi 11 angka KPJ, atau BANTUAN UANG, "
        "BANTUAN KLAIM, BANTUAN KARTU. Berhenti: STOP. Telp {care}.",
    ),
    english=(
        "Sorry, we did not understand. Text SALDO, space, 11-digit KPJ, or HELP MONEY, "
        "HELP CLAIMS, HELP CARD. No more SMS: STOP. Call {care}.",
    ),
)

# To a phone of a member, which may leave the KPJ out.
UNKNOWN_KEYWORD_OF_MEMBER = ReplyTemplate(
    "unknown_keyword_of_member",
    indonesian=(
        "Maaf, SMS Anda belum kami pahami. Ketik SALDO saja, atau BANTUAN UANG, "
        "BANTUAN KLAIM, BANTUAN KARTU. Berhenti: STOP. Telp {care}.",
        "Maaf, belum kami pahami. Ketik SALDO saja, atau BANTUAN UANG, BANTUAN KLAIM, "
        "BANTUAN KARTU. Berhenti: STOP. Telp {care}.",
    ),
    english=(
        "Sorry, we did not understand. Text just SALDO, or HELP MONEY, HELP CLAIMS, "
        "HELP CARD. No more SMS: text STOP. Call {care}.",
    ),
)

_EMPTY = ReplyTemplate(
    "empty_message",
    indonesian=(
        "SMS Anda kosong. Cek saldo: ketik SALDO, spasi, 11 angka KPJ. Contoh: SALDO "
        "12345678901. Bantuan: telp {care}.",
    ),
    english=(
        "Your SMS was empty. JHT balance: text SALDO, space, 11-digit KPJ. Example: "
        "SALDO 12345678901. Help: call {care}.",
    ),
)

_KPJ_MISSING = ReplyTemplate(
    "kpj_missing",
    indonesian=(
        "Nomor KPJ belum ada. Tulis 11 angka KPJ dari kartu Anda sesudah {asked}. "
        "Contoh: {asked} 12345678901. Lupa? Ketik LUPA KPJ.",
    ),
    english=(
        "The KPJ is missing. Add the 11 digits from your card after {asked}. Example: "
        "{asked} 12345678901. Forgotten? Text FORGOT KPJ.",
    ),
)

_KPJ_MALFORMED = ReplyTemplate(
    "kpj_malformed",
    indonesian=(
        "KPJ harus 11 angka, Anda mengirim {length}. Cek kartu Anda, lalu kirim lagi. "
        "Contoh: {asked} 12345678901. Lupa? Ketik LUPA KPJ.",
        "KPJ harus 11 angka, Anda mengirim {length}. Cek kartu Anda, lalu kirim lagi. "
        "Contoh: {asked} 12345678901. Telp {care}.",
    ),
    english=(
        "A KPJ has 11 digits, you sent {length}. Check your card and text again. "
        "Example: {asked} 12345678901. Forgotten? Text FORGOT KPJ.",
    ),
)

_LETTER_IN_KPJ = ReplyTemplate(
    "letter_in_kpj",
    indonesian=(
        "Ada huruf {letter} di nomor KPJ. Cek 11 angka di kartu Anda, lalu kirim lagi. "
        "Contoh: {asked} 12345678901. Lupa? Ketik LUPA KPJ.",
    ),
    english=(
        "There is a letter {letter} in the KPJ. Check the 11 digits on your card and "
        "text again. Example: {asked} 12345678901. Call {care}.",
    ),
)

_KPJ_AMBIGUOUS = ReplyTemplate(
    "kpj_ambiguous",
    indonesian=(
        "Ada lebih dari satu KPJ. Kirim satu KPJ saja dalam satu SMS. Contoh: {asked} "
        "12345678901. Bantuan: telp {care}.",
    ),
    english=(
        "There is more than one KPJ. Send one KPJ in one SMS. Example: {asked} "
        "12345678901. Help: call {care}.",
    ),
)

OTHERS_ASK = ReplyTemplate(
    "others_ask",
    indonesian=(
        "Nomor lain menanyakan data KPJ {kpj} pada {asked_on}. Bukan Anda? Segera telp "
        "{care}. Jangan berikan KPJ, NIK atau OTP kepada orang lain.",
        "Nomor lain menanyakan KPJ {kpj} pada {asked_on}. Bukan Anda? Segera telp "
        "{care}. Jangan berikan KPJ, NIK atau OTP.",
    ),
    english=(
        "Other phones asked about KPJ {kpj} on {asked_on}. If it was not you, call "
        "{care}. Never give KPJ, NIK or OTP to others.",
    ),
)

_NIK_GIVEN = ReplyTemplate(
    "nik_given",
    indonesian=(
        "Itu NIK, bukan KPJ. Jangan kirim NIK. KPJ adalah 11 angka di kartu peserta. "
        "Contoh: {asked} 12345678901. Lupa? Ketik LUPA KPJ.",
    ),
    english=(
        "That looks like a NIK, not a KPJ. Do not send it. The KPJ has 11 digits, on "
        "your card. Example: {asked} 12345678901. Call {care}.",
    ),
)

_HEALTH_CARD_GIVEN = ReplyTemplate(
    "health_card_given",
    indonesian=(
        "Itu nomor BPJS Kesehatan (13 angka): telp {health_care}. Di sini pakai KPJ, "
        "11 angka di kartu Anda. Contoh: {asked} 12345678901.",
    ),
    english=(
        "That is a BPJS Kesehatan number (13 digits): call {health_care}. Here we need "
        "the 11-digit KPJ. Example: {asked} 12345678901.",
    ),
)

_PHONE_GIVEN = ReplyTemplate(
    "phone_given",
    indonesian=(
        "Itu nomor HP, bukan KPJ. KPJ adalah 11 angka di kartu peserta. Contoh: "
        "{asked} 12345678901. Lupa? Ketik LUPA KPJ.",
    ),
    english=(
        "That looks like a phone number, not a KPJ. The KPJ has 11 digits, on your "
        "card. Example: {asked} 12345678901. Call {care}.",
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
    template = _LETTER_IN_KPJ if rejection.letter else BY_REASON[rejection.reason]
    return template.fill(
        letter=rejection.letter or "",
        length=str(min(rejection.length or 0, 999)),
        asked=asked_for(rejection.keyword or DEFAULT_KEYWORD),
    )
