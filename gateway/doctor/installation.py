"""What the checks look at: a running gateway, or what doctor opens by the settings."""

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from gateway.bootstrap import (
    cipher_of,
    core_system,
    open_database,
    open_directory,
    utc_now,
)
from gateway.config.settings import Settings
from gateway.db.database import Database
from gateway.db.messages.backlog import VitalSigns
from gateway.domain.participants import Directory
from gateway.worker.jobs import Notifier, connect


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


@contextmanager
def opened(settings: Settings) -> Iterator[Installation]:
    """The installation of these settings, for a command."""
    with (
        closing(open_database(settings)) as database,
        _directory(settings) as directory,
    ):
        ping = Notifier(connect(settings.redis_url)).ping
        names = settings.channel_names
        yield Installation(settings, database, directory, names, ping, utc_now)


@contextmanager
def _directory(settings: Settings) -> Iterator[Directory]:
    if settings.directory:
        yield core_system(settings.directory, cipher_of(settings))
    else:
        with closing(open_directory(settings)) as table:
            yield table
