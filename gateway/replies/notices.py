"""Wordings of notices, and of switching them on."""

from collections.abc import Mapping

from gateway.domain.enquiry import Language
from gateway.domain.participants import ClaimStage
from gateway.replies.fields import Translated
from gateway.replies.template import ReplyTemplate

STAGES: Mapping[ClaimStage, Translated] = {
    stage: {Language.INDONESIAN: indonesian, Language.ENGLISH: english}
    for stage, indonesian, english in (
        (ClaimStage.REGISTERED, "diterima", "received"),
        (ClaimStage.ASSESSED, "diperiksa", "being checked"),
        (ClaimStage.APPROVED, "disetujui", "approved"),
        (ClaimStage.PAYING, "sedang dibayar", "being paid"),
        (ClaimStage.DONE, "selesai", "finished"),
        (ClaimStage.REJECTED, "belum disetujui", "not approved"),
        (ClaimStage.CANCELLED, "dibatalkan", "cancelled"),
    )
}

CLAIM_NOTICES_ON = ReplyTemplate(
    "claim_notices_on",
    confirms_action=True,
    indonesian=(
        "Kabar klaim KPJ {kpj} aktif: kami kirim SMS bila ada klaim, klaim pindah "
        "tahap, atau nomor HP diganti. Berhenti: ketik INGAT STOP. Telp {care}.",
        "Kabar klaim KPJ {kpj} aktif: SMS bila ada klaim, klaim pindah tahap, atau "
        "nomor HP diganti. Berhenti: INGAT STOP. Telp {care}.",
        "Kabar klaim KPJ {kpj} aktif: SMS bila ada klaim atau pindah tahap. Berhenti: "
        "INGAT STOP. Telp {care}.",
    ),
    english=(
        "Claim notices for KPJ {kpj} are on: an SMS when a claim is made or moves, or "
        "the phone number changes. To end: text INGAT STOP. Call {care}.",
        "Claim notices for KPJ {kpj} are on: an SMS when a claim is made or moves, or "
        "the phone changes. End: INGAT STOP. Call {care}.",
        "Claim notices for KPJ {kpj} are on: an SMS when one is made or moves. To end: "
        "INGAT STOP. Call {care}.",
    ),
)

CONTRIBUTION_NOTICES_ON = ReplyTemplate(
    "contribution_notices_on",
    confirms_action=True,
    indonesian=(
        "Kabar iuran KPJ {kpj} aktif: kami kirim SMS bila iuran masuk, belum masuk, "
        "atau nomor HP diganti. Berhenti: ketik INGAT STOP. Telp {care}.",
        "Kabar iuran KPJ {kpj} aktif: SMS bila iuran masuk, belum masuk, atau nomor HP "
        "diganti. Berhenti: INGAT STOP. Telp {care}.",
        "Kabar iuran KPJ {kpj} aktif: SMS bila iuran masuk atau belum masuk. Berhenti: "
        "INGAT STOP. Telp {care}.",
    ),
    english=(
        "Contribution notices for KPJ {kpj} are on: an SMS when one is recorded or "
        "missing, or the phone number changes. To end: text INGAT STOP. Call {care}.",
        "Contribution notices for KPJ {kpj} are on: an SMS when one is recorded or "
        "missing. To end: INGAT STOP. Call {care}.",
        "Contribution notices for KPJ {kpj} are on. To end: INGAT STOP. Call {care}.",
    ),
)

# For members whose contributions are not due by month.
POSTED_NOTICES_ON = ReplyTemplate(
    "posted_notices_on",
    confirms_action=True,
    indonesian=(
        "Kabar iuran KPJ {kpj} aktif: kami kirim SMS bila iuran masuk atau nomor HP "
        "diganti. Berhenti: ketik INGAT STOP. Telp {care}.",
        "Kabar iuran KPJ {kpj} aktif: SMS bila iuran masuk. Berhenti: INGAT STOP. Telp "
        "{care}.",
    ),
    english=(
        "Contribution notices for KPJ {kpj} are on: an SMS when one is recorded. To "
        "end: text INGAT STOP. Call {care}.",
        "Contribution notices for KPJ {kpj} are on. To end: INGAT STOP. Call {care}.",
    ),
)

