"""Wordings of the answer to SALDO: the JHT balance, or why there is none."""

from gateway.domain.enquiry import Language
from gateway.replies.template import ReplyTemplate

BALANCE = ReplyTemplate(
    "balance",
    indonesian=(
        "Saldo JHT KPJ {kpj}: {balance} per {as_of}. Iuran terakhir {last_month}. "
        "Rahasiakan SMS ini. Ada yang salah? Telp {care}.",
        "Saldo JHT KPJ {kpj}: {balance} per {as_of}. Iuran terakhir {last_month}. "
        "Rahasiakan SMS ini. Telp {care}.",
    ),
    english=(
        "JHT balance of KPJ {kpj}: {balance} on {as_of}. Last contribution "
        "{last_month}. Keep this SMS private. Wrong? Call {care}.",
        "JHT balance of KPJ {kpj}: {balance} on {as_of}. Last contribution "
        "{last_month}. Keep it private. Call {care}.",
        "JHT of KPJ {kpj}: {balance} on {as_of}. Last contribution {last_month}. Call "
        "{care}.",
    ),
    with_hint={
        Language.INDONESIAN: (
            "Saldo JHT KPJ {kpj}: {balance} per {as_of}. Iuran terakhir {last_month}. "
            "Rahasiakan SMS ini. Mau kabar klaim? Ketik INGAT KLAIM. Telp {care}."
        ),
        Language.ENGLISH: (
            "JHT balance of KPJ {kpj}: {balance} on {as_of}. Last contribution "
            "{last_month}. Keep it private. Claim news? Text REMIND CLAIM. Call {care}."
        ),
    },
)

BALANCE_IN_CLAIM = ReplyTemplate(
    "balance_in_claim",
    indonesian=(
        "Klaim JHT KPJ {kpj} sedang diproses. Saldo {balance} per {as_of}. Rahasiakan "
        "SMS ini. Tahap klaim: ketik KLAIM. Telp {care}.",
        "Klaim JHT KPJ {kpj} diproses. Saldo {balance} per {as_of}. Tahap: ketik "
        "KLAIM. Telp {care}.",
    ),
    english=(
        "A JHT claim for KPJ {kpj} is in progress. Balance {balance} on {as_of}. Keep "
        "this SMS private. Stage: text CLAIM. Call {care}.",
        "JHT claim for KPJ {kpj} in progress. Balance {balance} on {as_of}. Stage: "
        "text CLAIM. Call {care}.",
    ),
)

NO_BALANCE_YET = ReplyTemplate(
    "no_balance_yet",
    indonesian=(
        "Saldo JHT KPJ {kpj} belum tercatat. Karyawan: tanya HRD apakah iuran sudah "
        "dibayar. Lainnya: kantor cabang atau telp {care}.",
        "Saldo JHT KPJ {kpj} belum tercatat. Karyawan: tanya HRD. Lainnya: kantor "
        "cabang atau telp {care}.",
    ),
    english=(
        "No JHT balance is recorded yet for KPJ {kpj}. Ask your employer whether "
        "contributions are paid, or a branch, or call {care}.",
        "No JHT balance is recorded yet for KPJ {kpj}. Ask your employer, a branch, or "
        "call {care}.",
    ),
)
