"""Threads that work off what the message log holds, woken or by themselves."""

import logging
import threading
import time
from collections.abc import Callable

from gateway.messages import GatewayError

LOOK_EVERY_SECONDS = 5.0

log = logging.getLogger(__name__)


class Drain(threading.Thread):
    """Does one kind of work until nothing is left, then waits for a wake-up.

    `every` is after how many seconds it looks unasked; None means never.
    """

    def __init__(self, task: str, work: Callable[[], int], every: float | None) -> None:
        super().__init__(name=f"drain-{task}", daemon=True)
        self._task = task
        self._work = work
        self._every = every
        self._woken = threading.Event()
        self._stopping = threading.Event()
        if every is not None:
            self._woken.set()

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the batch in hand, then end."""
        self._stopping.set()
        self._woken.set()

    def run(self) -> None:
        """Work; a fault is logged and the work tried again at the next look."""
        while True:
            self._woken.wait(self._every)
            # Cleared before anything is looked at: what comes now is another wake-up.
            self._woken.clear()
            if self._stopping.is_set():
                return
            self._work_off()

    def _work_off(self) -> None:
        try:
            while self._work() and not self._stopping.is_set():
                pass
        except GatewayError as error:
            facts = {"task": self._task, "why": str(error)}
            log.warning("drain has to wait", extra=facts)
        except Exception:
            log.exception("drain broke", extra={"task": self._task})


class Drains:
    """The drains of this process; between them a nudge needs no Redis."""

    def __init__(self) -> None:
        self._drains: dict[str, Drain] = {}

    @property
    def tasks(self) -> list[str]:
        """What can be nudged here."""
        return list(self._drains)

    def add(
        self,
        task: str,
        work: Callable[[], int],
        every: float | None = LOOK_EVERY_SECONDS,
    ) -> None:
        """Do `work` whenever `task` is nudged; it returns how much it did."""
        self._drains[task] = Drain(task, work, every)

    def nudge(self, task: str) -> None:
        """Wake the drain for this task, if this process has one."""
        if drain := self._drains.get(task):
            drain.wake()

    def start(self) -> None:
        """Begin to work in the background."""
        for drain in self._drains.values():
            drain.start()

    def stop(self, timeout: float) -> None:
        """Let the batches in hand finish, for at most `timeout` seconds in all."""
        deadline = time.monotonic() + timeout
        for drain in self._drains.values():
            drain.stop()
        for drain in self._drains.values():
            drain.join(max(0.0, deadline - time.monotonic()))
