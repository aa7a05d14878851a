"""Wordings of the answer to SIMULASI: an estimate, or why there is none."""

from gateway.replies.template import ReplyTemplate

ESTIMATE = ReplyTemplate(
    "projection",
    indonesian=(
        "Perkiraan JHT KPJ {kpj} usia {age}: {projection}, jika iuran tetap {monthly}/"
        "bln, hasil {jht_projection_return}%/th. Bukan janji. Info {care}.",
        "Perkiraan JHT {kpj} usia {age}: {projection}, iuran {monthly}/bln, hasil "
        "{jht_projection_return}%/th. Bukan janji. Info {care}.",
    ),
    english=(
        "Estimated JHT of KPJ {kpj} at {age}: {projection}, if {monthly} a month is "
        "paid and it earns {jht_projection_return}% a year. No promise. Info {care}.",
        "Estimated JHT {kpj} at {age}: {projection} ({monthly} a month, "
        "{jht_projection_return}% a year). No promise. Info {care}.",
    ),
)

ESTIMATE_WITHOUT_PAYMENTS = ReplyTemplate(
    "projection_without_payments",
    indonesian=(
        "Perkiraan JHT KPJ {kpj} usia {age}: {projection} tanpa iuran baru, hasil "
        "{jht_projection_return}%/th. Bukan janji. Info {care}.",
    ),
    english=(
        "Estimated JHT of KPJ {kpj} at {age}: {projection} without new contributions, "
        "at {jht_projection_return}% a year. No promise. Info {care}.",
        "Estimated JHT {kpj} at {age}: {projection} without new payments, at "
        "{jht_projection_return}% a year. No promise. Info {care}.",
    ),
)

AGE_REACHED = ReplyTemplate(
    "projection_age_reached",
    indonesian=(
        "Usia {age} sudah tercapai untuk KPJ {kpj}. Saldo: ketik SALDO spasi KPJ. Usia "
        "lain: SIMULASI spasi KPJ spasi usia. Info {care}.",
        "Usia {age} sudah tercapai untuk KPJ {kpj}. Usia lain: SIMULASI spasi KPJ "
        "spasi usia. Info {care}.",
    ),
    english=(
        "The age of {age} has been reached for KPJ {kpj}. Balance: text SALDO and KPJ. "
        "Another age: SIMULASI, KPJ, age. Info {care}.",
        "The age of {age} has been reached for KPJ {kpj}. Another age: SIMULASI, KPJ, "
        "age. Info {care}.",
    ),
)

WHICH_AGE = ReplyTemplate(
    "projection_which_age",
    indonesian=(
        "Tulis usia antara {youngest} dan {oldest} di belakang KPJ. Contoh: SIMULASI "
        "12345678901 60. Info {care}.",
    ),
    english=(
        "Write an age between {youngest} and {oldest} after the KPJ. Example: SIMULASI "
        "12345678901 60. Info {care}.",
    ),
)

CANNOT_ESTIMATE = ReplyTemplate(
    "projection_impossible",
    indonesian=(
        "JHT KPJ {kpj} belum dapat diperkirakan: saldo atau tanggal lahir belum "
        "tercatat. Tanyakan ke kantor cabang/{care}.",
    ),
    english=(
        "JHT of KPJ {kpj} cannot be estimated: balance or birth date is not recorded. "
        "Please ask a branch/{care}.",
    ),
)
