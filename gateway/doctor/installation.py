"""What the checks look at: the parts of a gateway, running or opened for doctor."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from gateway.config.settings import Settings
from gateway.db.database import Database
from gateway.db.messages.backlog import VitalSigns
from gateway.domain.participants import Directory


@dataclass(frozen=True)
class Installation:
    """The settings of a gateway and the parts that answer for it."""

    settings: Settings
    database: Database
    directory: Directory
    channels: Collection[str]
    queue_answers: Callable[[], bool]
    clock: Callable[[], datetime]

    def vital_signs(self) -> VitalSigns:
        """Who waits. Raises DatabaseUnavailable."""
        return self.database.backlog.vital_signs(self.settings.policy.carrier_questions)
