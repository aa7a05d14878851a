"""Threads that work off what the message log holds, woken or by themselves."""

import logging
import math
import threading
import time
from collections.abc import Callable

from gateway.domain.errors import GatewayError

LOOK_EVERY_SECONDS = 5.0
# Between two looks of a drain that found work: what comes meanwhile is one batch. It
# gathers as long as it worked, so that a busy machine gets bigger batches, not more.
SHORTEST_GATHER = 0.015
LONGEST_GATHER = 0.04

log = logging.getLogger(__name__)


class WorkLoop(threading.Thread):
    """Does one kind of work until nothing is left, then waits for a wake-up.

    `every` is after how many seconds it looks unasked; None means never. While it works
    it needs no nudges: before it looks for the last time it calls `resting`; whoever
    nudges it after that wakes it again.
    """

    def __init__(
        self,
        task: str,
        work: Callable[[], int],
        every: float | None,
        resting: Callable[[str], None],
    ) -> None:
        super().__init__(name=f"drain-{task}", daemon=True)
        self._task = task
        self._work = work
        self._resting = resting
        self._every = math.inf if every is None else every
        self._changed = threading.Condition()
        self._look_at = math.inf if every is None else 0.0
        self._stopping = False

    def wake(self, delay: float = 0.0) -> None:
        """Look for work in `delay` seconds, if not sooner."""
        with self._changed:
            self._look_at = min(self._look_at, time.monotonic() + delay)
            self._changed.notify()

    def stop(self) -> None:
        """Finish the batch in hand, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def run(self) -> None:
        """Work; a fault is logged and the work tried again at the next look."""
        while self._wait():
            self._work_off()

    def _wait(self) -> bool:
        """Until it is time to look; False when there is nothing more to do, ever."""
        with self._changed:
            while not self._stopping:
                left = self._look_at - time.monotonic()
                if left <= 0:
                    # Set before anything is looked at: what comes now wakes us again.
                    self._look_at = time.monotonic() + self._every
                    return True
                self._changed.wait(min(left, threading.TIMEOUT_MAX))
            return False

    def _work_off(self) -> None:
        try:
            self._work_until_done()
            self._resting(self._task)
            self._work_until_done()
        except GatewayError as error:
            facts = {"task": self._task, "why": str(error)}
            log.warning("drain has to wait", extra=facts)
        except Exception:
            log.exception("drain broke", extra={"task": self._task})

    def _work_until_done(self) -> None:
        began = time.monotonic()
        while self._work() and not self._stopping:
            worked = time.monotonic() - began
            time.sleep(min(max(worked, SHORTEST_GATHER), LONGEST_GATHER))
            began = time.monotonic()


class WorkLoops:
    """The drains of this process; between them a nudge needs no Redis."""

    def __init__(self) -> None:
        self._loops: dict[str, WorkLoop] = {}
        # Told of each task whose drain is about to rest.
        self.resting: Callable[[str], None] = lambda task: None

    @property
    def tasks(self) -> list[str]:
        """What can be nudged here."""
        return list(self._loops)

    def add(
        self,
        task: str,
        work: Callable[[], int],
        every: float | None = LOOK_EVERY_SECONDS,
    ) -> None:
        """Do `work` whenever `task` is nudged; it returns how much it did."""
        self._loops[task] = WorkLoop(task, work, every, lambda it: self.resting(it))

    def notify(self, task: str, delay: float = 0.0) -> None:
        """Wake the drain for this task, if this process has one."""
        if loop := self._loops.get(task):
            loop.wake(delay)

    def start(self) -> None:
        """Begin to work in the background."""
        for loop in self._loops.values():
            loop.start()

    def stop(self, timeout: float) -> None:
        """Let the batches in hand finish, for at most `timeout` seconds in all."""
        deadline = time.monotonic() + timeout
        for loop in self._loops.values():
            loop.stop()
        for loop in self._loops.values():
            loop.join(max(0.0, deadline - time.monotonic()))
