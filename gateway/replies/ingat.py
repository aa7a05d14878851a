"""Wordings of reminders, and of switching them on and off."""

from gateway.replies.template import ReplyTemplate

REMINDERS_ON = ReplyTemplate(
    "reminders_on",
    confirms_action=True,
    indonesian=(
        "Pengingat KPJ {kpj} aktif: SMS bila iuran bulan ini belum tercatat, dan saldo "
        "JHT setahun sekali. Berhenti: ketik INGAT STOP. Telp {care}.",
        "Pengingat KPJ {kpj} aktif: iuran tiap bulan, saldo JHT tiap tahun. Berhenti: "
        "ketik INGAT STOP. Telp {care}.",
    ),
    english=(
        "Reminders for KPJ {kpj} are on: an SMS if this month's contribution is "
        "missing, and the JHT balance once a year. To end: INGAT STOP. Call {care}.",
        "Reminders for KPJ {kpj} are on: missing contributions, JHT balance once a "
        "year. To end: INGAT STOP. Call {care}.",
    ),
)

CONTRIBUTION_REMINDERS_ON = ReplyTemplate(
    "reminders_on_contribution",
    indonesian=(
        "Pengingat KPJ {kpj} aktif: kami kirim SMS bila iuran bulan ini belum "
        "tercatat. Berhenti: ketik INGAT STOP. Bantuan: telp {care}.",
        "Pengingat KPJ {kpj} aktif: SMS bila iuran belum tercatat. Berhenti: ketik "
        "INGAT STOP. Telp {care}.",
    ),
    english=(
        "Reminders for KPJ {kpj} are on: an SMS if this month's contribution is "
        "missing. To end: text INGAT STOP. Help: call {care}.",
        "Reminders for KPJ {kpj} are on: an SMS if a contribution is missing. To end: "
        "INGAT STOP. Call {care}.",
    ),
    confirms_action=True,
)

BALANCE_REMINDERS_ON = ReplyTemplate(
    "reminders_on_balance",
    indonesian=(
        "Pengingat KPJ {kpj} aktif: saldo JHT kami kirim setahun sekali, bulan "
        "Februari. Berhenti: ketik INGAT STOP. Bantuan: telp {care}.",
        "Pengingat KPJ {kpj} aktif: saldo JHT tiap bulan Februari. Berhenti: ketik "
        "INGAT STOP. Telp {care}.",
    ),
    english=(
        "Reminders for KPJ {kpj} are on: we send the JHT balance once a year, in "
        "February. To end: text INGAT STOP. Help: call {care}.",
        "Reminders for KPJ {kpj} are on: the JHT balance each February. To end: INGAT "
        "STOP. Call {care}.",
    ),
    confirms_action=True,
)

NOTHING_TO_REMIND = ReplyTemplate(
    "nothing_to_remind",
    indonesian=(
        "Untuk KPJ {kpj} tidak ada yang perlu diingatkan. Lihat apakah Anda "
        "masih aktif: ketik STATUS. Bantuan: telp {care}.",
        "Untuk KPJ {kpj} tidak ada yang perlu diingatkan. Masih aktif? Ketik "
        "STATUS. Telp {care}.",
    ),
    english=(
        "There is nothing to remind you of for KPJ {kpj}. To see whether you are an "
        "active member: text STATUS. Help: call {care}.",
        "There is nothing to remind you of for KPJ {kpj}. Membership: text STATUS. "
        "Call {care}.",
    ),
)

REMINDERS_OFF = ReplyTemplate(
    "reminders_off",
    confirms_action=True,
    indonesian=(
        "Pengingat ke HP ini sudah berhenti. Cek saldo tetap bisa: ketik SALDO. Mau "
        "diingatkan lagi: ketik INGAT. Bantuan: telp {care}.",
    ),
    english=(
        "Reminders to this phone have ended. You can still ask for the balance: text "
        "SALDO. To restart: text INGAT. Help: call {care}.",
    ),
)

CONTRIBUTION_MISSING = ReplyTemplate(
    "reminder_contribution",
    indonesian=(
        "Iuran {due_month} KPJ {kpj} belum tercatat. Bayar pakai NIK di minimarket, "
        "bank atau kantor cabang. Berhenti: ketik INGAT STOP. Telp {care}.",
        "Iuran {due_month} KPJ {kpj} belum tercatat. Bayar pakai NIK di minimarket "
        "atau bank. Berhenti: ketik INGAT STOP. Telp {care}.",
    ),
    english=(
        "The contribution of KPJ {kpj} for {due_month} is not recorded. Pay with your "
        "NIK: minimarket, bank, branch. To end: INGAT STOP. Call {care}.",
        "The contribution of KPJ {kpj} for {due_month} is not recorded. Pay with your "
        "NIK. To end: INGAT STOP. Call {care}.",
    ),
)

YEARLY_BALANCE = ReplyTemplate(
    "reminder_balance",
    indonesian=(
        "Laporan tahunan JHT KPJ {kpj}: saldo {balance} per {as_of}. Rahasiakan SMS "
        "ini. Berhenti: ketik INGAT STOP. Bantuan: telp {care}.",
        "JHT KPJ {kpj}: saldo {balance} per {as_of}. Rahasiakan SMS ini. Berhenti: "
        "ketik INGAT STOP. Telp {care}.",
    ),
    english=(
        "Yearly JHT statement of KPJ {kpj}: {balance} on {as_of}. Keep this SMS "
        "private. To end: text INGAT STOP. Help: call {care}.",
        "Yearly JHT balance of KPJ {kpj}: {balance} on {as_of}. Keep it private. To "
        "end: INGAT STOP. Call {care}.",
    ),
)
