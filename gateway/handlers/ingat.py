"""INGAT: remind this phone of what a member has to pay, and tell the yearly balance."""

from dataclasses import replace

from gateway.handlers.registry import Ask, for_member
from gateway.parsers.keywords import Keyword
from gateway.participants import MembershipStatus, Participant
from gateway.replies import membership
from gateway.replies.fields import member_number
from gateway.replies.ingat import REMINDERS_ON
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "ingat",
    needs_kpj=True,
    words=("ingatkan", "ingatkan saya", "pengingat", "remind me", "reminder"),
    alone=("ingat", "remind"),
    beside=frozenset({"iuran", "bayar", "bulanan", "kpj", "bpu", "jht"}),
    forgiving=("pengingat", "ingatkan"),
    ended_by="ingat_stop",
    english=frozenset({"remind", "remind me", "reminder"}),
    example="INGAT 12345678901",
    about="pengingat iuran BPU dan saldo tahunan",
    about_in_english="reminders of dues and yearly balance",
)


@for_member(KEYWORD)
def opt_in(participant: Participant, ask: Ask) -> Answer:
    """Say what will come and how to end it."""
    kpj = member_number(participant.kpj)
    if participant.status is MembershipStatus.MERGED:
        return membership.MERGED.filled(kpj=kpj)
    return replace(REMINDERS_ON.filled(kpj=kpj), reminders=True)
