"""Audit entries: who did or saw what, when and why."""

from dataclasses import dataclass, field
from datetime import datetime

LONGEST_ACTOR = 80


@dataclass(frozen=True)
class AuditEntry:
    """Who acts now and why; recorded in the transaction that acts."""

    at: datetime
    actor: str
    reason: str | None = None


@dataclass(frozen=True)
class RecordedEntry:
    """An entry of the audit log with the action and what it was done to."""

    at: datetime
    actor: str
    action: str
    subject: str
    reason: str | None
    # Pages of the log go on from it.
    id: int = field(default=0, compare=False)
