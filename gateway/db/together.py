"""What many threads ask for in the same moment is done for all of them at once.

A commit costs much more than another row in it, so SMS that come while one is being
committed share the next one (group commit).
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from gateway.messages import GatewayError

# Who had company waits so long for more of it; who comes alone waits for nobody.
GATHER_SECONDS = 0.004
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Together(Generic[_Item, _Result]):
    """Hands over to `work` what has gathered; it gives a result for each, in order.

    No thread of its own: whoever comes first works for those who came meanwhile.
    """

    def __init__(self, work: Callable[[Sequence[_Item]], Sequence[_Result]]) -> None:
        self._work = work
        self._gathered: list[tuple[_Item, Future[_Result]]] = []
        self._gathering = threading.Lock()
        self._turn = threading.Lock()
        self._had_company = False

    def ask(self, item: _Item) -> _Result:
        """Wait until it is done, by this thread or another. Raises what `work` does."""
        wish: Future[_Result] = Future()
        with self._gathering:
            self._gathered.append((item, wish))
        with self._turn:
            if not wish.done():
                self._work_off(self._taken())
        return wish.result()

    def _taken(self) -> list[tuple[_Item, Future[_Result]]]:
        if self._had_company:
            time.sleep(GATHER_SECONDS)
        with self._gathering:
            taken, self._gathered = self._gathered, []
        self._had_company = len(taken) > 1
        return taken

    def _work_off(self, wishes: list[tuple[_Item, Future[_Result]]]) -> None:
        """One bad wish must not fail the others; a machine that is away fails all."""
        try:
            results = self._work([item for item, _ in wishes])
        except Exception as error:
            if len(wishes) > 1 and not isinstance(error, GatewayError):
                for wish in wishes:
                    self._work_off([wish])
                return
            for _, future in wishes:
                future.set_exception(error)
            return
        for (_, future), result in zip(wishes, results, strict=True):
            future.set_result(result)
