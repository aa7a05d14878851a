"""SALDO: the JHT old-age balance of a member."""

from gateway.domain.participants import MembershipStatus, Participant
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.replies.fields import day, of_member, rupiah
from gateway.replies.membership import explain_no_savings
from gateway.replies.saldo import BALANCE, BALANCE_IN_CLAIM, NO_BALANCE_YET
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "saldo",
    needs_kpj=True,
    words=("saldo", "cek saldo", "info saldo", "balance", "my balance"),
    weak=("jht", "jaminan hari tua", "tabungan", "old age savings"),
    forgiving=("saldo", "balance"),
    english=frozenset({"balance", "my balance", "old age savings"}),
    example="SALDO 12345678901",
    about="saldo JHT dan tanggalnya",
    about_in_english="your JHT balance and its date",
    section=Section.MONEY,
    is_listed_first=True,
)


@for_member(KEYWORD)
def tell_balance(participant: Participant, question: Question) -> Answer:
    """Tell the balance, or why there is none."""
    return explain_no_savings(participant) or _balance(participant)


def _balance(participant: Participant) -> Answer:
    values = of_member(participant)
    if participant.balance is None:
        return NO_BALANCE_YET.fill(**values)
    template = (
        BALANCE_IN_CLAIM if participant.status is MembershipStatus.IN_CLAIM else BALANCE
    )
    return template.fill(
        **values,
        balance=rupiah(participant.balance.amount),
        as_of=day(participant.balance.as_of),
    )