NO_CONTRIBUTIONS = ReplyTemplate(
    "no_contributions_to_notice",
    indonesian=(
        "KPJ {kpj} tidak membayar iuran lagi, jadi tidak ada kabar iuran. Mau kabar "
        "klaim? Ketik INGAT KLAIM. Telp {care}.",
        "KPJ {kpj} tidak membayar iuran lagi. Mau kabar klaim? Ketik INGAT KLAIM. Telp "
        "{care}.",
    ),
    english=(
        "KPJ {kpj} pays no contributions any more, so there is no news of them. News "
        "of claims: text INGAT KLAIM. Call {care}.",
        "KPJ {kpj} pays no contributions any more. News of claims: text INGAT KLAIM. "
        "Call {care}.",
    ),
)

CLAIM_MADE = ReplyTemplate(
    "notice_claim_made",
    indonesian=(
        "Ada klaim {program} baru untuk KPJ {kpj}, tercatat {since}. Bukan Anda yang "
        "mengajukan? Segera telp {care}. Berhenti: INGAT STOP.",
        "Ada klaim {program} baru untuk KPJ {kpj} ({since}). Bukan Anda yang "
        "mengajukan? Segera telp {care}.",
    ),
    english=(
        "A new {program} claim was made for KPJ {kpj}, recorded {since}. Not you? Call "
        "{care} at once. To end: text INGAT STOP.",
    ),
)

CLAIM_MOVED = ReplyTemplate(
    "notice_claim_moved",
    indonesian=(
        "Klaim {program} KPJ {kpj} sekarang: {claim_stage} ({since}). Rincian: ketik "
        "KLAIM. Bukan Anda yang mengajukan? Segera telp {care}. Berhenti: INGAT STOP.",
        "Klaim {program} KPJ {kpj} sekarang: {claim_stage} ({since}). Bukan Anda yang "
        "mengajukan? Segera telp {care}. Berhenti: INGAT STOP.",
    ),
    english=(
        "{program} claim of KPJ {kpj} is now: {claim_stage} ({since}). Details: text "
        "KLAIM. Not your claim? Call {care} at once. To end: INGAT STOP.",
        "{program} claim of KPJ {kpj} is now: {claim_stage} ({since}). Not your claim? "
        "Call {care} at once. To end: INGAT STOP.",
    ),
)

CONTRIBUTION_POSTED = ReplyTemplate(
    "notice_contribution_posted",
    indonesian=(
        "Iuran KPJ {kpj} bulan {due_month} sudah masuk. Rincian: ketik MUTASI. Ada "
        "yang salah? Telp {care}. Berhenti: ketik INGAT STOP.",
    ),
    english=(
        "The contribution of KPJ {kpj} for {due_month} is recorded. Details: text "
        "MUTASI. Wrong? Call {care}. To end: text INGAT STOP.",
    ),
)

EMPLOYER_CONTRIBUTION_MISSING = ReplyTemplate(
    "notice_contribution_missing",
    indonesian=(
        "Iuran KPJ {kpj} bulan {due_month} belum masuk. Tanyakan ke HRD perusahaan. "
        "Belum ada jawaban? Telp {care}. Berhenti: ketik INGAT STOP.",
    ),
    english=(
        "The contribution of KPJ {kpj} for {due_month} is not recorded yet. Ask your "
        "HR. No answer? Call {care}. To end: text INGAT STOP.",
    ),
)

# It goes to the old phone, which may be somebody else's: it says nothing of the member.
# Nor that notices end, because those of an enrolled phone go on.
PHONE_CHANGED = ReplyTemplate(
    "notice_phone_changed",
    indonesian=(
        "HP ini tidak terdaftar lagi untuk KPJ {kpj}. Bukan Anda yang mengubah nomor "
        "HP? Segera telp {care}.",
    ),
    english=(
        "This phone is no longer registered for KPJ {kpj}. Did you not change the "
        "number yourself? Call {care} at once.",
    ),
)
