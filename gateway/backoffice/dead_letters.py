"""What operators decide about dead letters and about replies in doubt."""

from collections.abc import Callable

from gateway.db.messages.dead_letters import DeadLetterStore
from gateway.domain.audit import AuditEntry
from gateway.domain.policy import Policy


class DeadLetters:
    """Retries and dismisses dead letters; settles what the carrier could not prove."""

    def __init__(
        self, store: DeadLetterStore, policy: Policy, notify: Callable[[str], None]
    ) -> None:
        self._store = store
        self._policy = policy
        self._notify = notify

    def retry(self, message_id: int, entry: AuditEntry) -> bool:
        """Answer a dead letter as if it had just come; False if it is none.

        Past retention its text is gone, and there is nothing left to answer.
        """
        is_done = self._store.retry(message_id, entry)
        self._notify("answer")
        return is_done

    def dismiss(self, message_id: int, entry: AuditEntry) -> bool:
        """Leave a dead letter unanswered, for good; False if it is none."""
        return self._store.dismiss(message_id, entry)

    def mark_sent(self, reply_id: int, entry: AuditEntry) -> bool:
        """The carrier has a reply in doubt; False if it is in none."""
        until = entry.at + self._policy.receipt_patience
        return self._store.mark_sent(reply_id, until, entry)

    def mark_all_sent(self, up_to: int, entry: AuditEntry) -> int:
        """The carrier has all listed replies in doubt up to this one; how many."""
        until = entry.at + self._policy.receipt_patience
        questions = self._policy.carrier_questions
        return self._store.mark_all_sent(up_to, questions, until, entry)

    def mark_unsent(self, reply_id: int, entry: AuditEntry) -> bool:
        """The carrier does not have it: send it again, or let it expire if too late."""
        is_done = self._store.mark_unsent(reply_id, entry)
        self._notify("deliver")
        return is_done

    def mark_all_unsent(self, up_to: int, entry: AuditEntry) -> int:
        """The carrier has none of the listed replies up to this one; how many."""
        questions = self._policy.carrier_questions
        count = self._store.mark_all_unsent(up_to, questions, entry)
        self._notify("deliver")
        return count
