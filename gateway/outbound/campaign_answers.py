"""What the reminders of campaigns say, and to whom."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from gateway.domain.notices import Wish
from gateway.domain.participants import (
    STILL_PAYING,
    MembershipStatus,
    Participant,
    Segment,
)
from gateway.domain.reminder_schedule import ReminderKind
from gateway.outbound.subscribers import Subscriber
from gateway.replies.fields import day, member_number, month, rupiah
from gateway.replies.ingat import CONTRIBUTION_MISSING, YEARLY_BALANCE
from gateway.replies.notices import EMPLOYER_CONTRIBUTION_MISSING
from gateway.replies.template import Answer


def unpaid_contribution(subscriber: Subscriber, today: date) -> Answer | None:
    """A reminder of a contribution that should be in the record by now."""
    member, last = subscriber.member, subscriber.member.last_contribution
    this_month = today.replace(day=1)
    if member.segment is Segment.BPU and member.status in STILL_PAYING:
        due, template = this_month, CONTRIBUTION_MISSING
    elif last and _is_employed(member) and _wants_contributions(subscriber):
        due, template = _month_before(this_month), EMPLOYER_CONTRIBUTION_MISSING
    else:
        return None
    if last and last >= due:
        return None
    return template.fill(kpj=member_number(member.kpj), due_month=month(due))


def _is_employed(member: Participant) -> bool:
    is_employee = member.segment is Segment.PU
    return is_employee and member.status is MembershipStatus.ACTIVE


def _wants_contributions(subscriber: Subscriber) -> bool:
    return Wish.CONTRIBUTIONS in subscriber.subscription.wishes


def _month_before(month: date) -> date:
    """Employers pay until the 15th of the following month (PP 44/2015)."""
    return (month - timedelta(days=1)).replace(day=1)


def yearly_balance(subscriber: Subscriber, today: date) -> Answer | None:
    """The JHT balance, once a year for every subscriber."""
    member = subscriber.member
    if member.balance is None or member.status not in STILL_PAYING:
        return None
    return YEARLY_BALANCE.fill(
        kpj=member_number(member.kpj),
        balance=rupiah(member.balance.amount),
        as_of=day(member.balance.as_of),
    )


ANSWERS: Mapping[ReminderKind, Callable[[Subscriber, date], Answer | None]] = {
    ReminderKind.CONTRIBUTION: unpaid_contribution,
    ReminderKind.BALANCE: yearly_balance,
}
