"""Wording on how a membership becomes active again."""

from gateway.replies.template import ReplyTemplate

REACTIVATE = ReplyTemplate(
    "reactivate",
    indonesian=(
        "Aktif lagi: karyawan lewat HRD. BPU (nonaktif setelah {bpu_unpaid_months} "
        "bulan tidak bayar): bayar lagi pakai NIK di kanal resmi, tanpa denda. Kantor "
        "cabang/{care}.",
        "Aktif lagi: karyawan lewat HRD. BPU (nonaktif setelah {bpu_unpaid_months} "
        "bulan): bayar lagi pakai NIK, tanpa denda. Kantor cabang/{care}.",
    ),
    english=(
        "To reactivate: employees through HR. BPU (inactive after {bpu_unpaid_months} "
        "unpaid months): pay again with your NIK, without a fine. Help: "
        "branch/{care}.",
        "To reactivate: employees through HR. BPU (inactive after {bpu_unpaid_months} "
        "unpaid months): pay again with your NIK. Branch/{care}.",
    ),
)
