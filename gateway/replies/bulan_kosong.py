"""Wordings of the answer to BULAN KOSONG: months without a contribution, or none."""

from gateway.replies.template import ReplyTemplate

MISSING_MONTHS = ReplyTemplate(
    "missing_months",
    indonesian=(
        "KPJ {kpj}, bulan kosong {year}: {missing}. Tanya HRD. Belum beres? Ketik "
        "PENGADUAN spasi keluhan Anda, atau telp {care}.",
        "KPJ {kpj}, bulan kosong {year}: {missing}. Tanya HRD, atau telp {care}.",
    ),
    english=(
        "KPJ {kpj}, months without a contribution in {year}: {missing}. Ask your "
        "employer, or call {care}.",
        "KPJ {kpj}, missing months {year}: {missing}. Ask your employer, or call "
        "{care}.",
    ),
)

# Of the self-employed.
MISSING_TO_PAY = ReplyTemplate(
    "missing_months_to_pay",
    indonesian=(
        "KPJ {kpj}, bulan kosong {year}: {missing}. Bayar pakai NIK di minimarket, "
        "bank atau kantor cabang. Telp {care}.",
        "KPJ {kpj}, bulan kosong {year}: {missing}. Cara bayar: telp {care}.",
    ),
    english=(
        "KPJ {kpj}, missing months {year}: {missing}. Pay with your NIK at a "
        "minimarket, bank or branch. Call {care}.",
        "KPJ {kpj}, missing months {year}: {missing}. How to pay: call {care}.",
    ),
)

NO_MISSING_MONTHS = ReplyTemplate(
    "no_missing_months",
    indonesian=(
        "KPJ {kpj}: tidak ada bulan kosong di tahun {year} sampai bulan {due_month}. "
        "Rincian: ketik MUTASI. Ada yang salah? Telp {care}.",
    ),
    english=(
        "KPJ {kpj}: no month is missing in {year} until {due_month}. Details: text "
        "MUTASI. Wrong? Call {care}.",
    ),
)
