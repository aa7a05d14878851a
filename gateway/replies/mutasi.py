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
        "Belum ada iuran JHT yang tercatat untuk KPJ {kpj}. Tanyakan ke HRD, aplikasi "
        "JMO, kantor cabang/{care}.",
    ),
    english=(
        "No JHT contribution is recorded yet for KPJ {kpj}. Ask your HR, the JMO app, "
        "a branch/{care}.",
    ),
)
