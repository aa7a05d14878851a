"""Wordings of the answer to MUTASI: the last contributions, or that there are none."""

from gateway.domain.participants import Participant
from gateway.replies.fields import of_member
from gateway.replies.template import Answer, ReplyTemplate

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

CONTRIBUTIONS_OF_YEAR = ReplyTemplate(
    "contributions_of_year",
    indonesian=(
        "Iuran JHT KPJ {kpj} tahun {year}: {total} untuk {paid_months} bulan. Bulan "
        "kosong: {missing}. Ada yang salah? Telp {care}.",
        "Iuran KPJ {kpj} {year}: {total}, {paid_months} bulan. Kosong: {missing}. "
        "Telp {care}.",
    ),
    english=(
        "JHT of KPJ {kpj} in {year}: {total} for {paid_months} months. Months "
        "without: {missing}. Wrong? Call {care}.",
        "JHT {kpj} in {year}: {total}, {paid_months} months. Missing: {missing}. "
        "Call {care}.",
    ),
)

# Of members who do not pay month by month.
TOTAL_OF_YEAR = ReplyTemplate(
    "contributions_total_of_year",
    indonesian=(
        "Iuran JHT KPJ {kpj} tahun {year}: {total} untuk {paid_months} bulan. Ada yang "
        "salah? Telp {care}.",
    ),
    english=(
        "JHT of KPJ {kpj} in {year}: {total} for {paid_months} months. Wrong? Call "
        "{care}.",
    ),
)

YEAR_NOT_LISTED = ReplyTemplate(
    "contributions_year_not_listed",
    indonesian=(
        "Iuran JHT KPJ {kpj} tahun {year} tidak tersimpan di layanan SMS ini. Tanyakan "
        "di kantor cabang atau telp {care}.",
    ),
    english=(
        "JHT contributions of KPJ {kpj} in {year} are not stored in this SMS service. "
        "Ask a branch or call {care}.",
    ),
)

YEAR_BEFORE_MEMBERSHIP = ReplyTemplate(
    "contributions_before_membership",
    indonesian=(
        "Tidak ada iuran tahun {year} di KPJ {kpj}: Anda peserta sejak {member_since}. "
        "Punya KPJ lama? Kirim KPJ itu. Telp {care}.",
    ),
    english=(
        "KPJ {kpj} has no contributions in {year}: member since {member_since}. Do you "
        "have an older KPJ? Write that one. Call {care}.",
    ),
)

YEAR_TO_COME = ReplyTemplate(
    "contributions_of_year_to_come",
    indonesian=(
        "Iuran KPJ {kpj} tahun {year} belum waktunya dibayar. Tulis tahun lain di "
        "belakang KPJ, atau telp {care}.",
    ),
    english=(
        "Contributions of KPJ {kpj} for {year} are not due yet. Write another year "
        "behind the KPJ, or call {care}.",
    ),
)


def explain_no_list(participant: Participant) -> Answer | None:
    """The answer about a member of whom no contribution is listed, or None."""
    if participant.contributions:
        return None
    template = NOT_LISTED if participant.last_contribution else NO_CONTRIBUTIONS
    return template.fill(**of_member(participant))
