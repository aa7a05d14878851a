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

PAID_BY_EMPLOYER = ReplyTemplate(
    "paid_by_employer",
    indonesian=(
        "KPJ {kpj} ({segment}): iuran dibayar pemberi kerja, terakhir {last_month}. "
        "Belum sesuai? Tanya HRD atau hubungi {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): contributions are paid by the employer, last "
        "{last_month}. Not right? Ask your HR or call {care}.",
    ),
)
