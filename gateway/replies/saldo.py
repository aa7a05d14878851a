"""Wordings of the answer to SALDO: the JHT balance, or why there is none."""

from gateway.replies.template import ReplyTemplate

BALANCE = ReplyTemplate(
    "balance",
    indonesian=(
        "Saldo JHT KPJ {kpj} per {as_of} {balance}. Iuran terakhir {last_month}. "
        "Jangan beri tahu siapa pun. Rincian: JMO/kantor cabang/{care}.",
        "Saldo JHT KPJ {kpj} per {as_of} {balance}. Iuran terakhir {last_month}. "
        "Rincian: aplikasi JMO/{care}.",
    ),
    english=(
        "JHT balance of KPJ {kpj} on {as_of}: {balance}. Last contribution "
        "{last_month}. Keep it private. Details: JMO app/branch/{care}.",
        "JHT balance of KPJ {kpj} on {as_of}: {balance}. Last contribution "
        "{last_month}. Details: JMO/{care}.",
    ),
)

BALANCE_IN_CLAIM = ReplyTemplate(
    "balance_in_claim",
    indonesian=(
        "Klaim JHT KPJ {kpj} sedang diproses. Saldo per {as_of} {balance}. Jangan "
        "beri tahu siapa pun. Info {care}.",
        "Klaim JHT KPJ {kpj} sedang diproses. Saldo per {as_of} {balance}. Info "
        "{care}.",
    ),
    english=(
        "A JHT claim for KPJ {kpj} is in progress. Balance on {as_of}: {balance}. "
        "Keep it private. Info {care}.",
        "JHT claim for KPJ {kpj} in progress. Balance on {as_of}: {balance}. Info "
        "{care}.",
    ),
)

NO_BALANCE_YET = ReplyTemplate(
    "no_balance_yet",
    indonesian=(
        "Saldo JHT KPJ {kpj} belum tercatat. Tanyakan iuran ke HRD, cek di aplikasi "
        "JMO/kantor cabang, atau hubungi {care}.",
    ),
    english=(
        "No JHT balance is recorded yet for KPJ {kpj}. Ask your HR, see the JMO app, "
        "visit a branch or call {care}.",
    ),
)
