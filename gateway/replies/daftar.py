"""Wordings of the enrolment of a phone, for its sender and for the member."""

from gateway.replies.template import ReplyTemplate

FORMAT = ReplyTemplate(
    "enrolment_format",
    indonesian=(
        "Daftarkan HP ini: ketik DAFTAR SALDO#NIK#NAMA#TANGGAL LAHIR#KPJ. Contoh: "
        "DAFTAR SALDO#1234567890123456#ADI#31-12-1990#12345678901. Telp {care}.",
        "Ketik DAFTAR SALDO#NIK#NAMA#LAHIR#KPJ. Contoh: "
        "DAFTAR SALDO#1234567890123456#ADI#31-12-1990#12345678901. Telp {care}.",
    ),
    english=(
        "To enrol this phone text DAFTAR SALDO#NIK#NAME#BIRTH DATE#KPJ. Example: "
        "DAFTAR SALDO#1234567890123456#ADI#31-12-1990#12345678901. Call {care}.",
        "To enrol: DAFTAR SALDO#NIK#NAME#BIRTH DATE#KPJ. Example: "
        "DAFTAR SALDO#1234567890123456#ADI#31-12-1990#12345678901. Call {care}.",
    ),
)

RECEIVED = ReplyTemplate(
    "enrolment_received",
    indonesian=(
        "Pendaftaran HP ini untuk KPJ {kpj} kami terima dan sedang diperiksa petugas. "
        "Tunggu SMS hasilnya. Bantuan: telp {care}.",
    ),
    english=(
        "We have received your request to enrol this phone for KPJ {kpj}. An officer "
        "checks it and we text you. Help: call {care}.",
    ),
)

DONE = ReplyTemplate(
    "enrolment_done",
    indonesian=(
        "HP ini sudah terdaftar untuk KPJ {kpj}. Cek saldo: ketik SALDO. Bukan Anda "
        "yang mendaftar? Ketik STOP dan telp {care}.",
    ),
    english=(
        "This phone is enrolled for KPJ {kpj}. Balance: text SALDO. Did you not "
        "enrol? Text STOP and call {care}.",
    ),
)

DONE_LATER = ReplyTemplate(
    "enrolment_done_later",
    indonesian=(
        "HP ini sudah terdaftar untuk KPJ {kpj}. Demi keamanan, cek saldo mulai "
        "{since}: ketik SALDO. Bukan Anda? Ketik STOP dan telp {care}.",
    ),
    english=(
        "This phone is enrolled for KPJ {kpj}. To be safe, ask for the balance from "
        "{since} on: text SALDO. Not you? Text STOP and call {care}.",
    ),
)

FAILED = ReplyTemplate(
    "enrolment_failed",
    indonesian=(
        "Pendaftaran belum berhasil. Samakan NIK, nama, tanggal lahir dan KPJ dengan "
        "KTP dan kartu, lalu kirim lagi, atau bawa KTP ke kantor cabang.",
        "Pendaftaran belum berhasil. Periksa datanya lalu kirim lagi, atau bawa KTP ke "
        "kantor cabang. Telp {care}.",
    ),
    english=(
        "Enrolment did not succeed. NIK, name, birth date and KPJ must match your KTP "
        "and card. Try again, or take your KTP to a branch.",
        "Enrolment did not succeed. Check the data and try again, or take your KTP to "
        "a branch. Call {care}.",
    ),
)

CLOSED = ReplyTemplate(
    "enrolment_closed",
    indonesian=(
        "Maaf, HP tidak bisa didaftarkan lewat SMS. Ganti nomor HP di kantor cabang "
        "dengan KTP asli. Bantuan: telp {care}.",
    ),
    english=(
        "Sorry, a phone cannot be enrolled by SMS. Change your phone number at a "
        "branch with your KTP. Help: call {care}.",
    ),
)

NOTICE = ReplyTemplate(
    "enrolment_notice",
    indonesian=(
        "HP lain didaftarkan untuk KPJ {kpj}. Bukan Anda? Segera telp {care}. Jangan "
        "berikan KPJ, NIK atau OTP kepada orang lain.",
    ),
    english=(
        "Another phone was enrolled for KPJ {kpj}. If it was not you, call {care} at "
        "once. Never give KPJ, NIK or OTP to others.",
    ),
)

SIM_REGISTRATION = ReplyTemplate(
    "sim_registration",
    indonesian=(
        "Itu registrasi kartu SIM: kirim ke 4444, bukan ke sini. NIK dan nomor KK Anda "
        "tidak kami simpan. Bantuan: telp {care}.",
    ),
    english=(
        "That is a SIM card registration: send it to 4444, not here. We have not kept "
        "your NIK and KK number. Help: call {care}.",
    ),
)

WHICH_KPJ = ReplyTemplate(
    "which_kpj",
    indonesian=(
        "HP ini untuk beberapa KPJ: {kpjs}. Pilih satu, tulis 4 angka terakhir. "
        "Contoh: {asked} {last_four}. Bantuan: telp {care}.",
        "HP ini untuk beberapa KPJ: {kpjs}. Pilih satu, tulis 4 angka terakhir. "
        "Contoh: {asked} {last_four}. Telp {care}.",
    ),
    english=(
        "This phone has several KPJ: {kpjs}. Choose one, write its last 4 digits. "
        "Example: {asked} {last_four}. Help: call {care}.",
        "This phone has several KPJ: {kpjs}. Choose one, write its last 4 digits. "
        "Example: {asked} {last_four}. Call {care}.",
    ),
)

# Two of the numbers end alike.
WHICH_KPJ_IN_FULL = ReplyTemplate(
    "which_kpj_in_full",
    indonesian=(
        "HP ini untuk beberapa KPJ: {kpjs}. Pilih satu, tulis 11 angkanya. Contoh: "
        "{asked} 12345678901. Bantuan: telp {care}.",
        "HP ini untuk beberapa KPJ: {kpjs}. Pilih satu, tulis 11 angkanya. Contoh: "
        "{asked} 12345678901.",
    ),
    english=(
        "This phone has several KPJ: {kpjs}. Choose one, write its 11 digits. "
        "Example: {asked} 12345678901. Help: call {care}.",
        "This phone has several KPJ: {kpjs}. Choose one, write its 11 digits. "
        "Example: {asked} 12345678901.",
    ),
)
