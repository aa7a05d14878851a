"""Wordings of the answer to STATUS: is the membership active, and if not, what next."""

from gateway.replies.template import ReplyTemplate

ACTIVE = ReplyTemplate(
    "status_active",
    indonesian=(
        "KPJ {kpj} AKTIF ({segment}). Program: {programs}. Iuran terakhir "
        "{last_month}. Cek saldo: ketik SALDO spasi nomor KPJ. Info {care}.",
        "KPJ {kpj} AKTIF ({segment}). Program: {programs}. Iuran terakhir "
        "{last_month}. Info {care}.",
    ),
    english=(
        "KPJ {kpj} is ACTIVE ({segment}). Programmes: {programs}. Last contribution "
        "{last_month}. Balance: text SALDO and KPJ. Info {care}.",
        "KPJ {kpj} is ACTIVE ({segment}). Programmes: {programs}. Last contribution "
        "{last_month}. Info {care}.",
    ),
)

ACTIVE_WITHOUT_JHT = ReplyTemplate(
    "status_active_without_jht",
    indonesian=(
        "KPJ {kpj} AKTIF ({segment}) tanpa program JHT, jadi tidak ada saldo JHT. "
        "Program: {programs}. Iuran terakhir {last_month}. Info {care}.",
        "KPJ {kpj} AKTIF ({segment}) tanpa JHT. Program: {programs}. Iuran terakhir "
        "{last_month}. Info {care}.",
    ),
    english=(
        "KPJ {kpj} is ACTIVE ({segment}) without JHT, so it has no JHT balance. "
        "Programmes: {programs}. Last contribution {last_month}. Info {care}.",
        "KPJ {kpj} is ACTIVE ({segment}) without JHT. Programmes: {programs}. Last "
        "paid {last_month}. Call {care}.",
    ),
)

INACTIVE = ReplyTemplate(
    "status_inactive",
    indonesian=(
        "KPJ {kpj} TIDAK AKTIF sejak {since} ({segment}). Saldo JHT tetap tersimpan "
        "dan berkembang. Tanya HRD, kantor cabang atau {care}.",
        "KPJ {kpj} TIDAK AKTIF sejak {since} ({segment}). Saldo JHT tetap tersimpan. "
        "Info: kantor cabang/{care}.",
    ),
    english=(
        "KPJ {kpj} is NOT ACTIVE since {since} ({segment}). Your JHT balance is kept "
        "and still grows. Ask your HR, a branch or {care}.",
        "KPJ {kpj} is NOT ACTIVE since {since} ({segment}). Your JHT balance is kept. "
        "Info: branch/{care}.",
    ),
)

INACTIVE_WITHOUT_JHT = ReplyTemplate(
    "status_inactive_without_jht",
    indonesian=(
        "KPJ {kpj} TIDAK AKTIF sejak {since} ({segment}). Program: {programs}. Agar "
        "aktif lagi: kantor cabang/{care}.",
        "KPJ {kpj} TIDAK AKTIF sejak {since} ({segment}). Program: {programs}. Agar "
        "aktif lagi: telp {care}.",
    ),
    english=(
        "KPJ {kpj} is NOT ACTIVE since {since} ({segment}). Programmes: {programs}. "
        "To reactivate: branch/{care}.",
        "KPJ {kpj} is NOT ACTIVE since {since} ({segment}). Programmes: {programs}. "
        "To reactivate: call {care}.",
    ),
)

IN_ARREARS = ReplyTemplate(
    "status_in_arrears",
    indonesian=(
        "KPJ {kpj} (BPU) TIDAK AKTIF sejak {since}. Iuran tertunggak {months} bln "
        "{arrears}. Bayar pakai NIK di kanal resmi/kantor cabang. Info {care}.",
        "KPJ {kpj} (BPU) TIDAK AKTIF. Iuran tertunggak {months} bln {arrears}. Bayar "
        "pakai NIK di kanal resmi. Info {care}.",
    ),
    english=(
        "KPJ {kpj} (BPU) is NOT ACTIVE since {since}. Unpaid: {months} months "
        "{arrears}. Pay with your NIK at an official channel/branch. Info {care}.",
        "KPJ {kpj} (BPU) is NOT ACTIVE. Unpaid: {months} months {arrears}. Pay with "
        "your NIK at an official channel. Info {care}.",
    ),
)

IN_CLAIM = ReplyTemplate(
    "status_in_claim",
    indonesian=(
        "KPJ {kpj} ({segment}): klaim JHT sedang diproses. Jika Anda tidak mengajukan "
        "klaim ini, segera hubungi {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): a JHT claim is in progress. If you did not claim, "
        "call {care} at once.",
    ),
)
