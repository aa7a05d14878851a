"""Group commit: concurrent inserts share one transaction.

A commit costs much more than another row in it, so what arrives while one transaction
commits waits for the next one, together.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from gateway.domain.errors import DatabaseRefuses, DatabaseUnavailable

# After a batch of several items the next batch waits this long for more; after a single
# item it does not wait.
GATHER_SECONDS = 0.004
# A frozen database never answers. Below the 15 s after which Twilio gives up a webhook,
# and above SQLite's busy timeout.
PATIENCE_SECONDS = 8.0
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class GroupCommit(Generic[_Item, _Result]):
    """Passes batches of items to `work`, which returns a result for each, in order.

    It has no thread of its own: the first thread works for those that submit meanwhile.
    These wait for it for at most `patience` seconds.
    """

    def __init__(
        self,
        work: Callable[[Sequence[_Item]], Sequence[_Result]],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._work = work
        self._patience = patience
        self._queue: list[tuple[_Item, Future[_Result]]] = []
        self._queue_lock = threading.Lock()
        self._work_lock = threading.Lock()
        self._work_began = 0.0
        self._was_shared = False

    def submit(self, item: _Item) -> _Result:
        """Wait until an item is done, by this thread or another.

        Raises what `work` raises, and DatabaseUnavailable when it takes too long; the
        item may be done later all the same.
        """
        future: Future[_Result] = Future()
        with self._queue_lock:
            self._queue.append((item, future))
        self._await_turn()
        try:
            if not future.done():
                self._work_off(self._take_queue())
        finally:
            self._work_lock.release()
        return future.result()

    def _await_turn(self) -> None:
        """Take the work lock; patience counts from the start of the running work."""
        if not self._work_lock.acquire(blocking=False):
            waited = time.monotonic() - self._work_began
            if not self._work_lock.acquire(timeout=max(0.0, self._patience - waited)):
                raise DatabaseUnavailable("the database does not answer")
        self._work_began = time.monotonic()

    def _take_queue(self) -> list[tuple[_Item, Future[_Result]]]:
        if self._was_shared:
            time.sleep(GATHER_SECONDS)
        with self._queue_lock:
            batch, self._queue = self._queue, []
        self._was_shared = len(batch) > 1
        return batch

    def _work_off(self, batch: list[tuple[_Item, Future[_Result]]]) -> None:
        """Work on a batch; if it fails with the database there, on each item alone."""
        try:
            results = self._work([item for item, _ in batch])
        except Exception as error:
            if len(batch) > 1 and not _is_away(error):
                for single in batch:
                    self._work_off([single])
                return
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)


def _is_away(error: Exception) -> bool:
    """Whether every other item would fail, too."""
    is_unavailable = isinstance(error, DatabaseUnavailable)
    return is_unavailable and not isinstance(error, DatabaseRefuses)
