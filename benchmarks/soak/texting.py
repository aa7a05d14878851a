"""SMS at a steady rate, each from another member, brought again until accepted."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from queue import PriorityQueue
from threading import Event
from typing import Self

from urllib3.exceptions import HTTPError

from benchmarks.members import made_up
from benchmarks.soak.ledger import Ledger, Sent
from tests.system.faults.fleet import Fleet

RETRY_SECONDS = 0.5
_THREADS = 16


@dataclass(frozen=True, order=True)
class _Due:
    """When to bring an SMS, by the monotonic clock; without one there are no more."""

    at: float
    sent: Sent | None = field(compare=False)


class Texting:
    """Texts in the background until so many seconds are over; ends with its block."""

    def __init__(
        self, fleet: Fleet, ledger: Ledger, rate: float, seconds: float
    ) -> None:
        self._fleet = fleet
        self._ledger = ledger
        self._rate = rate
        self.planned = round(rate * seconds)
        self._due: PriorityQueue[_Due] = PriorityQueue()
        self._is_over = Event()
        self._pool = ThreadPoolExecutor(_THREADS + 1)

    def __enter__(self) -> Self:
        flow = [self._plan, *[self._bring] * _THREADS]
        self._ends = [self._pool.submit(self._watched, work) for work in flow]
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for _ in range(_THREADS):
            self._due.put(_Due(0.0, None))
        self._pool.shutdown()

    @property
    def waiting(self) -> int:
        """How many SMS are due and not accepted yet."""
        return self._due.qsize()

    @property
    def is_planned(self) -> bool:
        """Whether the last SMS is due; raises what went wrong while texting."""
        for end in self._ends:
            if end.done():
                end.result()
        return self._ends[0].done()

    @property
    def is_done(self) -> bool:
        """Whether every SMS has been accepted."""
        return self.is_planned and self._ledger.accepted == self.planned

    def _watched(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException:
            self._is_over.set()
            raise

    def _plan(self) -> None:
        """Each SMS is due at its own moment, whatever became of the others."""
        start = time.monotonic()
        for number in range(self.planned):
            at = start + number / self._rate
            if self._is_over.wait(max(0.0, at - time.monotonic())):
                return
            self._due.put(_Due(at, Sent(number, time.time())))

    def _bring(self) -> None:
        while sent := (due := self._due.get()).sent:
            if self._is_over.wait(max(0.0, due.at - time.monotonic())):
                return
            if (status := self._bring_once(sent)) == HTTPStatus.OK:
                self._ledger.enter(sent)
            else:
                self._ledger.count_refusal(status)
                self._due.put(replace(due, at=time.monotonic() + RETRY_SECONDS))

    def _bring_once(self, sent: Sent) -> int | None:
        """What the webhook answered, if it did."""
        [member] = made_up(range(sent.number, sent.number + 1))
        try:
            return self._fleet.offer(member.phone, member.text)
        except HTTPError:
            return None
