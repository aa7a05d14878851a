"""Wordings about a membership that several topics share."""

from gateway.domain.participants import MembershipStatus, Participant, Program
from gateway.replies.fields import of_member
from gateway.replies.template import Answer, ReplyTemplate

NO_JHT = ReplyTemplate(
    "no_jht",
    indonesian=(
        "KPJ {kpj} ({segment}) tidak ikut program JHT, jadi tidak punya saldo. Program "
        "Anda: {programs}. Penjelasan: ketik PROGRAM. Telp {care}.",
        "KPJ {kpj} ({segment}) tidak ikut JHT. Program: {programs}. Penjelasan: ketik "
        "PROGRAM. Telp {care}.",
    ),
    english=(
        "KPJ {kpj} ({segment}) is not in the JHT programme, so it has no balance. "
        "Programmes: {programs}. More: text PROGRAM. Call {care}.",
        "KPJ {kpj} ({segment}) has no JHT balance. Programmes: {programs}. More: text "
        "PROGRAM. Call {care}.",
    ),
)

PAID_OUT = ReplyTemplate(
    "paid_out",
    indonesian=(
        "Saldo JHT KPJ {kpj} sudah dibayarkan {paid_on}. Uang belum masuk, atau bukan "
        "Anda yang mengajukan klaim? Segera telp {care}.",
        "Saldo JHT KPJ {kpj} sudah dibayarkan {paid_on}. Bukan Anda yang mengajukan? "
        "Segera telp {care}.",
    ),
    english=(
        "The JHT balance of KPJ {kpj} was paid out on {paid_on}. No money, or not "
        "claimed by you? Call {care} at once.",
        "JHT of KPJ {kpj} was paid out on {paid_on}. Not claimed by you? Call {care} "
        "at once.",
    ),
)

MERGED = ReplyTemplate(
    "merged",
    indonesian=(
        "KPJ {kpj} sudah digabung ke KPJ Anda yang lain. Ketik SALDO saja, tanpa "
        "angka. Belum bisa? Tanya KPJ baru di kantor cabang atau telp {care}.",
        "KPJ {kpj} sudah digabung ke KPJ Anda yang lain. Ketik SALDO saja. Belum bisa? "
        "Telp {care}.",
    ),
    english=(
        "KPJ {kpj} has been merged into another KPJ of yours. Text SALDO alone, "
        "without a number. If that fails, ask a branch or call {care}.",
        "KPJ {kpj} was merged into another KPJ of yours. Text SALDO alone. If that "
        "fails, call {care}.",
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
