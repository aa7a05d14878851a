"""Operators' decisions about dead letters and replies in doubt."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.db.messages.dead_letters import DeadLetterStore
from gateway.domain.audit import AuditEntry
from gateway.domain.policy import Policy


@dataclass(frozen=True)
class DeadLetters:
    """Retries and dismisses dead letters; settles replies in doubt."""

    store: DeadLetterStore
    policy: Policy
    notify: Callable[[str], None]

    def retry(self, message_id: int, entry: AuditEntry) -> bool:
        """Answer a dead letter as if it had just come.

        False if there is no such dead letter, or if retention has deleted its text.
        """
        is_done = self.store.retry(message_id, entry)
        self.notify("answer")
        return is_done

    def dismiss(self, message_id: int, entry: AuditEntry) -> bool:
        """Leave a dead letter unanswered for good; False if there is none."""
        return self.store.dismiss(message_id, entry)

    def mark_sent(self, reply_id: int, entry: AuditEntry) -> bool:
        """Record that the carrier has a reply; False if it is not in doubt."""
        return self._mark_sent([reply_id], entry) == 1

    def mark_all_sent(self, up_to: int, entry: AuditEntry) -> int:
        """Record that the carrier has all listed replies up to this id; how many."""
        return self._mark_sent(self._listed(up_to), entry)

    def mark_unsent(self, reply_id: int, entry: AuditEntry) -> bool:
        """Send a reply again that the carrier does not have; too late, it expires."""
        return self._mark_unsent([reply_id], entry) == 1

    def mark_all_unsent(self, up_to: int, entry: AuditEntry) -> int:
        """Send all listed replies up to this id again; how many."""
        return self._mark_unsent(self._listed(up_to), entry)

    def _listed(self, up_to: int) -> list[int]:
        doubts = self.store.doubts(self.policy.carrier_questions)
        return [doubt.id for doubt in doubts if doubt.id <= up_to]

    def _mark_sent(self, reply_ids: list[int], entry: AuditEntry) -> int:
        until = entry.at + self.policy.receipt_patience
        return self.store.mark_sent(reply_ids, until, entry)

    def _mark_unsent(self, reply_ids: list[int], entry: AuditEntry) -> int:
        count = self.store.mark_unsent(reply_ids, entry)
        self.notify("deliver")
        return count
