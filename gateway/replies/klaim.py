"""Wordings of the answer to KLAIM: stage or end of a claim, or that there is none.

The stages are those of "Tracking Klaim" in the JMO app, in plain words.
"""

from collections.abc import Mapping

from gateway.domain.enquiry import Language
from gateway.domain.participants import ClaimStage
from gateway.replies.fields import Translated
from gateway.replies.template import ReplyTemplate

STAGES: Mapping[ClaimStage, Translated] = {
    stage: {Language.INDONESIAN: indonesian, Language.ENGLISH: english}
    for stage, indonesian, english in (
        (ClaimStage.REGISTERED, "1 dari 5 (diterima)", "1 of 5 (received)"),
        (ClaimStage.ASSESSED, "2 dari 5 (diperiksa)", "2 of 5 (being checked)"),
        (ClaimStage.APPROVED, "3 dari 5 (disetujui)", "3 of 5 (approved)"),
        (ClaimStage.PAYING, "4 dari 5 (proses bayar)", "4 of 5 (being paid)"),
    )
}

UNDER_WAY = ReplyTemplate(
    "claim_under_way",
    indonesian=(
        "Klaim {program} KPJ {kpj} diproses: tahap {stage} sejak {since}. Cek lagi: "
        "ketik KLAIM. Bukan Anda yang mengajukan? Segera telp {care}.",
        "Klaim {program} KPJ {kpj}: tahap {stage} sejak {since}. Bukan Anda yang "
        "mengajukan? Segera telp {care}.",
    ),
    english=(
        "The {program} claim of KPJ {kpj} is at stage {stage} since {since}. To check "
        "again: text CLAIM. Not claimed by you? Call {care} at once.",
        "{program} claim of KPJ {kpj}: stage {stage} since {since}. Not claimed by "
        "you? Call {care} at once.",
    ),
)

DONE = ReplyTemplate(
    "claim_done",
    indonesian=(
        "Klaim {program} KPJ {kpj} selesai {since}. Uang belum masuk, atau bukan Anda "
        "yang mengajukan? Segera telp {care}.",
    ),
    english=(
        "The {program} claim of KPJ {kpj} was closed on {since}. No money yet, or not "
        "claimed by you? Call {care} at once.",
    ),
)

REJECTED = ReplyTemplate(
    "claim_rejected",
    indonesian=(
        "Klaim {program} KPJ {kpj} belum disetujui ({since}). Tanyakan sebabnya: bawa "
        "dokumen asli ke kantor cabang atau telp {care}.",
    ),
    english=(
        "The {program} claim of KPJ {kpj} was not approved ({since}). Ask why: take "
        "the original papers to a branch or call {care}.",
    ),
)

CANCELLED = ReplyTemplate(
    "claim_cancelled",
    indonesian=(
        "Klaim {program} KPJ {kpj} dibatalkan {since}. Mau mengajukan lagi? Ketik CARA "
        "KLAIM. Bukan Anda yang membatalkan? Telp {care}.",
        "Klaim {program} KPJ {kpj} dibatalkan {since}. Mau mengajukan lagi? Ketik CARA "
        "KLAIM. Bantuan: telp {care}.",
    ),
    english=(
        "The {program} claim of KPJ {kpj} was cancelled on {since}. To claim again: "
        "text CARA KLAIM. Help: call {care}.",
    ),
)

NONE = ReplyTemplate(
    "no_claim",
    indonesian=(
        "Tidak ada klaim yang sedang diproses untuk KPJ {kpj}. Mau mengajukan? Ketik "
        "CARA KLAIM. Bantuan: telp {care}.",
    ),
    english=(
        "No claim is in progress for KPJ {kpj}. Do you want to claim? Text CARA KLAIM. "
        "Help: call {care}.",
    ),
)
