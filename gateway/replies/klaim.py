"""Wordings of the answer to KLAIM: stage or end of a claim, or that there is none.

The stages are those of "Tracking Klaim" in the JMO app.
"""

from collections.abc import Mapping

from gateway.domain.enquiry import Language
from gateway.domain.participants import ClaimStage
from gateway.replies.fields import Translated
from gateway.replies.template import ReplyTemplate

STAGES: Mapping[ClaimStage, Translated] = {
    stage: {Language.INDONESIAN: indonesian, Language.ENGLISH: english}
    for stage, indonesian, english in (
        (ClaimStage.REGISTERED, "1/5 agenda", "1/5 intake"),
        (ClaimStage.ASSESSED, "2/5 penetapan", "2/5 review"),
        (ClaimStage.APPROVED, "3/5 setuju", "3/5 approval"),
        (ClaimStage.PAYING, "4/5 bayar", "4/5 payment"),
    )
}

UNDER_WAY = ReplyTemplate(
    "claim_under_way",
    indonesian=(
        "Klaim {program} KPJ {kpj}: tahap {stage} sejak {since}. Tahap: agenda, "
        "penetapan, persetujuan, pembayaran, selesai. Info {care}.",
        "Klaim {program} KPJ {kpj}: tahap {stage} sejak {since}. Bukan Anda yang "
        "mengajukan? Hubungi {care}.",
    ),
    english=(
        "{program} claim of KPJ {kpj}: stage {stage} since {since}. Stages: intake, "
        "review, approval, payment, done. Info {care}.",
        "{program} claim of KPJ {kpj}: stage {stage} since {since}. Not claimed by "
        "you? Call {care}.",
    ),
)

DONE = ReplyTemplate(
    "claim_done",
    indonesian=(
        "Klaim {program} KPJ {kpj} selesai {since}. Jika Anda tidak mengajukan klaim "
        "ini, segera hubungi {care}.",
    ),
    english=(
        "The {program} claim of KPJ {kpj} was closed on {since}. If you did not claim, "
        "call {care} at once.",
    ),
)

REJECTED = ReplyTemplate(
    "claim_rejected",
    indonesian=(
        "Klaim {program} KPJ {kpj} belum dapat disetujui ({since}). Bawa dokumen asli "
        "ke kantor cabang atau hubungi {care}.",
    ),
    english=(
        "The {program} claim of KPJ {kpj} could not be approved ({since}). Take the "
        "original papers to a branch or call {care}.",
    ),
)

CANCELLED = ReplyTemplate(
    "claim_cancelled",
    indonesian=(
        "Klaim {program} KPJ {kpj} dibatalkan {since}. Cara mengajukan lagi: ketik "
        "CARA KLAIM. Info {care}.",
    ),
    english=(
        "The {program} claim of KPJ {kpj} was cancelled on {since}. To claim again: "
        "text CARA KLAIM. Info {care}.",
    ),
)

NONE = ReplyTemplate(
    "no_claim",
    indonesian=(
        "Tidak ada klaim yang sedang diproses untuk KPJ {kpj}. Syarat dan cara: ketik "
        "CARA KLAIM. Info {care}.",
    ),
    english=(
        "No claim is in progress for KPJ {kpj}. Conditions and steps: text CARA KLAIM. "
        "Info {care}.",
    ),
)
