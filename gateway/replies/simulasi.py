"""Wordings of the answer to SIMULASI: an estimate, or why there is none."""

from gateway.replies.template import ReplyTemplate

ESTIMATE = ReplyTemplate(
    "projection",
    indonesian=(
        "Perkiraan JHT KPJ {kpj} di usia {age}: {projection}, bila iuran {monthly} per "
        "bulan dan hasil {jht_projection_return}% setahun. Perkiraan, bukan janji. "
        "Telp {care}.",
        "Perkiraan JHT {kpj} usia {age}: {projection}, bila iuran {monthly} per bulan, "
        "hasil {jht_projection_return}% setahun. Bukan janji. Telp {care}.",
        "Perkiraan JHT {kpj} usia {age}: {projection}, iuran {monthly} per bulan, "
        "hasil {jht_projection_return}% setahun. Telp {care}.",
    ),
    english=(
        "Estimated JHT of KPJ {kpj} at {age}: {projection}, if {monthly} a month is "
        "paid and it earns {jht_projection_return}% a year. No promise. Call {care}.",
        "Estimated JHT {kpj} at {age}: {projection} ({monthly} a month, "
        "{jht_projection_return}% a year). An estimate, not a promise. Call {care}.",
        "Estimated JHT {kpj} at {age}: {projection} ({monthly} a month, "
        "{jht_projection_return}% a year). No promise. Call {care}.",
    ),
)

ESTIMATE_WITHOUT_PAYMENTS = ReplyTemplate(
    "projection_without_payments",
    indonesian=(
        "Perkiraan JHT KPJ {kpj} di usia {age}: {projection} tanpa iuran baru, hasil "
        "{jht_projection_return}% setahun. Perkiraan, bukan janji. Telp {care}.",
        "Perkiraan JHT {kpj} usia {age}: {projection} tanpa iuran baru, hasil "
        "{jht_projection_return}% setahun. Bukan janji. Telp {care}.",
    ),
    english=(
        "Estimated JHT of KPJ {kpj} at {age}: {projection} without new contributions, "
        "at {jht_projection_return}% a year. An estimate, not a promise. Call {care}.",
        "Estimated JHT {kpj} at {age}: {projection} without new payments, at "
        "{jht_projection_return}% a year. No promise. Call {care}.",
    ),
)

AGE_REACHED = ReplyTemplate(
    "projection_age_reached",
    indonesian=(
        "Usia {age} sudah tercapai untuk KPJ {kpj}. Cek saldo: ketik SALDO. Usia lain: "
        "ketik SIMULASI, spasi, KPJ, spasi, usia. Telp {care}.",
        "Usia {age} sudah tercapai untuk KPJ {kpj}. Cek saldo: ketik SALDO. Bantuan: "
        "telp {care}.",
    ),
    english=(
        "KPJ {kpj} has already reached the age of {age}. Balance: text SALDO. Another "
        "age: text SIMULASI, KPJ and age. Call {care}.",
        "KPJ {kpj} has already reached the age of {age}. Balance: text SALDO. Help: "
        "call {care}.",
    ),
)

WHICH_AGE = ReplyTemplate(
    "projection_which_age",
    indonesian=(
        "Tulis usia antara {youngest} dan {oldest} sesudah KPJ. Contoh: SIMULASI "
        "12345678901 60. Bantuan: telp {care}.",
    ),
    english=(
        "Write an age between {youngest} and {oldest} after the KPJ. Example: SIMULASI "
        "12345678901 60. Help: call {care}.",
    ),
)

CANNOT_ESTIMATE = ReplyTemplate(
    "projection_impossible",
    indonesian=(
        "JHT KPJ {kpj} belum bisa diperkirakan: saldo atau tanggal lahir belum "
        "tercatat. Tanya kantor cabang atau telp {care}.",
    ),
    english=(
        "JHT of KPJ {kpj} cannot be estimated: balance or birth date is not recorded. "
        "Ask a branch or call {care}.",
    ),
)
