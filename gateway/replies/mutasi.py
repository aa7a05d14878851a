"""Wordings of the answer to MUTASI: the last contributions, or that there are none."""

from gateway.replies.template import ReplyTemplate

CONTRIBUTIONS = ReplyTemplate(
    "contributions",
    indonesian=(
        "Iuran JHT KPJ {kpj}: {paid}. Jumlah {year}: {total}. Ada yang kurang? Telp "
        "{care}.",
        "Iuran {kpj}: {paid}. {year}: {total}. Telp {care}.",
    ),
    english=(
        "JHT paid for KPJ {kpj}: {paid}. Total {year}: {total}. Anything missing? Call "
        "{care}.",
        "JHT {kpj}: {paid}. {year}: {total}. Call {care}.",
    ),
)

NO_CONTRIBUTIONS = ReplyTemplate(
    "no_contributions",
    indonesian=(
        "Belum ada iuran JHT untuk KPJ {kpj}. Karyawan: tanya HRD. Pekerja mandiri: "
        "ketik IURAN. Bantuan: kantor cabang atau telp {care}.",
        "Belum ada iuran JHT untuk KPJ {kpj}. Karyawan: tanya HRD. Lainnya: kantor "
        "cabang atau telp {care}.",
    ),
    english=(
        "No JHT contribution is recorded yet for KPJ {kpj}. Employees: ask your "
        "employer. Self-employed: text IURAN. Help: branch, or call {care}.",
        "No JHT contribution is recorded yet for KPJ {kpj}. Ask your employer, a "
        "branch, or call {care}.",
    ),
)

NOT_LISTED = ReplyTemplate(
    "contributions_not_listed",
    indonesian=(
        "Rincian iuran KPJ {kpj} belum ada di SMS. Iuran terakhir {last_month}. Tanya "
        "rinciannya di kantor cabang atau telp {care}.",
    ),
    english=(
        "The contributions of KPJ {kpj} are not listed by SMS. Last one {last_month}. "
        "For details ask a branch or call {care}.",
    ),
)
