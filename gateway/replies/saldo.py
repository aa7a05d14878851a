"""Wordings of the answer to SALDO: the JHT balance, or why there is none."""

from gateway.replies.template import ReplyTemplate

BALANCE = ReplyTemplate(
    "balance",
    indonesian=(
        "Saldo JHT KPJ {kpj} per {as_of} {balance}. Iuran terakhir {last_month}. "
        "Jangan beri tahu siapa pun. Rincian: JMO/kantor cabang/175.",
        "Saldo JHT KPJ {kpj} per {as_of} {balance}. Iuran terakhir {last_month}. "
        "Rincian: aplikasi JMO/175.",
    ),
    english=(
        "JHT balance of KPJ {kpj} on {as_of}: {balance}. Last contribution "
        "{last_month}. Keep it private. Details: JMO app/branch/175.",
        "JHT balance of KPJ {kpj} on {as_of}: {balance}. Last contribution "
        "{last_month}. Details: JMO/175.",
    ),
)

BALANCE_IN_CLAIM = ReplyTemplate(
    "balance_in_claim",
    indonesian=(
        "Klaim JHT KPJ {kpj} sedang diproses. Saldo per {as_of} {balance}. Jangan "
        "beri tahu siapa pun. Info 175.",
        "Klaim JHT KPJ {kpj} sedang diproses. Saldo per {as_of} {balance}. Info 175.",
    ),
    english=(
        "A JHT claim for KPJ {kpj} is in progress. Balance on {as_of}: {balance}. "
        "Keep it private. Info 175.",
        "JHT claim for KPJ {kpj} in progress. Balance on {as_of}: {balance}. Info 175.",
    ),
)

NO_BALANCE_YET = ReplyTemplate(
    "no_balance_yet",
    indonesian=(
        "Saldo JHT KPJ {kpj} belum tercatat. Tanyakan iuran ke HRD, cek di aplikasi "
        "JMO/kantor cabang, atau hubungi 175.",
    ),
    english=(
        "No JHT balance is recorded yet for KPJ {kpj}. Ask your HR, see the JMO app, "
        "visit a branch or call 175.",
    ),
)
