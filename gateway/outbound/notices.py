"""Decide which notices a subscriber gets: news since what was told last."""

from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.db.subscribers.comparisons import Comparison, Notice
from gateway.domain.access import CLOSED, Decision
from gateway.domain.calendar import day_of
from gateway.domain.notices import News, Snapshot, news_of
from gateway.domain.participants import MembershipStatus, Participant
from gateway.domain.reminder_schedule import ReminderKind, ReminderOutcome, closes_at
from gateway.outbound.subscribers import Subscriber
from gateway.replies.fields import day, member_number, month
from gateway.replies.notices import (
    CLAIM_MADE,
    CLAIM_MOVED,
    CONTRIBUTION_POSTED,
    PHONE_CHANGED,
    STAGES,
)
from gateway.replies.rendering import Renderer
from gateway.replies.template import Answer


def compare(subscriber: Subscriber, renderer: Renderer, now: datetime) -> Comparison:
    """Compare a member's record with the snapshot of a subscription.

    The first comparison of a subscription without a snapshot finds no news. News about
    a suspended member waits for the end of the suspension.
    """
    subscription, member = subscriber.subscription, subscriber.member
    phone, today = subscription.phone, day_of(now)
    snapshot = subscription.snapshot or Snapshot.of(member, phone, today)
    if member.status is MembershipStatus.SUSPENDED:
        until = closes_at(now, subscription.utc_offset)
        return Comparison(subscription, [], snapshot, until)
    return Comparison(
        subscription,
        [
            _notice(subscriber, news, renderer)
            for news in news_of(snapshot, member, phone, subscription.wishes, today)
            if _may_hear(subscriber, news)
        ],
        snapshot.updated(member, phone, today),
        closes_at(now, subscription.utc_offset),
        is_over=subscriber.decision is not Decision.ALLOWED,
    )


def _may_hear(subscriber: Subscriber, news: News) -> bool:
    """Whether the phone may hear news; of its own removal it hears in any case.

    Nothing is told about deceased members.
    """
    if subscriber.member.status in CLOSED:
        return False
    return news.kind is ReminderKind.PHONE or subscriber.decision is Decision.ALLOWED


def _notice(subscriber: Subscriber, news: News, renderer: Renderer) -> Notice:
    if subscriber.subscription.has_opted_out:
        return Notice(news, ReminderOutcome.OPTED_OUT, None)
    answer = _ANSWERS[news.kind](subscriber.member, news)
    reply = renderer.render(answer, subscriber.language)
    return Notice(news, ReminderOutcome.SENT, reply)


def _tell_claim(member: Participant, news: News) -> Answer:
    claim = member.claim
    assert claim is not None
    values = {
        "kpj": member_number(member.kpj),
        "program": claim.program.value,
        "since": day(claim.since),
    }
    if news.is_new_claim:
        return CLAIM_MADE.fill(**values)
    return CLAIM_MOVED.fill(**values, claim_stage=STAGES[claim.stage])


def _tell_contribution(member: Participant, news: News) -> Answer:
    return CONTRIBUTION_POSTED.fill(
        kpj=member_number(member.kpj), due_month=month(member.last_contribution)
    )


def _tell_phone_change(member: Participant, news: News) -> Answer:
    return PHONE_CHANGED.fill(kpj=member_number(member.kpj))


_ANSWERS: Mapping[ReminderKind, Callable[[Participant, News], Answer]] = {
    ReminderKind.CLAIM: _tell_claim,
    ReminderKind.CONTRIBUTION_POSTED: _tell_contribution,
    ReminderKind.PHONE: _tell_phone_change,
}
