"""Where batches are prepared: in this process, or in several beside it.

The others give way to whatever answers SMS on the same machine, end with this process,
and are given the keys through a pipe.
"""

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process

from gateway.directory.merging import Entry
from gateway.directory.sealing import Prepared, Preparer
from gateway.messages import GatewayError
from gateway.privacy import Vault

# Below that starting processes takes longer than the work, some thousand members.
SMALL_BYTES = 1_000_000
_NICENESS = 10
# So many batches wait for each process; a file is read no further ahead.
_AHEAD = 2

Batch = Sequence[Entry]
MakeVault = Callable[[], Vault]


class WorkerLost(GatewayError):
    """A process that prepared members has died, for instance for want of memory."""


def prepared(
    batches: Iterable[Batch], preparer: Preparer, make_vault: MakeVault, size: int
) -> Iterator[Prepared]:
    """What comes of each batch, in order; `size` is that of the members' file."""
    if size < SMALL_BYTES:
        vault = make_vault()
        return (preparer.prepare(batch, vault) for batch in batches)
    return _in_processes(batches, preparer, make_vault)


def _in_processes(
    batches: Iterable[Batch], preparer: Preparer, make_vault: MakeVault
) -> Iterator[Prepared]:
    count = len(os.sched_getaffinity(0))
    pool = ProcessPoolExecutor(
        count, get_context("spawn"), _begin, (preparer, make_vault)
    )
    try:
        waiting: deque[Future[Prepared]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_prepare, batch))
            if len(waiting) > count * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        msg = "a process that prepares members has died; nothing was changed"
        raise WorkerLost(msg) from error
    finally:
        pool.shutdown(cancel_futures=True)


class _Bench:
    """What a process of the pool works with."""

    preparer: Preparer
    vault: Vault


def _begin(preparer: Preparer, make_vault: MakeVault) -> None:
    _Bench.preparer, _Bench.vault = preparer, make_vault()
    gc.freeze()
    os.nice(_NICENESS)
    # Ctrl-C is for the first process, which ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(1)


def _prepare(batch: Batch) -> Prepared:
    return _Bench.preparer.prepare(batch, _Bench.vault)
