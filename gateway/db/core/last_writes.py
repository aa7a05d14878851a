"""What a transaction writes last, before it commits.

A row that every worker changes is locked for no longer than the commit takes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection

# The key in `connection.info` of the last writes of the running transaction.
_KEY = "last writes"


class LastWrite(ABC):
    """Collects changes during a transaction and writes them at its end."""

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """That of the running transaction; begins to collect if there is none."""
        found: Self | None = connection.info[_KEY].get(cls)
        if found is None:
            found = connection.info[_KEY][cls] = cls()
        return found

    @abstractmethod
    def write(self, connection: Connection) -> None:
        """Write what was collected."""


@contextmanager
def last_writes(connection: Connection) -> Iterator[None]:
    """Write at the end what is collected inside; after an error write nothing."""
    collected: dict[type[LastWrite], LastWrite] = {}
    connection.info[_KEY] = collected
    yield
    for last_write in collected.values():
        last_write.write(connection)
