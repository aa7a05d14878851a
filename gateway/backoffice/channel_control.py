"""Operators pause and resume sending on a channel."""

from collections.abc import Callable, Collection

from gateway.db.messages.channel_state import Channels
from gateway.domain.audit import AuditEntry


class ChannelControl:
    """Pauses and resumes the channels of this installation."""

    def __init__(
        self,
        store: Channels,
        names: Collection[str],
        notify: Callable[[str], None],
    ) -> None:
        self._store = store
        self._notify = notify
        self.names = names

    def pause(self, name: str, entry: AuditEntry) -> None:
        """Send nothing until an operator resumes; late replies expire."""
        self._store.pause(name, entry)

    def resume(self, name: str, entry: AuditEntry) -> bool:
        """Resume sending, whoever paused it; False if it was not paused."""
        is_done = self._store.resume(name, entry)
        self._notify("deliver")
        return is_done
