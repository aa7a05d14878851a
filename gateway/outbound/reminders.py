"""Send reminders to subscribers: of unpaid contributions, and of the yearly balance."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.db.database import Database
from gateway.db.subscribers.campaigns import ReminderDecision, Subscription
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
# Reminders wait while it takes longer than this to send the queued replies.
UNSENT_SECONDS = 10.0
PAUSE_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass
class Forecast:
    """The rest of a campaign: the number of each outcome, and of segments."""

    campaign: Campaign
    outcomes: Counter[ReminderOutcome] = field(default_factory=Counter)
    segments: int = 0


class Reminders:
    """Decides due subscriptions in batches; a crash loses none and repeats none."""

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
        self._database = database
        self._directory = directory
        self._renderer = renderer
        self._queue = queue
        self._policy = policy
        self._most_unsent = send_rate * UNSENT_SECONDS
        self._clock = clock
        # The last subscription of each campaign's latest batch, for keyset paging.
        self._last_ids: dict[ReminderKind, int] = {}

    def remind_due(self) -> int:
        """Decide the next batch of each campaign and return how many subscriptions.

        After the last subscription it starts over, to retry those that could not be
        decided because the directory was away or a record was broken.
        """
        now = self._clock()
        if self._database.backlog.count().unsent >= self._most_unsent:
            # Replies go first.
            self._queue.notify("remind", PAUSE_SECONDS)
            return 0
        return sum(self._remind(campaign, now) for campaign in campaigns_at(now))

    def _remind(self, campaign: Campaign, now: datetime) -> int:
        after = self._last_ids.get(campaign.kind, 0)
        due, last = self._database.campaigns.due(campaign, now, BATCH, after)
        self._last_ids[campaign.kind] = last or 0
        if last is None:
            return 0
        decisions = self._decide(campaign, due, now)
        most = self._policy.limits.all_replies
        entered = self._database.campaigns.settle(campaign, decisions, now, most)
        self._report(campaign, entered)
        return len(due)

    def _report(self, campaign: Campaign, entered: Sequence[ReminderOutcome]) -> None:
        for outcome in entered:
            metrics.reminders.labels(campaign.kind, outcome).inc()
        if sent := entered.count(ReminderOutcome.SENT):
            self._queue.notify("deliver")
            log.info("reminded", extra={"kind": campaign.kind, "count": sent})

    def forecast(self, now: datetime) -> Sequence[Forecast]:
        """Forecast what each campaign of today would still send; send nothing."""
        return [self._forecast(campaign, now) for campaign in campaigns_at(now)]

    def _forecast(self, campaign: Campaign, now: datetime) -> Forecast:
        forecast = Forecast(campaign)
        for batch in self._database.campaigns.undecided(campaign):
            for decision in self._decide(campaign, batch, now):
                forecast.outcomes[decision.outcome] += 1
                forecast.segments += decision.reply.segments if decision.reply else 0
        return forecast

    def _decide(
        self, campaign: Campaign, due: Sequence[Subscription], now: datetime
    ) -> list[ReminderDecision]:
        """Decide subscriptions; those of missing members or of old records wait."""
        if not due:
            return []
        phones = {subscription.phone for subscription in due}
        kpjs = {subscription.kpj for subscription in due}
        members = find_each(self._directory.find, kpjs, {})
        bound = self._database.enrolments.bound(phones, now)
        languages = self._database.languages.of_phones(phones)
        return [
            self._decision(
                campaign,
                subscription,
                member,
                subscription.kpj in bound.get(subscription.phone, ()),
                Language(languages.get(subscription.phone, subscription.language)),
                now,
            )
            for subscription in due
            if (member := members.get(subscription.kpj)) and not member.stale_since
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
        answer = _ANSWERS[campaign.kind](member, day_of(now))
        if answer is None:
            return ReminderDecision(subscription, ReminderOutcome.NOT_DUE, None, until)
        reply = self._renderer.render(answer, language)
        return ReminderDecision(subscription, ReminderOutcome.SENT, reply, until)


def unpaid_contribution(member: Participant, today: date) -> Answer | None:
    """A reminder for a self-employed member who has not paid this month."""
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
    """The JHT balance, once a year for every subscriber."""
    if member.balance is None or member.status not in STILL_PAYING:
        return None
    return YEARLY_BALANCE.fill(
        kpj=member_number(member.kpj),
        balance=rupiah(member.balance.amount),
        as_of=day(member.balance.as_of),
    )


_ANSWERS: dict[ReminderKind, Callable[[Participant, date], Answer | None]] = {
    ReminderKind.CONTRIBUTION: unpaid_contribution,
    ReminderKind.BALANCE: yearly_balance,
}
