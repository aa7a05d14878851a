"""An installation: the parts of a gateway that the health checks examine."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from gateway.config.settings import Settings
from gateway.db.database import Database
from gateway.db.messages.backlog import VitalSigns
from gateway.domain.participants import Directory


@dataclass(frozen=True)
class Installation:
    """The settings and parts of a gateway, running or opened by `gateway doctor`."""

    settings: Settings
    database: Database
    directory: Directory
    channels: Collection[str]
    queue_answers: Callable[[], bool]
    clock: Callable[[], datetime]

    def vital_signs(self) -> VitalSigns:
        """The backlog's figures. Raises DatabaseUnavailable."""
        return self.database.backlog.vital_signs(self.settings.policy.carrier_questions)
