"""Operators pause and resume sending on a channel."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from gateway.db.messages.channel_state import Channels
from gateway.domain.audit import AuditEntry


@dataclass(frozen=True)
class ChannelControl:
    """Pauses and resumes the channels of this installation."""

    store: Channels
    names: Collection[str]
    notify: Callable[[str], None]

    def pause(self, name: str, entry: AuditEntry) -> None:
        """Send nothing until an operator resumes; late replies expire."""
        self.store.pause(name, entry)

    def resume(self, name: str, entry: AuditEntry) -> bool:
        """Resume sending, whoever paused it; False if it was not paused."""
        is_done = self.store.resume(name, entry)
        self.notify("deliver")
        return is_done
