"""Wordings on how to claim, by the reason for it. No claim is begun by SMS."""

from gateway.replies.template import ReplyTemplate

JHT = ReplyTemplate(
    "how_to_claim",
    indonesian=(
        "Klaim JHT: {jht_wait} bulan setelah berhenti kerja atau usia {jht_age}. "
        "Siapkan KTP, KK, kartu, surat berhenti, rekening. Lewat JMO/Lapak "
        "Asik/cabang. Info {care}.",
        "Klaim JHT: {jht_wait} bulan setelah berhenti kerja atau usia {jht_age}. Bawa "
        "KTP, KK, kartu, surat berhenti. Lewat JMO/cabang. Info {care}.",
    ),
    english=(
        "JHT claim: {jht_wait} month after leaving work or at {jht_age}. Prepare KTP, "
        "KK, card, leaving letter, bank account. JMO/Lapak Asik/branch. Info {care}.",
        "JHT claim: {jht_wait} month after leaving work or at {jht_age}. Bring KTP, "
        "KK, card, leaving letter. JMO or branch. Info {care}.",
    ),
)

PART = ReplyTemplate(
    "how_to_claim_part",
    indonesian=(
        "JHT sebagian {jht_part}%: peserta minimal {jht_part_years} tahun, sekali "
        "saja. NPWP bila saldo di atas Rp{jht_tax_number}. Kantor cabang/{care}.",
    ),
    english=(
        "JHT in part, {jht_part}%: after {jht_part_years} years as a member, once "
        "only, for any purpose. NPWP above Rp{jht_tax_number}. At a branch/{care}.",
    ),
)

HOUSE = ReplyTemplate(
    "how_to_claim_house",
    indonesian=(
        "JHT {jht_house_part}% untuk rumah: peserta minimal {jht_part_years} tahun, "
        "sekali saja. NPWP bila saldo di atas Rp{jht_tax_number}. Syarat bank: kantor "
        "cabang/{care}.",
        "JHT {jht_house_part}% untuk rumah: peserta minimal {jht_part_years} tahun, "
        "sekali saja. NPWP di atas Rp{jht_tax_number}. Kantor cabang/{care}.",
    ),
    english=(
        "JHT {jht_house_part}% for a house: after {jht_part_years} years as a member, "
        "once only. NPWP above Rp{jht_tax_number}. At a branch/{care}.",
    ),
)

RETIRED = ReplyTemplate(
    "how_to_claim_retired",
    indonesian=(
        "JHT usia {jht_age}: cair penuh. Siapkan KTP, KK, kartu, "
        "rekening. Sampai Rp{jmo_limit} di JMO, lebih: Lapak Asik/kantor "
        "cabang/{care}.",
        "JHT usia {jht_age}: cair penuh. Siapkan KTP, KK, kartu, rekening. Sampai "
        "Rp{jmo_limit} di JMO, lebih: kantor cabang/{care}.",
    ),
    english=(
        "JHT at {jht_age}: paid in full. Prepare KTP, KK, card, bank account. Up to "
        "Rp{jmo_limit} in JMO, above: Lapak Asik/branch/{care}.",
    ),
)

LEFT_WORK = ReplyTemplate(
    "how_to_claim_left_work",
    indonesian=(
        "JHT setelah PHK/resign: tunggu {jht_wait} bulan, lalu bawa KTP, KK, kartu, "
        "surat berhenti, rekening. Sampai Rp{jmo_limit} di JMO, lebih: kantor "
        "cabang/{care}.",
        "JHT setelah PHK/resign: tunggu {jht_wait} bulan. KTP, KK, kartu, surat "
        "berhenti. Sampai Rp{jmo_limit} di JMO, lebih: kantor cabang/{care}.",
    ),
    english=(
        "JHT after leaving work: wait {jht_wait} month, then KTP, KK, card, leaving "
        "letter, bank account. Up to Rp{jmo_limit} in JMO, above: branch/{care}.",
        "JHT after leaving work: wait {jht_wait} month. KTP, KK, card, leaving "
        "letter. Up to Rp{jmo_limit} in JMO, above: branch/{care}.",
    ),
)

JKK = ReplyTemplate(
    "how_to_claim_jkk",
    indonesian=(
        "Kecelakaan kerja (JKK): beri tahu pemberi kerja, lapor ke kantor cabang "
        "dalam {jkk_report_days} jam, bawa KTP dan kartu. Info {care}.",
    ),
    english=(
        "Work accident (JKK): tell your employer and report it to a branch within "
        "{jkk_report_days} hours, with KTP and card. Info {care}.",
    ),
)

JKM = ReplyTemplate(
    "how_to_claim_jkm",
    indonesian=(
        "JKM diajukan ahli waris di kantor cabang, santunan Rp{jkm_benefit}. Tanyakan "
        "dokumennya dulu. Info {care}.",
    ),
    english=(
        "JKM is claimed by the heirs at a branch, Rp{jkm_benefit} in all. Ask first "
        "which documents to bring. Info {care}.",
    ),
)

JP = ReplyTemplate(
    "how_to_claim_jp",
    indonesian=(
        "JP diajukan di cabang mulai usia {jp_age}: bulanan bila iuran {jp_years} "
        "tahun, jika kurang iuran+hasil sekaligus. Juga cacat total, ahli waris. Info "
        "{care}.",
        "JP di cabang mulai usia {jp_age}: bulanan bila iuran {jp_years} tahun, jika "
        "kurang iuran+hasil sekaligus. Juga cacat total, ahli waris. Info {care}.",
    ),
    english=(
        "JP is claimed at a branch from age {jp_age}: monthly after {jp_years} years "
        "of contributions, else these plus return at once. Also disability, heirs. "
        "Info {care}.",
        "JP at a branch from age {jp_age}: monthly after {jp_years} years of "
        "contributions, else these plus return at once. Also disability, heirs. Info "
        "{care}.",
    ),
)

JKP = ReplyTemplate(
    "how_to_claim_jkp",
    indonesian=(
        "JKP diajukan maks {jkp_claim_months} bulan setelah PHK. Cara dan dokumen: "
        "tanya HRD, kantor cabang/{care}.",
    ),
    english=(
        "JKP is claimed within {jkp_claim_months} months after dismissal. How, and "
        "with which documents: ask HR or a branch/{care}.",
    ),
)
