"""SALDO: the JHT old-age balance of a member."""

from gateway.handlers.registry import Ask, for_member
from gateway.parsers.keywords import Keyword
from gateway.participants import MembershipStatus, Participant, Program
from gateway.replies import membership
from gateway.replies.fields import (
    day,
    member_number,
    month,
    program_names,
    rupiah,
    segment_name,
)
from gateway.replies.saldo import BALANCE, BALANCE_IN_CLAIM, NO_BALANCE_YET
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "saldo",
    needs_kpj=True,
    words=(
        "saldo",
        "cek saldo",
        "info saldo",
        "balance",
        "my balance",
    ),
    weak=("jht", "jaminan hari tua", "tabungan", "old age savings"),
    forgiving=("saldo", "balance"),
    english=frozenset({"balance", "my balance", "old age savings"}),
    example="SALDO 12345678901",
    about="saldo JHT dan tanggalnya",
    about_in_english="your JHT balance and its date",
)


@for_member(KEYWORD)
def tell_balance(participant: Participant, ask: Ask) -> Answer:
    """The balance; a closed, merged or missing one is explained instead."""
    kpj = member_number(participant.kpj)
    if participant.status is MembershipStatus.MERGED:
        return membership.MERGED.filled(kpj=kpj)
    if participant.status is MembershipStatus.PAID_OUT:
        paid_on = day(participant.paid_out_on)
        return membership.PAID_OUT.filled(kpj=kpj, paid_on=paid_on)
    if Program.JHT not in participant.programs:
        return membership.NO_JHT.filled(
            kpj=kpj,
            segment=segment_name(participant.segment),
            programs=program_names(participant.programs),
        )
    return _balance(participant, kpj)


def _balance(participant: Participant, kpj: str) -> Answer:
    if participant.balance is None:
        return NO_BALANCE_YET.filled(kpj=kpj)
    template = (
        BALANCE_IN_CLAIM if participant.status is MembershipStatus.IN_CLAIM else BALANCE
    )
    return template.filled(
        kpj=kpj,
        balance=rupiah(participant.balance.amount),
        as_of=day(participant.balance.as_of),
        last_month=month(participant.last_contribution),
    )
