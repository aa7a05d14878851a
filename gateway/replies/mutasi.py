"""Wordings of the answer to MUTASI: the last contributions, or that there are none."""

from gateway.replies.template import ReplyTemplate

CONTRIBUTIONS = ReplyTemplate(
    "contributions",
    indonesian=(
        "Iuran JHT KPJ {kpj}: {paid}. Total {year} {total}. Info {care}.",
        "Iuran {kpj}: {paid}. {year}: {total}. Info {care}.",
    ),
    english=(
        "JHT paid for KPJ {kpj}: {paid}. Total {year} {total}. Info {care}.",
        "JHT {kpj}: {paid}. {year}: {total}. Info {care}.",
    ),
)

NO_CONTRIBUTIONS = ReplyTemplate(
    "no_contributions",
    indonesian=(
        "Belum ada iuran JHT yang tercatat untuk KPJ {kpj}. Karyawan: tanya HRD. "
        "Lainnya: aplikasi JMO, kantor cabang/{care}.",
    ),
    english=(
        "No JHT contribution is recorded yet for KPJ {kpj}. Employees: ask your HR. "
        "Others: the JMO app, a branch/{care}.",
    ),
)

NOT_LISTED = ReplyTemplate(
    "contributions_not_listed",
    indonesian=(
        "Rincian iuran KPJ {kpj} belum ada di SMS. Iuran terakhir {last_month}. "
        "Rincian: aplikasi JMO, kantor cabang/{care}.",
    ),
    english=(
        "The contributions of KPJ {kpj} are not listed by SMS yet. Last one "
        "{last_month}. Details: the JMO app, a branch/{care}.",
    ),
)
