"""Apply the side effects of a resolution in the transaction that settles it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.db.messages.complaints import Complaints
from gateway.db.subscribers.enrolments import Enrolments
from gateway.db.subscribers.languages import Languages
from gateway.db.subscribers.subscriptions import Subscriptions
from gateway.db.subscribers.suppressions import Suppressions
from gateway.domain.messages import Consent
from gateway.domain.notices import Wish
from gateway.domain.resolution import Resolution


@dataclass(frozen=True)
class SideEffects:
    """Applies consent, enrolment, reminders, language and complaint."""

    suppressions: Suppressions
    enrolments: Enrolments
    languages: Languages
    subscriptions: Subscriptions
    complaints: Complaints

    def apply(
        self, connection: Connection, resolution: Resolution, now: datetime
    ) -> None:
        """Apply all side effects of a resolution."""
        phone = resolution.waiting.inbound.sender
        if resolution.consent is Consent.GIVEN:
            self.suppressions.lift(connection, phone, now)
        elif resolution.consent is Consent.WITHDRAWN:
            self.suppressions.withdraw(connection, phone, now)
        if resolution.enrolment:
            self.enrolments.enrol(
                connection, resolution.waiting, resolution.enrolment, now
            )
        if resolution.wish is Wish.END:
            self.subscriptions.end(connection, phone, "ended_by_sms", now)
        elif resolution.wish:
            self.subscriptions.begin(connection, resolution, now)
        if resolution.language:
            self.languages.choose(connection, phone, resolution.language, now)
        if resolution.is_complaint:
            self.complaints.open(connection, resolution.waiting, now)
