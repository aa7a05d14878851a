"""Wordings of the answer to TUNGGAKAN and IURAN."""

from gateway.replies.template import ReplyTemplate

DUE = ReplyTemplate(
    "contributions_due",
    indonesian=(
        "KPJ {kpj} ({segment}): iuran tertunggak {months} bln {arrears}, terakhir "
        "{last_month}. Bayar pakai NIK di JMO, bank, minimarket. Info {care}.",
        "KPJ {kpj} ({segment}): tunggakan {months} bln {arrears}. Bayar pakai NIK di "
        "JMO, bank, minimarket. Info {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): {months} months unpaid, {arrears}. Last paid "
        "{last_month}. Pay with your NIK: JMO, bank, minimarket. Info {care}.",
        "KPJ {kpj} ({segment}): {months} months unpaid, {arrears}. Pay with your NIK: "
        "JMO, bank, minimarket. Info {care}.",
    ),
)

NOTHING_DUE = ReplyTemplate(
    "nothing_due",
    indonesian=(
        "KPJ {kpj} ({segment}): tidak ada tunggakan tercatat. Iuran terakhir "
        "{last_month}. Bayar tiap bulan pakai NIK agar tetap aktif. Info {care}.",
        "KPJ {kpj} ({segment}): tidak ada tunggakan. Iuran terakhir {last_month}. "
        "Bayar tiap bulan pakai NIK. Info {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): nothing unpaid is recorded. Last contribution "
        "{last_month}. Pay each month with your NIK to stay active. Info {care}.",
        "KPJ {kpj} ({segment}): nothing unpaid is recorded. Last contribution "
        "{last_month}. Pay each month. Info {care}.",
    ),
)

NOT_PAID_SINCE = ReplyTemplate(
    "not_paid_since",
    indonesian=(
        "KPJ {kpj} ({segment}): iuran sesudah {last_month} belum tercatat. Bayar pakai "
        "NIK di JMO, bank, minimarket agar tetap aktif. Info {care}.",
        "KPJ {kpj} ({segment}): iuran sesudah {last_month} belum tercatat. Bayar pakai "
        "NIK agar tetap aktif. Info {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): nothing is recorded after {last_month}. Pay with your "
        "NIK (JMO, bank, minimarket) to stay active. Info {care}.",
        "KPJ {kpj} ({segment}): nothing is recorded after {last_month}. Pay with your "
        "NIK to stay active. Info {care}.",
    ),
)

NOTHING_RECORDED = ReplyTemplate(
    "no_arrears_recorded",
    indonesian=(
        "KPJ {kpj} ({segment}): tidak ada tunggakan tercatat. Iuran terakhir "
        "{last_month}. Rincian: JMO/kantor cabang/{care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): nothing unpaid is recorded. Last contribution "
        "{last_month}. Details: JMO/branch/{care}.",
    ),
)

PAID_BY_EMPLOYER = ReplyTemplate(
    "paid_by_employer",
    indonesian=(
        "KPJ {kpj} ({segment}): iuran dibayar pemberi kerja, terakhir {last_month}. "
        "Belum sesuai? Tanya HRD atau hubungi {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): contributions are paid by the employer, last "
        "{last_month}. Not right? Ask your HR or call {care}.",
        "KPJ {kpj} ({segment}): your employer pays, last {last_month}. Not right? Ask "
        "your HR or call {care}.",
    ),
)
