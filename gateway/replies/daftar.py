"""Wordings of the enrolment of a phone, for its sender and for the member."""

from gateway.replies.template import ReplyTemplate

FORMAT = ReplyTemplate(
    "enrolment_format",
    indonesian=(
        "Daftar: ketik DAFTAR SALDO#NIK#NAMA#TGL LAHIR#KPJ. Contoh: DAFTAR SALDO#16 "
        "angka NIK#ADI#31-12-1990#12345678901. Info {care}.",
    ),
    english=(
        "To enrol text DAFTAR SALDO#NIK#NAME#BIRTH DATE#KPJ, e.g. DAFTAR SALDO#16 "
        "digits#ADI#31-12-1990#12345678901. Info {care}.",
    ),
)

RECEIVED = ReplyTemplate(
    "enrolment_received",
    indonesian=(
        "Permintaan pendaftaran HP ini untuk KPJ {kpj} diterima dan diperiksa petugas. "
        "Hasilnya kami kirim lewat SMS. Info {care}.",
    ),
    english=(
        "The request to enrol this phone for KPJ {kpj} has been received. An officer "
        "checks it and we text you. Info {care}.",
    ),
)

DONE = ReplyTemplate(
    "enrolment_done",
    indonesian=(
        "HP ini terdaftar untuk KPJ {kpj}. Cek saldo: ketik SALDO, spasi, 11 angka "
        "KPJ. Bukan Anda? Ketik STOP dan hubungi {care}.",
    ),
    english=(
        "This phone is enrolled for KPJ {kpj}. Balance: text SALDO, space, 11-digit "
        "KPJ. Not you? Text STOP and call {care}.",
    ),
)

DONE_LATER = ReplyTemplate(
    "enrolment_done_later",
    indonesian=(
        "HP ini terdaftar untuk KPJ {kpj}. Demi keamanan, saldo dapat dicek mulai "
        "{since}. Bukan Anda? Ketik STOP dan hubungi {care}.",
    ),
    english=(
        "This phone is enrolled for KPJ {kpj}. To be safe, the balance is told from "
        "{since} on. Not you? Text STOP and call {care}.",
    ),
)

FAILED = ReplyTemplate(
    "enrolment_failed",
    indonesian=(
        "Pendaftaran belum berhasil. Samakan NIK, nama, tgl lahir dan KPJ dengan KTP "
        "dan kartu, atau bawa KTP ke kantor cabang. Info {care}.",
        "Pendaftaran belum berhasil. Periksa datanya, atau bawa KTP ke kantor cabang. "
        "Info {care}.",
    ),
    english=(
        "Enrolment did not succeed. NIK, name, birth date and KPJ must match your KTP "
        "and card, or take your KTP to a branch. Info {care}.",
        "Enrolment did not succeed. Check the data or take your KTP to a branch. Info "
        "{care}.",
    ),
)

CLOSED = ReplyTemplate(
    "enrolment_closed",
    indonesian=(
        "Pendaftaran lewat SMS tidak dilayani. Ganti nomor HP di kantor cabang atau "
        "aplikasi JMO dengan KTP asli. Info {care}.",
    ),
    english=(
        "Enrolment by SMS is not offered. Change your phone number at a branch or in "
        "the JMO app with your KTP. Info {care}.",
    ),
)

NOTICE = ReplyTemplate(
    "enrolment_notice",
    indonesian=(
        "HP lain didaftarkan untuk KPJ {kpj}. Bila bukan Anda, segera hubungi {care}. "
        "Jangan berikan KPJ/NIK/OTP ke orang lain.",
    ),
    english=(
        "Another phone was enrolled for KPJ {kpj}. If it was not you, call {care} at "
        "once. Never give KPJ, NIK or OTP to others.",
    ),
)

SIM_REGISTRATION = ReplyTemplate(
    "sim_registration",
    indonesian=(
        "Itu format registrasi kartu SIM: kirim ke 4444, bukan ke sini. NIK dan nomor "
        "KK Anda tidak kami simpan. Info {care}.",
    ),
    english=(
        "That is a SIM card registration: send it to 4444, not here. We have not kept "
        "your NIK and KK number. Info {care}.",
    ),
)

WHICH_KPJ = ReplyTemplate(
    "which_kpj",
    indonesian=(
        "HP ini terdaftar untuk beberapa KPJ: {kpjs}. Tulis 11 angka KPJ yang mana. "
        "Contoh: {asked} 12345678901. Info {care}.",
        "HP ini untuk beberapa KPJ: {kpjs}. Tulis KPJ yang mana. Contoh: {asked} "
        "12345678901. Info {care}.",
    ),
    english=(
        "This phone belongs to several KPJ: {kpjs}. Tell us which, with 11 digits. "
        "Example: {asked} 12345678901. Info {care}.",
        "This phone belongs to several KPJ: {kpjs}. Tell us which. Example: {asked} "
        "12345678901. Info {care}.",
    ),
)
