"""What follows from a settled message beside its reply, in the same transaction."""

from datetime import datetime

from sqlalchemy import Connection, Engine

from gateway.db.cases import Cases
from gateway.db.enrolments import Enrolments
from gateway.db.languages import Languages
from gateway.db.storage import Storage
from gateway.db.subscriptions import Subscriptions
from gateway.db.suppressions import Suppressions
from gateway.messages import Consent
from gateway.privacy import Vault
from gateway.settlements import Settlement


class Consequences(Storage):
    """Carries out what a message wishes for from now on."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        super().__init__(engine, vault)
        self._suppressions = Suppressions(engine, vault)
        self._enrolments = Enrolments(engine, vault)
        self._languages = Languages(engine, vault)
        self._subscriptions = Subscriptions(engine, vault)
        self._cases = Cases(engine, vault)

    def apply(
        self, connection: Connection, settlement: Settlement, now: datetime
    ) -> None:
        """Everything that this settlement brings about."""
        self._set_consent(connection, settlement, now)
        self._enrol(connection, settlement, now)
        self._remind(connection, settlement, now)
        phone = settlement.waiting.inbound.sender
        if settlement.language:
            self._languages.choose(connection, phone, settlement.language, now)
        if settlement.is_complaint:
            self._cases.open(connection, settlement.waiting, now)

    def _remind(
        self, connection: Connection, settlement: Settlement, now: datetime
    ) -> None:
        phone = settlement.waiting.inbound.sender
        if settlement.reminders:
            self._subscriptions.begin(connection, settlement, now)
        elif settlement.reminders is False:
            self._subscriptions.end(connection, phone, "ended_by_sms", now)

    def _set_consent(
        self, connection: Connection, settlement: Settlement, now: datetime
    ) -> None:
        phone = settlement.waiting.inbound.sender
        if settlement.consent is Consent.GIVEN:
            self._suppressions.lift(connection, phone, now)
        elif settlement.consent is Consent.WITHDRAWN:
            self._suppressions.withdraw(connection, phone, now)

    def _enrol(
        self, connection: Connection, settlement: Settlement, now: datetime
    ) -> None:
        enrols, waiting = settlement.enrols, settlement.waiting
        if enrols is None:
            return
        phone = waiting.inbound.sender
        if enrols.opening:
            self._enrolments.bind(connection, enrols.kpj, phone, enrols.opening)
        else:
            self._enrolments.ask(connection, waiting, enrols, now)
