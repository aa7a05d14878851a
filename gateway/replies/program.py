"""Wordings about the five programmes: what each one is, costs and pays."""

from gateway.replies.template import ReplyTemplate

OVERVIEW = ReplyTemplate(
    "program",
    indonesian=(
        "JHT=tabungan hari tua, JKK=kecelakaan kerja, JKM=kematian, JP=pensiun, "
        "JKP=kehilangan kerja. Rinci: ketik PROGRAM JHT. Info {care}.",
    ),
    english=(
        "JHT=old-age savings, JKK=work accident, JKM=death, JP=pension, JKP=job loss. "
        "Details: text PROGRAMME JHT. Info {care}.",
    ),
)

JHT = ReplyTemplate(
    "program_jht",
    indonesian=(
        "JHT: iuran {jht_rate}% upah ({jht_worker}% pekerja, {jht_employer}% pemberi "
        "kerja) plus hasilnya. Cair: usia {jht_age}, berhenti kerja, cacat, "
        "meninggal. Info {care}.",
        "JHT: iuran {jht_rate}% upah ({jht_worker}% pekerja, {jht_employer}% pemberi "
        "kerja) plus hasilnya. Cair: usia {jht_age} atau berhenti kerja. Info {care}.",
    ),
    english=(
        "JHT: {jht_rate}% of the wage ({jht_worker}% you, {jht_employer}% your "
        "employer) plus return. Paid at {jht_age}, after leaving work, disability, "
        "death. Info {care}.",
        "JHT: {jht_rate}% of the wage ({jht_worker}% you, {jht_employer}% employer) "
        "plus return. Paid at {jht_age} or after leaving work. Info {care}.",
    ),
)

JKK = ReplyTemplate(
    "program_jkk",
    indonesian=(
        "JKK: perawatan dan santunan kecelakaan kerja, sesuai indikasi medis. Iuran "
        "{jkk_lowest}-{jkk_highest}% upah dibayar pemberi kerja. Info {care}.",
    ),
    english=(
        "JKK: care and compensation after a work accident, as medically needed. "
        "{jkk_lowest}-{jkk_highest}% of the wage, paid by the employer. Info {care}.",
        "JKK: care and compensation after a work accident. "
        "{jkk_lowest}-{jkk_highest}% of the wage, paid by the employer. Info {care}.",
    ),
)

JKM = ReplyTemplate(
    "program_jkm",
    indonesian=(
        "JKM: santunan Rp{jkm_benefit} bagi ahli waris bila meninggal bukan karena "
        "kerja; beasiswa {jkm_children} anak maks Rp{jkm_scholarship}. Iuran "
        "{jkm_rate}% upah. Info {care}.",
        "JKM: santunan Rp{jkm_benefit} bagi ahli waris; beasiswa {jkm_children} anak "
        "maks Rp{jkm_scholarship}. Iuran {jkm_rate}% upah. Info {care}.",
    ),
    english=(
        "JKM: Rp{jkm_benefit} to the heirs if death is not work-related; scholarships "
        "for {jkm_children} children up to Rp{jkm_scholarship}. {jkm_rate}% of wage. "
        "Info {care}.",
        "JKM: Rp{jkm_benefit} to the heirs; scholarships for {jkm_children} children "
        "up to Rp{jkm_scholarship}. {jkm_rate}% of the wage. Info {care}.",
    ),
)

JP = ReplyTemplate(
    "program_jp",
    indonesian=(
        "JP usia {jp_age}: bulanan bila iuran {jp_years} tahun, jika kurang "
        "iuran+hasil sekaligus. Juga cacat/ahli waris. Iuran pekerja {jp_worker}%, "
        "perusahaan {jp_employer}% upah. Info {care}.",
        "JP usia {jp_age}: bulanan bila iuran {jp_years} tahun, jika kurang "
        "iuran+hasil sekaligus. Iuran {jp_rate}% upah (pekerja {jp_worker}%). Info "
        "{care}.",
    ),
    english=(
        "JP at {jp_age}: monthly after {jp_years} years of contributions, else these "
        "plus return at once. Also disability, heirs. Wage: {jp_worker}% you, "
        "{jp_employer}% employer. Info {care}.",
        "JP at {jp_age}: monthly after {jp_years} years of contributions, else these "
        "plus return at once. {jp_rate}% of the wage ({jp_worker}% you, "
        "{jp_employer}% employer). Info {care}.",
    ),
)

JKP = ReplyTemplate(
    "program_jkp",
    indonesian=(
        "JKP bagi peserta PHK: {jkp_share}% upah maks {jkp_months} bulan (batas upah "
        "Rp{jkp_cap}), info kerja, pelatihan. Ajukan maks {jkp_claim_months} bulan "
        "setelah PHK. Info {care}.",
        "JKP bagi peserta PHK: {jkp_share}% upah maks {jkp_months} bulan (batas "
        "Rp{jkp_cap}). Ajukan maks {jkp_claim_months} bulan setelah PHK. Info {care}.",
    ),
    english=(
        "JKP after dismissal: {jkp_share}% of the wage up to {jkp_months} months "
        "(wage cap Rp{jkp_cap}), job advice, training. Claim within "
        "{jkp_claim_months} months. Info {care}.",
        "JKP after dismissal: {jkp_share}% of the wage up to {jkp_months} months (cap "
        "Rp{jkp_cap}). Claim within {jkp_claim_months} months. Info {care}.",
    ),
)

BPU = ReplyTemplate(
    "program_bpu",
    indonesian=(
        "Pekerja mandiri (BPU), mulai per bulan: JKK+JKM Rp{bpu_jkk_jkm}, dengan JHT "
        "Rp{bpu_with_jht}. Pengemudi/kurir JKK+JKM Rp{bpu_transport}. Info {care}.",
        "Mandiri (BPU) mulai per bulan: JKK+JKM Rp{bpu_jkk_jkm}, dengan JHT "
        "Rp{bpu_with_jht}. Pengemudi/kurir JKK+JKM Rp{bpu_transport}. Info {care}.",
    ),
    english=(
        "Self-employed (BPU), least a month: JKK+JKM Rp{bpu_jkk_jkm}, with JHT "
        "Rp{bpu_with_jht}. Drivers/couriers JKK+JKM Rp{bpu_transport}. Info {care}.",
        "Self-employed (BPU) a month: JKK+JKM Rp{bpu_jkk_jkm}, with JHT "
        "Rp{bpu_with_jht}. Drivers/couriers JKK+JKM Rp{bpu_transport}. Info {care}.",
    ),
)
