"""Look up what a decision about a batch of subscriptions needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.db.database import Database
from gateway.db.subscribers.live_subscriptions import Subscription
from gateway.directory.batch import find_each
from gateway.domain import access
from gateway.domain.access import Decision
from gateway.domain.enquiry import Language
from gateway.domain.participants import Directory, Participant


@dataclass(frozen=True)
class Subscriber:
    """A subscription, its member today, and whether the phone may hear about him."""

    subscription: Subscription
    member: Participant
    decision: Decision
    language: Language


@dataclass(frozen=True)
class Subscribers:
    """Queries database and directory once for a batch."""

    database: Database
    directory: Directory

    def fetch(self, due: Sequence[Subscription], now: datetime) -> list[Subscriber]:
        """The subscribers that can be decided.

        Those of missing members, of broken or old records, and all while the directory
        is away, have to wait.
        """
        return list(self._fetch(due, now)) if due else []

    def _fetch(
        self, due: Sequence[Subscription], now: datetime
    ) -> Iterator[Subscriber]:
        phones = {subscription.phone for subscription in due}
        kpjs = {subscription.kpj for subscription in due}
        members = find_each(self.directory.find, kpjs, {})
        bound = self.database.enrolments.bound(phones, now)
        languages = self.database.languages.of_phones(phones)
        for subscription in due:
            phone, member = subscription.phone, members.get(subscription.kpj)
            if member is None or member.stale_since:
                continue
            is_bound = subscription.kpj in bound.get(phone, ())
            yield Subscriber(
                subscription,
                member,
                access.decide(phone, member, is_bound=is_bound),
                Language(languages.get(phone, subscription.language)),
            )
