"""Remind those who asked for it: of unpaid contributions, and of the yearly balance."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.db.database import Database
from gateway.db.subscribers.subscriptions import ReminderDecision, Subscription
from gateway.directory.batch import find_each
from gateway.domain import access
from gateway.domain.access import Decision
from gateway.domain.calendar import day_of
from gateway.domain.enquiry import Language
from gateway.domain.participants import STILL_PAYING, Directory, Participant, Segment
from gateway.domain.policy import Policy
from gateway.domain.reminder_schedule import (
    Campaign,
    ReminderKind,
    ReminderOutcome,
    campaigns_at,
    closes_at,
)
from gateway.replies.fields import day, member_number, month, rupiah
from gateway.replies.ingat import CONTRIBUTION_MISSING, YEARLY_BALANCE
from gateway.replies.rendering import Renderer
from gateway.replies.template import Answer
from gateway.telemetry import metrics
from gateway.worker.queue import WorkQueue

BATCH = 200
# While replies wait longer than that, reminders do not join them.
UNSENT_SECONDS = 10.0
PAUSE_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass
class Forecast:
    """What is left of a campaign: how many of each outcome, and how many segments."""

    campaign: Campaign
    outcomes: Counter[ReminderOutcome] = field(default_factory=Counter)
    segments: int = 0


class Reminders:
    """Goes through those whose turn has come; a crash loses none and doubles none."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        renderer: Renderer,
        queue: WorkQueue,
        policy: Policy,
        send_rate: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._log = database
        self._directory = directory
        self._renderer = renderer
        self._queue = queue
        self._policy = policy
        self._most_unsent = send_rate * UNSENT_SECONDS
        self._clock = clock
        # The last subscription that a campaign has come by in the present look.
        self._passed: dict[ReminderKind, int] = {}

    def remind_due(self) -> int:
        """The next batch of each campaign; how many subscriptions were gone through.

        It begins again after the last one. Those that cannot be decided now, because
        the directory is away or a record broken, wait for another look.
        """
        now = self._clock()
        if self._log.backlog().unsent >= self._most_unsent:
            # Who asks is served first.
            self._queue.notify("remind", PAUSE_SECONDS)
            return 0
        return sum(self._remind(it, now) for it in campaigns_at(now))

    def _remind(self, campaign: Campaign, now: datetime) -> int:
        after = self._passed.get(campaign.kind, 0)
        due, last = self._log.subscriptions.due(campaign, now, BATCH, after)
        self._passed[campaign.kind] = last or 0
        if last is None:
            return 0
        decisions = self._decided(campaign, due, now)
        most = self._policy.limits.all_replies
        entered = self._log.subscriptions.settle(campaign, decisions, now, most)
        self._tell(campaign, entered)
        return len(due)

    def _tell(self, campaign: Campaign, entered: Sequence[ReminderOutcome]) -> None:
        for outcome in entered:
            metrics.reminders.labels(campaign.kind, outcome).inc()
        if sent := entered.count(ReminderOutcome.SENT):
            self._queue.notify("deliver")
            log.info("reminded", extra={"kind": campaign.kind, "count": sent})

    def forecast(self, now: datetime) -> Sequence[Forecast]:
        """What would go out from now on in each campaign of this day; sends nothing."""
        return [self._forecast(it, now) for it in campaigns_at(now)]

    def _forecast(self, campaign: Campaign, now: datetime) -> Forecast:
        forecast = Forecast(campaign)
        for some in self._log.subscriptions.left(campaign):
            for decision in self._decided(campaign, some, now):
                forecast.outcomes[decision.outcome] += 1
                forecast.segments += decision.reply.segments if decision.reply else 0
        return forecast

    def _decided(
        self, campaign: Campaign, due: Sequence[Subscription], now: datetime
    ) -> list[ReminderDecision]:
        """What becomes of them; who is not found, or in old records only, waits."""
        if not due:
            return []
        phones = {it.phone for it in due}
        members = find_each(self._directory.find, {it.kpj for it in due}, {})
        bound = self._log.enrolments.bound(phones, now)
        languages = self._log.languages.of_phones(phones)
        return [
            self._decision(
                campaign,
                it,
                member,
                it.kpj in bound.get(it.phone, ()),
                Language(languages.get(it.phone, it.language)),
                now,
            )
            for it in due
            if (member := members.get(it.kpj)) and not member.stale_since
        ]

    def _decision(
        self,
        campaign: Campaign,
        subscription: Subscription,
        member: Participant,
        is_bound: bool,
        language: Language,
        now: datetime,
    ) -> ReminderDecision:
        until = closes_at(now, subscription.utc_offset)
        decision = access.decide(subscription.phone, member, is_bound=is_bound)
        if subscription.has_opted_out:
            return ReminderDecision(
                subscription, ReminderOutcome.OPTED_OUT, None, until
            )
        if decision is not Decision.ALLOWED:
            return ReminderDecision(subscription, ReminderOutcome.REFUSED, None, until)
        answer = _WHAT[campaign.kind](member, day_of(now))
        if answer is None:
            return ReminderDecision(subscription, ReminderOutcome.NOT_DUE, None, until)
        reply = self._renderer.render(answer, language)
        return ReminderDecision(subscription, ReminderOutcome.SENT, reply, until)


def unpaid_contribution(member: Participant, today: date) -> Answer | None:
    """What a self-employed member has not paid for this month."""
    this_month = today.replace(day=1)
    last = member.last_contribution
    if member.segment is not Segment.BPU or member.status not in STILL_PAYING:
        return None
    if last and last >= this_month:
        return None
    return CONTRIBUTION_MISSING.fill(
        kpj=member_number(member.kpj), due_month=month(this_month)
    )


def yearly_balance(member: Participant, today: date) -> Answer | None:
    """The JHT balance, which every member is told once a year."""
    if member.balance is None or member.status not in STILL_PAYING:
        return None
    return YEARLY_BALANCE.fill(
        kpj=member_number(member.kpj),
        balance=rupiah(member.balance.amount),
        as_of=day(member.balance.as_of),
    )


_WHAT: dict[ReminderKind, Callable[[Participant, date], Answer | None]] = {
    ReminderKind.CONTRIBUTION: unpaid_contribution,
    ReminderKind.BALANCE: yearly_balance,
}
