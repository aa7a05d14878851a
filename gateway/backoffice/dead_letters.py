"""Operators' decisions about dead letters and replies in doubt."""

from collections.abc import Callable

from gateway.db.messages.dead_letters import DeadLetterStore
from gateway.domain.audit import AuditEntry
from gateway.domain.policy import Policy


class DeadLetters:
    """Retries and dismisses dead letters; settles replies in doubt."""

    def __init__(
        self, store: DeadLetterStore, policy: Policy, notify: Callable[[str], None]
    ) -> None:
        self._store = store
        self._policy = policy
        self._notify = notify

    def retry(self, message_id: int, entry: AuditEntry) -> bool:
        """Answer a dead letter as if it had just come.

        False if there is no such dead letter, or if retention has deleted its text.
        """
        is_done = self._store.retry(message_id, entry)
        self._notify("answer")
        return is_done

    def dismiss(self, message_id: int, entry: AuditEntry) -> bool:
        """Leave a dead letter unanswered for good; False if there is none."""
        return self._store.dismiss(message_id, entry)

    def mark_sent(self, reply_id: int, entry: AuditEntry) -> bool:
        """Record that the carrier has a reply; False if it is not in doubt."""
        until = entry.at + self._policy.receipt_patience
        return self._store.mark_sent(reply_id, until, entry)

    def mark_all_sent(self, up_to: int, entry: AuditEntry) -> int:
        """Record that the carrier has all listed replies up to this id; how many."""
        until = entry.at + self._policy.receipt_patience
        questions = self._policy.carrier_questions
        return self._store.mark_all_sent(up_to, questions, until, entry)

    def mark_unsent(self, reply_id: int, entry: AuditEntry) -> bool:
        """Send a reply again that the carrier does not have; too late, it expires."""
        is_done = self._store.mark_unsent(reply_id, entry)
        self._notify("deliver")
        return is_done

    def mark_all_unsent(self, up_to: int, entry: AuditEntry) -> int:
        """Send all listed replies up to this id again; how many."""
        questions = self._policy.carrier_questions
        count = self._store.mark_all_unsent(up_to, questions, entry)
        self._notify("deliver")
        return count
