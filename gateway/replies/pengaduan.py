"""Wordings about complaints. Operators answer with one of the last three."""

from gateway.replies.template import ReplyTemplate

HOW = ReplyTemplate(
    "complaint_format",
    indonesian=(
        "Ketik PENGADUAN, spasi, keluhan Anda. Contoh: PENGADUAN iuran saya tidak "
        "dibayar. Jangan tulis NIK, PIN atau OTP. Telp {care}.",
    ),
    english=(
        "Text PENGADUAN, space, your complaint. Do not write NIK, PIN or OTP. An "
        "officer answers by SMS. Help: call {care}.",
    ),
)

RECEIVED = ReplyTemplate(
    "complaint_received",
    confirms_action=True,
    indonesian=(
        "Pengaduan Anda kami terima. Petugas membacanya dan membalas lewat SMS. "
        "Mendesak? Telp {care}.",
    ),
    english=(
        "We have received your complaint. An officer reads it and answers by SMS. "
        "Urgent? Call {care}.",
    ),
)

SOLVED = ReplyTemplate(
    "complaint_solved",
    indonesian=(
        "Pengaduan Anda sudah kami urus. Belum beres? Telp {care} atau datang ke "
        "kantor cabang dengan KTP.",
    ),
    english=(
        "Your complaint has been dealt with. If anything is still wrong, call {care} "
        "or visit a branch with your KTP.",
    ),
)

COME_TO_BRANCH = ReplyTemplate(
    "complaint_branch",
    indonesian=(
        "Untuk pengaduan Anda, data perlu kami cek. Datang ke kantor cabang dengan KTP "
        "asli dan kartu peserta, atau telp {care}.",
    ),
    english=(
        "Your complaint needs a check of your data. Visit a branch with KTP and "
        "membership card, or call {care}.",
    ),
)

ASK_EMPLOYER = ReplyTemplate(
    "complaint_employer",
    indonesian=(
        "Untuk pengaduan Anda, tanya dulu HRD atau pemberi kerja. Tidak dijawab? Telp "
        "{care} atau datang ke kantor cabang.",
    ),
    english=(
        "About your complaint, please ask your HR or employer first. If there is no "
        "answer, call {care} or visit a branch.",
    ),
)
