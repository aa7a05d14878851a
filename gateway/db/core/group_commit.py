"""What many threads ask for in the same moment is done for all of them at once.

A commit costs much more than another row in it, so SMS that come while one is being
committed share the next one (group commit).
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from gateway.domain.errors import DatabaseRefuses, DatabaseUnavailable

# Who had company waits so long for more of it; who comes alone waits for nobody.
GATHER_SECONDS = 0.004
# A database that is frozen answers nothing at all. Below the 15 s after which Twilio
# gives a webhook up, and above what SQLite waits for its lock.
PATIENCE_SECONDS = 8.0
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class GroupCommit(Generic[_Item, _Result]):
    """Hands over to `work` what has gathered; it gives a result for each, in order.

    No thread of its own: whoever comes first works for those who came meanwhile. While
    he has been at it longer than `patience` seconds the others are not kept waiting.
    """

    def __init__(
        self,
        work: Callable[[Sequence[_Item]], Sequence[_Result]],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._work = work
        self._patience = patience
        self._gathered: list[tuple[_Item, Future[_Result]]] = []
        self._gathering = threading.Lock()
        self._turn = threading.Lock()
        self._began = 0.0
        self._had_company = False

    def ask(self, item: _Item) -> _Result:
        """Wait until it is done, by this thread or another.

        Raises what `work` does, and DatabaseUnavailable when it takes too long: what is
        asked may be done all the same, later.
        """
        wish: Future[_Result] = Future()
        with self._gathering:
            self._gathered.append((item, wish))
        self._await_turn()
        try:
            if not wish.done():
                self._work_off(self._taken())
        finally:
            self._turn.release()
        return wish.result()

    def _await_turn(self) -> None:
        """Patience is counted from when the work in hand began."""
        if not self._turn.acquire(blocking=False):
            waited = time.monotonic() - self._began
            if not self._turn.acquire(timeout=max(0.0, self._patience - waited)):
                msg = "the database does not answer"
                raise DatabaseUnavailable(msg)
        self._began = time.monotonic()

    def _taken(self) -> list[tuple[_Item, Future[_Result]]]:
        if self._had_company:
            time.sleep(GATHER_SECONDS)
        with self._gathering:
            taken, self._gathered = self._gathered, []
        self._had_company = len(taken) > 1
        return taken

    def _work_off(self, wishes: list[tuple[_Item, Future[_Result]]]) -> None:
        """Work for each alone where the batch fails, unless the database is away."""
        try:
            results = self._work([item for item, _ in wishes])
        except Exception as error:
            if len(wishes) > 1 and not _is_away(error):
                for wish in wishes:
                    self._work_off([wish])
                return
            for _, future in wishes:
                future.set_exception(error)
            return
        for (_, future), result in zip(wishes, results, strict=True):
            future.set_result(result)


def _is_away(error: Exception) -> bool:
    """Whether nothing else can be done either, so that nobody is tried alone."""
    is_unavailable = isinstance(error, DatabaseUnavailable)
    return is_unavailable and not isinstance(error, DatabaseRefuses)
