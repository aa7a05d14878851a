"""Wordings about a membership that several topics share."""

from gateway.domain.participants import MembershipStatus, Participant, Program
from gateway.replies.fields import of_member
from gateway.replies.template import Answer, ReplyTemplate

NO_JHT = ReplyTemplate(
    "no_jht",
    indonesian=(
        "KPJ {kpj} ({segment}) tidak ikut program JHT, jadi tidak ada saldo JHT. "
        "Program: {programs}. Info {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}) is not in the JHT programme, so it has no JHT balance. "
        "Programmes: {programs}. Info {care}.",
        "KPJ {kpj} ({segment}) is not in JHT, so it has no JHT balance. Programmes: "
        "{programs}. Call {care}.",
    ),
)

PAID_OUT = ReplyTemplate(
    "paid_out",
    indonesian=(
        "Saldo JHT KPJ {kpj} sudah dibayarkan, klaim selesai {paid_on}. Jika Anda "
        "tidak mengajukan klaim ini, segera hubungi {care}.",
        "JHT KPJ {kpj} sudah dibayarkan {paid_on}. Bukan Anda yang mengajukan? Segera "
        "hubungi {care}.",
    ),
    english=(
        "The JHT balance of KPJ {kpj} has been paid out, claim closed {paid_on}. If "
        "you did not claim it, call {care} at once.",
        "JHT of KPJ {kpj} was paid out on {paid_on}. Not claimed by you? Call {care} "
        "at once.",
    ),
)

MERGED = ReplyTemplate(
    "merged",
    indonesian=(
        "KPJ {kpj} sudah digabung ke KPJ lain milik Anda. Lihat KPJ baru di "
        "JMO/kantor cabang, lalu kirim SALDO spasi KPJ baru. Info {care}.",
        "KPJ {kpj} sudah digabung ke KPJ lain milik Anda. Lihat KPJ baru di aplikasi "
        "JMO/kantor cabang. Info {care}.",
    ),
    english=(
        "KPJ {kpj} has been merged into another KPJ of yours. Find it in JMO or at a "
        "branch, then text SALDO and the new KPJ. Info {care}.",
        "KPJ {kpj} was merged into another KPJ of yours. Find it in the JMO app or at "
        "a branch. Info {care}.",
    ),
)

_CLOSED = {MembershipStatus.MERGED: MERGED, MembershipStatus.PAID_OUT: PAID_OUT}


def explain_closed(participant: Participant) -> Answer | None:
    """The answer about a merged or paid-out membership to any question, or None."""
    template = _CLOSED.get(participant.status)
    return template.fill(**of_member(participant)) if template else None


def explain_no_savings(participant: Participant) -> Answer | None:
    """The answer about a membership without JHT savings, or None if it has them."""
    if Program.JHT in participant.programs:
        return explain_closed(participant)
    return explain_closed(participant) or NO_JHT.fill(**of_member(participant))
