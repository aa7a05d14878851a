"""Wordings of the answer to STATUS: is the membership active, and if not, what next."""

from gateway.replies.template import ReplyTemplate

ACTIVE = ReplyTemplate(
    "status_active",
    indonesian=(
        "KPJ {kpj} AKTIF ({segment}). Program: {programs}. Iuran terakhir "
        "{last_month}. Cek saldo: ketik SALDO spasi nomor KPJ. Info 175.",
        "KPJ {kpj} AKTIF ({segment}). Program: {programs}. Iuran terakhir "
        "{last_month}. Info 175.",
    ),
    english=(
        "KPJ {kpj} is ACTIVE ({segment}). Programmes: {programs}. Last contribution "
        "{last_month}. Balance: text SALDO and KPJ. Info 175.",
        "KPJ {kpj} is ACTIVE ({segment}). Programmes: {programs}. Last contribution "
        "{last_month}. Info 175.",
    ),
)

ACTIVE_WITHOUT_JHT = ReplyTemplate(
    "status_active_without_jht",
    indonesian=(
        "KPJ {kpj} AKTIF ({segment}) tanpa program JHT, jadi tidak ada saldo JHT. "
        "Program: {programs}. Iuran terakhir {last_month}. Info 175.",
        "KPJ {kpj} AKTIF ({segment}) tanpa JHT. Program: {programs}. Iuran terakhir "
        "{last_month}. Info 175.",
    ),
    english=(
        "KPJ {kpj} is ACTIVE ({segment}) without JHT, so it has no JHT balance. "
        "Programmes: {programs}. Last contribution {last_month}. Info 175.",
        "KPJ {kpj} is ACTIVE ({segment}) without JHT. Programmes: {programs}. Last "
        "contribution {last_month}. Info 175.",
    ),
)

INACTIVE = ReplyTemplate(
    "status_inactive",
    indonesian=(
        "KPJ {kpj} TIDAK AKTIF sejak {since} ({segment}). Saldo JHT tetap tersimpan "
        "dan berkembang. Tanya HRD, kantor cabang atau 175.",
        "KPJ {kpj} TIDAK AKTIF sejak {since} ({segment}). Saldo JHT tetap tersimpan. "
        "Info: kantor cabang/175.",
    ),
    english=(
        "KPJ {kpj} is NOT ACTIVE since {since} ({segment}). Your JHT balance is kept "
        "and still grows. Ask your HR, a branch or 175.",
        "KPJ {kpj} is NOT ACTIVE since {since} ({segment}). Your JHT balance is kept. "
        "Info: branch/175.",
    ),
)

INACTIVE_WITHOUT_JHT = ReplyTemplate(
    "status_inactive_without_jht",
    indonesian=(
        "KPJ {kpj} TIDAK AKTIF sejak {since} ({segment}). Program: {programs}. Agar "
        "aktif lagi: kantor cabang/175.",
    ),
    english=(
        "KPJ {kpj} is NOT ACTIVE since {since} ({segment}). Programmes: {programs}. "
        "To reactivate: branch/175.",
    ),
)

IN_ARREARS = ReplyTemplate(
    "status_in_arrears",
    indonesian=(
        "KPJ {kpj} (BPU) TIDAK AKTIF sejak {since}. Iuran tertunggak {months} bln "
        "{arrears}. Bayar pakai NIK di kanal resmi/kantor cabang. Info 175.",
        "KPJ {kpj} (BPU) TIDAK AKTIF. Iuran tertunggak {months} bln {arrears}. Bayar "
        "pakai NIK di kanal resmi. Info 175.",
    ),
    english=(
        "KPJ {kpj} (BPU) is NOT ACTIVE since {since}. Unpaid: {months} months "
        "{arrears}. Pay with your NIK at an official channel/branch. Info 175.",
        "KPJ {kpj} (BPU) is NOT ACTIVE. Unpaid: {months} months {arrears}. Pay with "
        "your NIK at an official channel. Info 175.",
    ),
)

IN_CLAIM = ReplyTemplate(
    "status_in_claim",
    indonesian=(
        "KPJ {kpj} ({segment}): klaim JHT sedang diproses. Jika Anda tidak mengajukan "
        "klaim ini, segera hubungi 175.",
    ),
    english=(
        "KPJ {kpj} ({segment}): a JHT claim is in progress. If you did not claim, "
        "call 175 at once.",
    ),
)
