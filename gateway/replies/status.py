"""Wordings of the answer to STATUS: is the membership active, and if not, what next."""

from gateway.replies.template import ReplyTemplate

ACTIVE = ReplyTemplate(
    "status_active",
    indonesian=(
        "KPJ {kpj} AKTIF ({segment}). Program: {programs}. Iuran terakhir "
        "{last_month}. Cek saldo: ketik SALDO. Telp {care}.",
        "KPJ {kpj} AKTIF ({segment}). Program: {programs}. Iuran terakhir "
        "{last_month}. Telp {care}.",
    ),
    english=(
        "KPJ {kpj} is ACTIVE ({segment}). Programmes: {programs}. Last contribution "
        "{last_month}. Balance: text SALDO. Call {care}.",
        "KPJ {kpj} is ACTIVE ({segment}). Programmes: {programs}. Last contribution "
        "{last_month}. Call {care}.",
    ),
)

ACTIVE_WITHOUT_JHT = ReplyTemplate(
    "status_active_without_jht",
    indonesian=(
        "KPJ {kpj} AKTIF ({segment}), tanpa JHT jadi tanpa saldo. Program: {programs}. "
        "Iuran terakhir {last_month}. Penjelasan: ketik PROGRAM.",
        "KPJ {kpj} AKTIF ({segment}), tanpa JHT. Program: {programs}. Iuran terakhir "
        "{last_month}. Telp {care}.",
    ),
    english=(
        "KPJ {kpj} is ACTIVE ({segment}), without JHT so without a balance. "
        "Programmes: {programs}. Last contribution {last_month}. Call {care}.",
        "KPJ {kpj} is ACTIVE ({segment}), without JHT: {programs}. Last contribution "
        "{last_month}. Call {care}.",
    ),
)

INACTIVE = ReplyTemplate(
    "status_inactive",
    indonesian=(
        "KPJ {kpj} TIDAK AKTIF sejak {since}. Saldo JHT tetap aman dan bertambah. Agar "
        "aktif lagi: ketik AKTIF LAGI. Ambil JHT: ketik CARA KLAIM.",
        "KPJ {kpj} TIDAK AKTIF sejak {since}. Saldo JHT tetap aman. Ketik AKTIF LAGI "
        "atau CARA KLAIM. Telp {care}.",
    ),
    english=(
        "KPJ {kpj} is NOT ACTIVE since {since}. Your JHT balance is safe and grows. To "
        "reactivate: text REACTIVATE. To take JHT out: text CARA KLAIM.",
        "KPJ {kpj} is NOT ACTIVE since {since}. Your JHT is safe. Text REACTIVATE or "
        "CARA KLAIM. Call {care}.",
    ),
)

INACTIVE_WITHOUT_JHT = ReplyTemplate(
    "status_inactive_without_jht",
    indonesian=(
        "KPJ {kpj} TIDAK AKTIF sejak {since}. Program: {programs}. Agar aktif lagi: "
        "ketik AKTIF LAGI. Bantuan: telp {care}.",
        "KPJ {kpj} TIDAK AKTIF sejak {since}. Agar aktif lagi: ketik AKTIF LAGI. "
        "Bantuan: telp {care}.",
    ),
    english=(
        "KPJ {kpj} is NOT ACTIVE since {since}. Programmes: {programs}. To reactivate: "
        "text REACTIVATE. Call {care}.",
        "KPJ {kpj} is NOT ACTIVE since {since}. To reactivate: text REACTIVATE. Call "
        "{care}.",
    ),
)

IN_ARREARS = ReplyTemplate(
    "status_in_arrears",
    indonesian=(
        "KPJ {kpj} TIDAK AKTIF sejak {since}. Menunggak {months} bulan, {arrears}. "
        "Bayar pakai NIK di minimarket, bank atau kantor cabang. Telp {care}.",
        "KPJ {kpj} TIDAK AKTIF. Menunggak {months} bulan, {arrears}. Bayar pakai NIK "
        "di minimarket atau bank. Telp {care}.",
    ),
    english=(
        "KPJ {kpj} is NOT ACTIVE since {since}. Unpaid: {months} months, {arrears}. "
        "Pay with your NIK at a minimarket, bank or branch. Call {care}.",
        "KPJ {kpj} is NOT ACTIVE. Unpaid: {months} months, {arrears}. Pay with your "
        "NIK at a bank. Call {care}.",
    ),
)

IN_CLAIM = ReplyTemplate(
    "status_in_claim",
    indonesian=(
        "KPJ {kpj} ({segment}): klaim JHT sedang diproses. Tahapnya: ketik KLAIM. "
        "Bukan Anda yang mengajukan? Segera telp {care}.",
        "KPJ {kpj}: klaim JHT sedang diproses. Tahapnya: ketik KLAIM. Bukan Anda yang "
        "mengajukan? Segera telp {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}): a JHT claim is in progress. Its stage: text CLAIM. Not "
        "claimed by you? Call {care} at once.",
        "KPJ {kpj}: a JHT claim is in progress. Its stage: text CLAIM. Not claimed by "
        "you? Call {care} at once.",
    ),
)
