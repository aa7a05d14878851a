"""Wordings of the answer to TUNGGAKAN and IURAN."""

from gateway.replies.template import ReplyTemplate

DUE = ReplyTemplate(
    "contributions_due",
    indonesian=(
        "KPJ {kpj}: menunggak {months} bulan, {arrears}. Iuran terakhir {last_month}. "
        "Bayar pakai NIK di minimarket, bank atau kantor cabang. Telp {care}.",
        "KPJ {kpj}: menunggak {months} bulan, {arrears}. Bayar pakai NIK di "
        "minimarket, bank, kantor cabang. Telp {care}.",
    ),
    english=(
        "KPJ {kpj}: {months} months unpaid, {arrears}. Last paid {last_month}. Pay "
        "with your NIK at a minimarket, bank or branch. Call {care}.",
        "KPJ {kpj}: {months} months unpaid, {arrears}. Pay with your NIK at a "
        "minimarket, bank or branch. Call {care}.",
    ),
)

NOTHING_DUE = ReplyTemplate(
    "nothing_due",
    indonesian=(
        "KPJ {kpj}: tidak ada tunggakan. Iuran terakhir {last_month}. Bayar tiap bulan "
        "pakai NIK di minimarket atau bank agar tetap aktif. Telp {care}.",
        "KPJ {kpj}: tidak ada tunggakan. Iuran terakhir {last_month}. Bayar tiap bulan "
        "pakai NIK. Telp {care}.",
    ),
    english=(
        "KPJ {kpj}: nothing is unpaid. Last contribution {last_month}. Pay each month "
        "with your NIK to stay active. Help: call {care}.",
        "KPJ {kpj}: nothing is unpaid. Last contribution {last_month}. Pay each month "
        "with your NIK. Call {care}.",
    ),
)

NOT_PAID_SINCE = ReplyTemplate(
    "not_paid_since",
    indonesian=(
        "KPJ {kpj}: iuran sesudah {last_month} belum tercatat. Agar tetap aktif, bayar "
        "pakai NIK di minimarket, bank atau kantor cabang. Telp {care}.",
        "KPJ {kpj}: iuran sesudah {last_month} belum tercatat. Bayar pakai NIK agar "
        "tetap aktif. Telp {care}.",
    ),
    english=(
        "KPJ {kpj}: nothing is recorded after {last_month}. To stay active, pay with "
        "your NIK at a minimarket, bank or branch. Call {care}.",
        "KPJ {kpj}: nothing is recorded after {last_month}. Pay with your NIK to stay "
        "active. Call {care}.",
    ),
)

NOTHING_RECORDED = ReplyTemplate(
    "no_arrears_recorded",
    indonesian=(
        "KPJ {kpj} ({segment}): tidak ada tunggakan tercatat. Iuran terakhir "
        "{last_month}. Bertanya: kantor cabang atau telp {care}.",
        "KPJ {kpj}: tidak ada tunggakan tercatat. Iuran terakhir {last_month}. "
        "Bertanya: kantor cabang atau telp {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): nothing unpaid is recorded. Last contribution "
        "{last_month}. Questions: ask a branch or call {care}.",
        "KPJ {kpj}: nothing unpaid is recorded. Last contribution {last_month}. "
        "Questions: ask a branch or call {care}.",
    ),
)

PAID_BY_EMPLOYER = ReplyTemplate(
    "paid_by_employer",
    indonesian=(
        "KPJ {kpj} ({segment}): iuran dibayar perusahaan, terakhir {last_month}. Ada "
        "yang kurang? Tanya HRD, ketik PENGADUAN, atau telp {care}.",
        "KPJ {kpj}: iuran dibayar perusahaan, terakhir {last_month}. Ada yang kurang? "
        "Tanya HRD atau telp {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): the employer pays the contributions, last "
        "{last_month}. Not right? Ask your HR or call {care}.",
        "KPJ {kpj}: the employer pays, last {last_month}. Not right? Ask your HR or "
        "call {care}.",
    ),
)
