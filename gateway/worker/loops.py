"""Threads that do waiting work when they are woken, and look for it regularly."""

import logging
import math
import threading
import time
from collections.abc import Callable

from gateway.domain.errors import GatewayError

LOOK_EVERY_SECONDS = 5.0
# The pause between two batches: what arrives meanwhile is one batch. It is as long as
# the batch took, so that a busy machine gets bigger batches, not more.
SHORTEST_GATHER = 0.015
LONGEST_GATHER = 0.04

log = logging.getLogger(__name__)


class WorkLoop(threading.Thread):
    """Does one kind of work until nothing is left, then waits for a wake-up.

    It also looks for work every `every` seconds; None means never. When no work is left
    it calls `before_rest` and looks once more: that look finds the work of wake-ups
    sent before the call, and wake-ups sent after it make the loop look again.
    """

    def __init__(
        self,
        task: str,
        work: Callable[[], int],
        every: float | None,
        before_rest: Callable[[str], None],
    ) -> None:
        super().__init__(name=f"loop-{task}", daemon=True)
        self._task = task
        self._work = work
        self._before_rest = before_rest
        self._every = math.inf if every is None else every
        self._changed = threading.Condition()
        self._look_at = math.inf if every is None else 0.0
        self._stopping = False

    def wake(self, delay: float = 0.0) -> None:
        """Look for work in `delay` seconds, or sooner if that is already planned."""
        with self._changed:
            self._look_at = min(self._look_at, time.monotonic() + delay)
            self._changed.notify()

    def stop(self) -> None:
        """Finish the batch in hand, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def run(self) -> None:
        """Work until stopped; after an error, log it and retry at the next look."""
        while self._wait():
            self._work_off()

    def _wait(self) -> bool:
        """Wait until it is time to look; False when the loop has to end."""
        with self._changed:
            while not self._stopping:
                left = self._look_at - time.monotonic()
                if left <= 0:
                    # Set before the look, so that a wake-up during it counts.
                    self._look_at = time.monotonic() + self._every
                    return True
                self._changed.wait(min(left, threading.TIMEOUT_MAX))
            return False

    def _work_off(self) -> None:
        try:
            self._work_until_done()
            self._before_rest(self._task)
            self._work_until_done()
        except GatewayError as error:
            facts = {"task": self._task, "why": str(error)}
            log.warning("work loop has to wait", extra=facts)
        except Exception:
            log.exception("work loop failed", extra={"task": self._task})

    def _work_until_done(self) -> None:
        began = time.monotonic()
        while self._work() and not self._stopping:
            worked = time.monotonic() - began
            time.sleep(min(max(worked, SHORTEST_GATHER), LONGEST_GATHER))
            began = time.monotonic()


class WorkLoops:
    """The work loops of this process; they wake each other without Valkey."""

    def __init__(self) -> None:
        self._loops: dict[str, WorkLoop] = {}
        # Called with the task of a loop that has no work left.
        self.before_rest: Callable[[str], None] = lambda task: None

    @property
    def tasks(self) -> list[str]:
        """The tasks that can be woken here."""
        return list(self._loops)

    def add(
        self,
        task: str,
        work: Callable[[], int],
        every: float | None = LOOK_EVERY_SECONDS,
    ) -> None:
        """Do `work` whenever `task` is woken; it returns how much it did."""
        self._loops[task] = WorkLoop(
            task, work, every, lambda task: self.before_rest(task)
        )

    def notify(self, task: str, delay: float = 0.0) -> None:
        """Wake the loop for this task, if this process has one."""
        if loop := self._loops.get(task):
            loop.wake(delay)

    def start(self) -> None:
        for loop in self._loops.values():
            loop.start()

    def stop(self, timeout: float) -> None:
        """Let the batches in hand finish, for at most `timeout` seconds in all."""
        deadline = time.monotonic() + timeout
        for loop in self._loops.values():
            loop.stop()
        for loop in self._loops.values():
            loop.join(max(0.0, deadline - time.monotonic()))
