"""Send what subscribers asked for: reminders of campaigns, and notices of news."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.db.database import Database
from gateway.db.subscribers.live_subscriptions import Subscription
from gateway.db.subscribers.reminder_rows import ReminderDecision
from gateway.domain.access import Decision
from gateway.domain.calendar import day_of
from gateway.domain.messages import Reply
from gateway.domain.notices import NOTICES
from gateway.domain.participants import Directory
from gateway.domain.policy import Policy
from gateway.domain.reminder_schedule import (
    Campaign,
    ReminderKind,
    ReminderOutcome,
    campaigns_at,
    closes_at,
)
from gateway.outbound.campaign_answers import ANSWERS
from gateway.outbound.notices import compare
from gateway.outbound.subscribers import Subscriber, Subscribers
from gateway.replies.rendering import Renderer
from gateway.replies.template import Answer
from gateway.telemetry import metrics
from gateway.worker.queue import WorkQueue

BATCH = 200
# Reminders wait while it takes longer than this to send the queued replies.
UNSENT_SECONDS = 10.0
PAUSE_SECONDS = 5.0
NOTICES_TITLE = "notices"

log = logging.getLogger(__name__)


@dataclass
class Forecast:
    """The SMS still to come: the number of each outcome, and of segments."""

    title: str
    outcomes: Counter[ReminderOutcome] = field(default_factory=Counter)
    segments: int = 0

    def add(self, outcome: ReminderOutcome, reply: Reply | None) -> None:
        self.outcomes[outcome] += 1
        self.segments += reply.segments if reply else 0


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
        self._subscribers = Subscribers(database, directory)
        self._renderer = renderer
        self._queue = queue
        self._policy = policy
        self._most_unsent = send_rate * UNSENT_SECONDS
        self._clock = clock
        # The last subscription of each campaign's latest batch, for keyset paging, and
        # that of the latest batch of comparisons.
        self._last_ids: dict[ReminderKind, int] = {}
        self._last_compared = 0

    def remind_due(self) -> int:
        """Decide the next batch of notices and of each campaign; how many.

        After the last subscription it starts over, to retry those that could not be
        decided because the directory was away or a record was broken.
        """
        now = self._clock()
        if self._database.backlog.count().unsent >= self._most_unsent:
            # Replies go first.
            self._queue.notify("remind", PAUSE_SECONDS)
            return 0
        reminded = sum(self._remind(campaign, now) for campaign in campaigns_at(now))
        return reminded + self._notify(now)

    def _remind(self, campaign: Campaign, now: datetime) -> int:
        after = self._last_ids.get(campaign.kind, 0)
        due, last = self._database.campaigns.due(campaign, now, BATCH, after)
        self._last_ids[campaign.kind] = last or 0
        if last is None:
            return 0
        decisions = self._decide(campaign, due, now)
        most = self._policy.limits.all_replies
        self._report(self._database.campaigns.settle(decisions, now, most))
        return len(due)

    def _notify(self, now: datetime) -> int:
        """Compare the next batch of subscriptions to notices."""
        comparisons = self._database.comparisons
        due, last = comparisons.due(now, BATCH, self._last_compared)
        self._last_compared = last or 0
        if last is None:
            return 0
        found = [
            compare(subscriber, self._renderer, now)
            for subscriber in self._subscribers.fetch(due, now)
        ]
        most = self._policy.limits.all_replies
        self._report(comparisons.settle(found, now, most))
        return len(due)

    def _report(self, settled: Iterable[ReminderDecision]) -> None:
        counts = Counter((decision.kind, decision.outcome) for decision in settled)
        for (kind, outcome), count in counts.items():
            metrics.reminders.labels(kind, outcome).inc(count)
            if outcome is ReminderOutcome.SENT:
                self._queue.notify("deliver")
                log.info("reminded", extra={"kind": kind, "count": count})

    def forecast(self, now: datetime) -> Sequence[Forecast]:
        """Forecast what notices and today's campaigns would send; send nothing."""
        campaigns = [self._forecast(campaign, now) for campaign in campaigns_at(now)]
        return [*campaigns, self._forecast_notices(now)]

    def _forecast(self, campaign: Campaign, now: datetime) -> Forecast:
        forecast = Forecast(f"{campaign.kind} {campaign.period}")
        for batch in self._database.campaigns.undecided(campaign):
            for decision in self._decide(campaign, batch, now):
                forecast.add(decision.outcome, decision.reply)
        return forecast

    def _forecast_notices(self, now: datetime) -> Forecast:
        forecast = Forecast(NOTICES_TITLE)
        for batch in self._database.comparisons.all():
            for subscriber in self._subscribers.fetch(batch, now):
                for notice in compare(subscriber, self._renderer, now).notices:
                    forecast.add(notice.outcome, notice.reply)
        return forecast

    def _decide(
        self, campaign: Campaign, due: Sequence[Subscription], now: datetime
    ) -> list[ReminderDecision]:
        """Decide subscriptions.

        A refusal that also ends notices is left to the next comparison, which may have
        to tell why.
        """
        return [
            self._decision(campaign, subscriber, now)
            for subscriber in self._subscribers.fetch(due, now)
            if subscriber.decision is Decision.ALLOWED
            or subscriber.subscription.wishes.isdisjoint(NOTICES)
        ]

    def _decision(
        self, campaign: Campaign, subscriber: Subscriber, now: datetime
    ) -> ReminderDecision:
        outcome, answer = _outcome(campaign.kind, subscriber, day_of(now))
        language = subscriber.language
        reply = self._renderer.render(answer, language) if answer else None
        subscription = subscriber.subscription
        until = closes_at(now, subscription.utc_offset)
        return ReminderDecision(
            subscription, campaign.kind, campaign.period, outcome, reply, until
        )


def _outcome(
    kind: ReminderKind, subscriber: Subscriber, today: date
) -> tuple[ReminderOutcome, Answer | None]:
    if subscriber.subscription.has_opted_out:
        return ReminderOutcome.OPTED_OUT, None
    if subscriber.decision is not Decision.ALLOWED:
        return ReminderOutcome.REFUSED, None
    answer = ANSWERS[kind](subscriber, today)
    return (ReminderOutcome.SENT if answer else ReminderOutcome.NOT_DUE), answer
