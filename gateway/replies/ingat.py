"""Wordings of reminders, and of switching them on and off."""

from gateway.replies.template import ReplyTemplate

REMINDERS_ON = ReplyTemplate(
    "reminders_on",
    confirms_action=True,
    indonesian=(
        "Pengingat KPJ {kpj} aktif: iuran BPU yang belum tercatat sebelum akhir bulan, "
        "dan saldo JHT tiap tahun. Berhenti: INGAT STOP. Info {care}.",
        "Pengingat KPJ {kpj} aktif: iuran BPU tiap bulan, saldo JHT tiap tahun. "
        "Berhenti: INGAT STOP. Info {care}.",
    ),
    english=(
        "Reminders for KPJ {kpj} are on: BPU contributions missing near the month's "
        "end, JHT balance yearly. End: INGAT STOP. Info {care}.",
        "Reminders for KPJ {kpj} are on: BPU contributions monthly, JHT balance "
        "yearly. End: INGAT STOP. Info {care}.",
    ),
)

CONTRIBUTION_REMINDERS_ON = ReplyTemplate(
    "reminders_on_contribution",
    indonesian=(
        "Pengingat KPJ {kpj} aktif: SMS sebelum akhir bulan bila iuran BPU belum "
        "tercatat. Berhenti: INGAT STOP. Info {care}.",
    ),
    english=(
        "Reminders for KPJ {kpj} are on: an SMS before the month's end if the BPU "
        "contribution is missing. End: INGAT STOP. Info {care}.",
        "Reminders for KPJ {kpj} are on: missing BPU contributions, monthly. End: "
        "INGAT STOP. Info {care}.",
    ),
    confirms_action=True,
)

BALANCE_REMINDERS_ON = ReplyTemplate(
    "reminders_on_balance",
    indonesian=(
        "Pengingat KPJ {kpj} aktif: saldo JHT sekali setahun, bulan Februari. "
        "Berhenti: INGAT STOP. Info {care}.",
    ),
    english=(
        "Reminders for KPJ {kpj} are on: the JHT balance once a year, in February. "
        "End: INGAT STOP. Info {care}.",
    ),
    confirms_action=True,
)

NOTHING_TO_REMIND = ReplyTemplate(
    "nothing_to_remind",
    indonesian=(
        "Untuk KPJ {kpj} tidak ada yang perlu diingatkan: pengingat hanya untuk iuran "
        "BPU dan saldo JHT yang berjalan. Info {care}.",
        "Untuk KPJ {kpj} tidak ada yang perlu diingatkan. Info {care}.",
    ),
    english=(
        "There is nothing to remind you of for KPJ {kpj}: reminders are for BPU "
        "contributions and running JHT balances. Info {care}.",
        "There is nothing to remind you of for KPJ {kpj}. Info {care}.",
    ),
)

REMINDERS_OFF = ReplyTemplate(
    "reminders_off",
    confirms_action=True,
    indonesian=(
        "Pengingat untuk HP ini dihentikan. Cek saldo tetap bisa. Aktifkan lagi: ketik "
        "INGAT. Info {care}.",
    ),
    english=(
        "Reminders to this phone have ended. You can still ask for the balance. To "
        "restart: text INGAT. Info {care}.",
    ),
)

CONTRIBUTION_MISSING = ReplyTemplate(
    "reminder_contribution",
    indonesian=(
        "Iuran BPU KPJ {kpj} bulan {due_month} belum tercatat. Bayar pakai NIK di JMO, "
        "bank, minimarket. Berhenti: INGAT STOP. Info {care}.",
    ),
    english=(
        "BPU contribution of KPJ {kpj} for {due_month} is not recorded yet. Pay with "
        "your NIK: JMO, bank, minimarket. End: INGAT STOP. Info {care}.",
        "BPU contribution of KPJ {kpj} for {due_month} is not recorded yet. Pay with "
        "your NIK. End: INGAT STOP. Info {care}.",
    ),
)

YEARLY_BALANCE = ReplyTemplate(
    "reminder_balance",
    indonesian=(
        "Laporan tahunan: saldo JHT KPJ {kpj} per {as_of} {balance}. Jangan beri tahu "
        "siapa pun. Berhenti: INGAT STOP. Info {care}.",
        "Saldo JHT tahunan KPJ {kpj} per {as_of} {balance}. Berhenti: INGAT STOP. Info "
        "{care}.",
    ),
    english=(
        "Yearly statement: JHT balance of KPJ {kpj} on {as_of}: {balance}. Keep it "
        "private. End: INGAT STOP. Info {care}.",
        "Yearly JHT balance of KPJ {kpj} on {as_of}: {balance}. End: INGAT STOP. Info "
        "{care}.",
    ),
)
