"""TUNGGAKAN, IURAN: unpaid contributions and how to pay them."""

from datetime import date

from gateway.domain.participants import MembershipStatus, Participant, Segment
from gateway.handlers.registry import Question, for_member
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.replies import membership, tunggakan
from gateway.replies.fields import of_member
from gateway.replies.template import Answer, ReplyTemplate

# Weak, because people also owe to others: "tunggakan bpjs kesehatan", "iuran RT".
KEYWORD = Keyword(
    "tunggakan",
    needs_kpj=True,
    weak=(
        *("tunggakan", "tungakan", "tunggakkan", "cek iuran", "bayar iuran"),
        *("status iuran", "iuran bpjs", "arrears", "unpaid contributions"),
        *("tunggakn", "utang iuran", "hutang iuran"),
    ),
    alone=("iuran", "nunggak", "dues"),
    beside=words("cek bayar bulan bulanan bpjs bpjstk bpu jht kpj berapa status saya"),
    english=frozenset({"arrears", "dues", "unpaid contributions"}),
    example="IURAN 12345678901",
    about="iuran tertunggak dan cara bayar",
    about_in_english="unpaid contributions, how to pay",
    section=Section.MONEY,
    is_listed_first=True,
)
# A contribution is posted in the month after the one that it is for.
MONTHS_TO_POST = 1
_PAID_FOR = {Segment.PU, Segment.JAKON}


@for_member(KEYWORD)
def tell_arrears(participant: Participant, question: Question) -> Answer:
    """Tell the arrears; the employer pays the contributions of employees."""
    answer = membership.explain_closed(participant)
    return answer or _template(participant).fill(**of_member(participant))


def _template(participant: Participant) -> ReplyTemplate:
    """The template; without recorded arrears a month may be unpaid all the same."""
    if participant.arrears:
        return tunggakan.DUE
    if participant.segment in _PAID_FOR:
        return tunggakan.PAID_BY_EMPLOYER
    is_active = participant.status is MembershipStatus.ACTIVE
    if participant.segment is not Segment.BPU or not is_active:
        return tunggakan.NOTHING_RECORDED
    last, balance = participant.last_contribution, participant.balance
    if last and balance and _months(last, balance.as_of) > MONTHS_TO_POST:
        return tunggakan.NOT_PAID_SINCE
    return tunggakan.NOTHING_DUE


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
