"""What follows from a settled message beside its reply, in the same transaction."""

from datetime import datetime

from sqlalchemy import Connection, Engine

from gateway.db.core.store import Store
from gateway.db.messages.complaints import Complaints
from gateway.db.subscribers.enrolments import Enrolments
from gateway.db.subscribers.languages import Languages
from gateway.db.subscribers.subscriptions import Subscriptions
from gateway.db.subscribers.suppressions import Suppressions
from gateway.domain.messages import Consent
from gateway.domain.resolution import Resolution
from gateway.security.cipher import Cipher


class SideEffects(Store):
    """Carries out what a message wishes for from now on."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, cipher)
        self._suppressions = Suppressions(engine, cipher)
        self._enrolments = Enrolments(engine, cipher)
        self._languages = Languages(engine, cipher)
        self._subscriptions = Subscriptions(engine, cipher)
        self._cases = Complaints(engine, cipher)

    def apply(
        self, connection: Connection, resolution: Resolution, now: datetime
    ) -> None:
        """Everything that this resolution brings about."""
        self._set_consent(connection, resolution, now)
        self._enrol(connection, resolution, now)
        self._remind(connection, resolution, now)
        phone = resolution.waiting.inbound.sender
        if resolution.language:
            self._languages.choose(connection, phone, resolution.language, now)
        if resolution.is_complaint:
            self._cases.open(connection, resolution.waiting, now)

    def _remind(
        self, connection: Connection, resolution: Resolution, now: datetime
    ) -> None:
        phone = resolution.waiting.inbound.sender
        if resolution.reminders:
            self._subscriptions.begin(connection, resolution, now)
        elif resolution.reminders is False:
            self._subscriptions.end(connection, phone, "ended_by_sms", now)

    def _set_consent(
        self, connection: Connection, resolution: Resolution, now: datetime
    ) -> None:
        phone = resolution.waiting.inbound.sender
        if resolution.consent is Consent.GIVEN:
            self._suppressions.lift(connection, phone, now)
        elif resolution.consent is Consent.WITHDRAWN:
            self._suppressions.withdraw(connection, phone, now)

    def _enrol(
        self, connection: Connection, resolution: Resolution, now: datetime
    ) -> None:
        enrols, waiting = resolution.enrols, resolution.waiting
        if enrols is None:
            return
        phone = waiting.inbound.sender
        if enrols.opening:
            self._enrolments.bind(connection, enrols.kpj, phone, enrols.opening)
        else:
            self._enrolments.ask(connection, waiting, enrols, now)
