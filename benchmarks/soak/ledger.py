"""What became of every accepted SMS, counted while more of them come.

The carrier forgets its oldest SMS, so a phone is looked at as soon as nothing more can
happen to its SMS: a reply expires after ten minutes.
"""

import threading
import time
from array import array
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from benchmarks.members import made_up
from gateway.domain.statuses import InboundStatus, OutboundStatus
from tests.system.faults.fleet import Fleet

FINAL_SECONDS = 15 * 60.0
# Several times as many as come between two looks.
MOST_AT_A_TIME = 50
_AT_ONCE = 8


@dataclass(frozen=True)
class Sent:
    """The SMS of the member with this number, and when it was due (wall clock)."""

    number: int
    at: float

    @property
    def phone(self) -> str:
        """The member's phone."""
        [member] = made_up(range(self.number, self.number + 1))
        return member.phone


class Ledger:
    """Counts by phones, and how long each reply took."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._lock = threading.Lock()
        self._open: deque[Sent] = deque()
        self._unanswered: list[str] = []
        self.accepted = 0
        # How often a webhook was answered what, or not at all.
        self.refused: Counter[str] = Counter()
        # How many phones heard back so often.
        self.replies_by_phone: Counter[int] = Counter()
        self.waits = array("d")

    def enter(self, sent: Sent) -> None:
        """An SMS was accepted."""
        with self._lock:
            self._open.append(sent)
            self.accepted += 1

    def count_refusal(self, status: int | None) -> None:
        """A webhook was not accepted; its SMS comes again."""
        with self._lock:
            self.refused[str(status or "no answer")] += 1

    def close_old(self) -> None:
        """Look at some phones to whose SMS nothing more can happen.

        Not at all of them: on a slow machine nothing else would break or be measured.
        """
        before = time.time() - FINAL_SECONDS
        for _ in range(MOST_AT_A_TIME):
            if not self._open or self._open[0].at >= before:
                return
            self._close(self._open.popleft())

    def close_all(self) -> None:
        """Look at all other phones."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._close, self._open))
        self._open.clear()

    def fates_of_unanswered(self) -> Counter[str]:
        """What the log says of the SMS whose phones heard nothing."""
        fates = self._fleet.fates(self._unanswered)
        reported = Counter(
            "set aside"
            if fate.status == InboundStatus.FAILED
            else str(fate.reply_status)
            for fate in fates
        )
        lost = len(self._unanswered) - len(fates)
        return reported + Counter({"lost": lost})

    @property
    def holds(self) -> bool:
        """Whether each was answered once, or is known not to have been."""
        known = {"set aside", OutboundStatus.EXPIRED.value}
        is_double = any(count > 1 for count in self.replies_by_phone)
        counted = self.replies_by_phone.total() == self.accepted
        return counted and not is_double and set(self.fates_of_unanswered()) <= known

    def _close(self, sent: Sent) -> None:
        received = self._fleet.received(sent.phone)
        with self._lock:
            self.replies_by_phone[len(received)] += 1
            if not received:
                self._unanswered.append(sent.phone)
                return
            came = datetime.fromisoformat(received[0]["at"]).timestamp()
            self.waits.append(came - sent.at)
