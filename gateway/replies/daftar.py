"""Wordings of the enrolment of a phone, for who asks and for whom it is about."""

from gateway.replies.template import ReplyTemplate

FORMAT = ReplyTemplate(
    "enrolment_format",
    indonesian=(
        "Daftar: ketik DAFTAR SALDO#NIK#NAMA#TGL LAHIR#KPJ. Contoh: DAFTAR SALDO#16 "
        "angka NIK#ADI#31-12-1990#12345678901. Info 175.",
    ),
    english=(
        "To enrol text DAFTAR SALDO#NIK#NAME#BIRTH DATE#KPJ, e.g. DAFTAR SALDO#16 "
        "digits#ADI#31-12-1990#12345678901. Info 175.",
    ),
)

RECEIVED = ReplyTemplate(
    "enrolment_received",
    indonesian=(
        "Permintaan pendaftaran HP ini untuk KPJ {kpj} diterima dan diperiksa petugas. "
        "Hasilnya kami kirim lewat SMS. Info 175.",
    ),
    english=(
        "The request to enrol this phone for KPJ {kpj} has been received. An officer "
        "checks it and we text you. Info 175.",
    ),
)

DONE = ReplyTemplate(
    "enrolment_done",
    indonesian=(
        "HP ini terdaftar untuk KPJ {kpj}. Cek saldo: ketik SALDO, spasi, 11 angka "
        "KPJ. Bukan Anda? Ketik STOP dan hubungi 175.",
    ),
    english=(
        "This phone is enrolled for KPJ {kpj}. Balance: text SALDO, space, 11-digit "
        "KPJ. Not you? Text STOP and call 175.",
    ),
)

DONE_LATER = ReplyTemplate(
    "enrolment_done_later",
    indonesian=(
        "HP ini terdaftar untuk KPJ {kpj}. Demi keamanan, saldo dapat dicek mulai "
        "{since}. Bukan Anda? Ketik STOP dan hubungi 175.",
    ),
    english=(
        "This phone is enrolled for KPJ {kpj}. To be safe, the balance is told from "
        "{since} on. Not you? Text STOP and call 175.",
    ),
)

FAILED = ReplyTemplate(
    "enrolment_failed",
    indonesian=(
        "Pendaftaran belum berhasil. Samakan NIK, nama, tgl lahir dan KPJ dengan KTP "
        "dan kartu, atau bawa KTP ke kantor cabang. Info 175.",
        "Pendaftaran belum berhasil. Periksa datanya, atau bawa KTP ke kantor cabang. "
        "Info 175.",
    ),
    english=(
        "Enrolment did not succeed. NIK, name, birth date and KPJ must match your KTP "
        "and card, or take your KTP to a branch. Info 175.",
        "Enrolment did not succeed. Check the data or take your KTP to a branch. Info "
        "175.",
    ),
)

CLOSED = ReplyTemplate(
    "enrolment_closed",
    indonesian=(
        "Pendaftaran lewat SMS tidak dilayani. Ganti nomor HP di kantor cabang atau "
        "aplikasi JMO dengan KTP asli. Info 175.",
    ),
    english=(
        "Enrolment by SMS is not offered. Change your phone number at a branch or in "
        "the JMO app with your KTP. Info 175.",
    ),
)

NOTICE = ReplyTemplate(
    "enrolment_notice",
    indonesian=(
        "HP lain didaftarkan untuk KPJ {kpj}. Bila bukan Anda, segera hubungi 175. "
        "Jangan berikan KPJ/NIK/OTP ke orang lain.",
    ),
    english=(
        "Another phone was enrolled for KPJ {kpj}. If it was not you, call 175 at "
        "once. Never give KPJ, NIK or OTP to others.",
    ),
)

SIM_REGISTRATION = ReplyTemplate(
    "sim_registration",
    indonesian=(
        "Itu format registrasi kartu SIM: kirim ke 4444, bukan ke sini. NIK dan nomor "
        "KK Anda tidak kami simpan. Info 175.",
    ),
    english=(
        "That is a SIM card registration: send it to 4444, not here. We have not kept "
        "your NIK and KK number. Info 175.",
    ),
)

WHICH_KPJ = ReplyTemplate(
    "which_kpj",
    indonesian=(
        "HP ini terdaftar untuk beberapa KPJ: {kpjs}. Tulis 11 angka KPJ yang mana. "
        "Contoh: SALDO 12345678901. Info 175.",
    ),
    english=(
        "This phone belongs to several KPJ: {kpjs}. Tell us which, with 11 digits. "
        "Example: SALDO 12345678901. Info 175.",
        "This phone belongs to several KPJ: {kpjs}. Tell us which. Example: SALDO "
        "12345678901. Info 175.",
    ),
)
