"""Remind those who asked for it: of unpaid contributions, and of the yearly balance."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway import access, metrics
from gateway.access import Decision
from gateway.campaigns import Campaign, ReminderKind, campaigns_at, closes_at
from gateway.db.message_log import MessageLog
from gateway.db.subscriptions import Outcome, Subscription, Verdict
from gateway.parsers.enquiry import Language
from gateway.participants import Directory, MembershipStatus, Participant, Segment
from gateway.queueing import WorkQueue
from gateway.replies.fields import day, member_number, month, rupiah
from gateway.replies.ingat import CONTRIBUTION_MISSING, YEARLY_BALANCE
from gateway.replies.template import Answer
from gateway.wording import Wording

BATCH = 200
_PAYING = {MembershipStatus.ACTIVE, MembershipStatus.INACTIVE}

log = logging.getLogger(__name__)


@dataclass
class Forecast:
    """What is left of a campaign: how many of each outcome, and how many segments."""

    campaign: Campaign
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    segments: int = 0


class Reminding:
    """Goes through those whose turn has come; a crash loses none and doubles none."""

    def __init__(
        self,
        message_log: MessageLog,
        directory: Directory,
        wording: Wording,
        queue: WorkQueue,
        clock: Callable[[], datetime],
    ) -> None:
        self._log = message_log
        self._directory = directory
        self._wording = wording
        self._queue = queue
        self._clock = clock

    def remind_due(self) -> int:
        """One batch of each campaign; how many subscriptions were gone through.

        Raises DirectoryUnavailable; then it is tried again at the next look.
        """
        now = self._clock()
        return sum(self._remind(it, now) for it in campaigns_at(now))

    def _remind(self, campaign: Campaign, now: datetime) -> int:
        due = self._log.subscriptions.due(campaign, now, BATCH)
        verdicts = self._decided(campaign, due, now)
        sent = self._log.subscriptions.settle(campaign, verdicts, now)
        for verdict in verdicts:
            metrics.reminders.labels(campaign.kind, verdict.outcome).inc()
        if sent:
            self._queue.nudge("deliver")
            log.info("reminded", extra={"kind": campaign.kind, "count": sent})
        return len(verdicts)

    def forecast(self, now: datetime) -> Sequence[Forecast]:
        """What would go out from now on in each campaign of this day; sends nothing."""
        return [self._forecast(it, now) for it in campaigns_at(now)]

    def _forecast(self, campaign: Campaign, now: datetime) -> Forecast:
        forecast = Forecast(campaign)
        for some in self._log.subscriptions.left(campaign):
            for verdict in self._decided(campaign, some, now):
                forecast.outcomes[verdict.outcome] += 1
                forecast.segments += verdict.reply.segments if verdict.reply else 0
        return forecast

    def _decided(
        self, campaign: Campaign, due: Sequence[Subscription], now: datetime
    ) -> list[Verdict]:
        """What becomes of them; of old records nothing can be said, so they wait."""
        if not due:
            return []
        phones = {it.phone for it in due}
        members = self._directory.find({it.kpj for it in due})
        bound = self._log.enrolments.bound(phones, now)
        languages = self._log.languages.of_phones(phones)
        return [
            self._verdict(
                campaign,
                it,
                members.get(it.kpj),
                it.kpj in bound.get(it.phone, ()),
                Language(languages.get(it.phone, it.language)),
            )
            for it in due
            if not (it.kpj in members and members[it.kpj].stale_since)
        ]

    def _verdict(
        self,
        campaign: Campaign,
        subscription: Subscription,
        member: Participant | None,
        is_bound: bool,
        language: Language,
    ) -> Verdict:
        until = closes_at(self._clock(), subscription.utc_offset)
        decision = access.decide(subscription.phone, member, is_bound=is_bound)
        if subscription.has_opted_out:
            return Verdict(subscription, Outcome.OPTED_OUT, None, until)
        if member is None or decision is not Decision.ALLOWED:
            return Verdict(subscription, Outcome.REFUSED, None, until)
        answer = _WHAT[campaign.kind](member, self._wording.today)
        if answer is None:
            return Verdict(subscription, Outcome.NOT_DUE, None, until)
        reply = self._wording.reply(answer, language)
        return Verdict(subscription, Outcome.SENT, reply, until)


def unpaid_contribution(member: Participant, today: date) -> Answer | None:
    """What a self-employed member has not paid for this month."""
    this_month = today.replace(day=1)
    last = member.last_contribution
    if member.segment is not Segment.BPU or member.status not in _PAYING:
        return None
    if last and last >= this_month:
        return None
    return CONTRIBUTION_MISSING.filled(
        kpj=member_number(member.kpj), due_month=month(this_month)
    )


def yearly_balance(member: Participant, today: date) -> Answer | None:
    """The JHT balance, which every member is told once a year."""
    if member.balance is None or member.status not in _PAYING:
        return None
    return YEARLY_BALANCE.filled(
        kpj=member_number(member.kpj),
        balance=rupiah(member.balance.amount),
        as_of=day(member.balance.as_of),
    )


_WHAT: dict[ReminderKind, Callable[[Participant, date], Answer | None]] = {
    ReminderKind.CONTRIBUTION: unpaid_contribution,
    ReminderKind.BALANCE: yearly_balance,
}
