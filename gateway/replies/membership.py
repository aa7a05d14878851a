"""Wordings about a membership that SALDO and STATUS share."""

from gateway.replies.template import ReplyTemplate

NO_JHT = ReplyTemplate(
    "no_jht",
    indonesian=(
        "KPJ {kpj} ({segment}) tidak ikut program JHT, jadi tidak ada saldo JHT. "
        "Program: {programs}. Info 175.",
    ),
    english=(
        "KPJ {kpj} ({segment}) is not in the JHT programme, so it has no JHT balance. "
        "Programmes: {programs}. Info 175.",
    ),
)

PAID_OUT = ReplyTemplate(
    "paid_out",
    indonesian=(
        "Saldo JHT KPJ {kpj} sudah dibayarkan, klaim selesai {paid_on}. Jika Anda "
        "tidak mengajukan klaim ini, segera hubungi 175.",
        "JHT KPJ {kpj} sudah dibayarkan {paid_on}. Bukan Anda yang mengajukan? Segera "
        "hubungi 175.",
    ),
    english=(
        "The JHT balance of KPJ {kpj} has been paid out, claim closed {paid_on}. If "
        "you did not claim it, call 175 at once.",
        "JHT of KPJ {kpj} was paid out on {paid_on}. Not claimed by you? Call 175 at "
        "once.",
    ),
)

MERGED = ReplyTemplate(
    "merged",
    indonesian=(
        "KPJ {kpj} sudah digabung ke KPJ lain milik Anda. Lihat KPJ baru di "
        "JMO/kantor cabang, lalu kirim SALDO spasi KPJ baru. Info 175.",
        "KPJ {kpj} sudah digabung ke KPJ lain milik Anda. Lihat KPJ baru di aplikasi "
        "JMO/kantor cabang. Info 175.",
    ),
    english=(
        "KPJ {kpj} has been merged into another KPJ of yours. Find it in JMO or at a "
        "branch, then text SALDO and the new KPJ. Info 175.",
        "KPJ {kpj} was merged into another KPJ of yours. Find it in the JMO app or at "
        "a branch. Info 175.",
    ),
)
