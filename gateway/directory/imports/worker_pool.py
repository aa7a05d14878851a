"""Prepare batches of members in this process or in a pool of worker processes.

The workers run at low priority, so that programs that answer SMS come first. They end
with this process and receive the keys through a pipe. A ProcessPoolExecutor would hang
when one of them dies (docs/decisions/0045-import-processes.md).
"""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

from gateway.directory.imports.merge import Entry
from gateway.directory.imports.prepare import Prepared, Preparer
from gateway.domain.errors import GatewayError
from gateway.security.cipher import Cipher

# A smaller file, of some thousand members, is read faster than processes start.
SMALL_BYTES = 1_000_000
_NICENESS = 10
_JOIN_SECONDS = 5.0

Batch = Sequence[Entry]
MakeCipher = Callable[[], Cipher]


class WorkerLost(GatewayError):
    """A worker process has died, for instance because memory ran out."""

    def __init__(self) -> None:
        super().__init__(
            "a process that prepares members has died; nothing was changed"
        )


def prepare_all(
    batches: Iterable[Batch], preparer: Preparer, make_cipher: MakeCipher, size: int
) -> Iterator[Prepared]:
    """Prepare all batches in order; `size` is that of the members' file, in bytes."""
    if size < SMALL_BYTES:
        cipher = make_cipher()
        return (preparer.prepare(batch, cipher) for batch in batches)
    return _in_processes(batches, preparer, make_cipher)


def _in_processes(
    batches: Iterable[Batch], preparer: Preparer, make_cipher: MakeCipher
) -> Iterator[Prepared]:
    """Give each worker one batch at a time, which bounds memory.

    There is one worker more than cores, so that none is idle while this process writes.
    """
    count = len(os.sched_getaffinity(0)) + 1
    with ExitStack() as stack:
        idle = deque(
            stack.enter_context(_process(preparer, make_cipher)) for _ in range(count)
        )
        busy = deque[Connection]()
        try:
            for batch in batches:
                if not idle:
                    yield busy[0].recv()
                    idle.append(busy.popleft())
                busy.append(idle.popleft())
                busy[-1].send(batch)
            while busy:
                yield busy.popleft().recv()
        except (EOFError, OSError) as error:
            raise WorkerLost from error


@contextmanager
def _process(preparer: Preparer, make_cipher: MakeCipher) -> Iterator[Connection]:
    """Run a worker that prepares batches until its pipe is closed."""
    context = get_context("spawn")
    near_end, far_end = context.Pipe()
    process = context.Process(target=_work, args=(far_end, preparer, make_cipher))
    process.start()
    far_end.close()
    try:
        yield near_end
    finally:
        near_end.close()
        process.join(_JOIN_SECONDS)
        process.kill()
        process.join()
        process.close()


def _work(pipe: Connection, preparer: Preparer, make_cipher: MakeCipher) -> None:
    cipher = make_cipher()
    gc.freeze()
    os.nice(_NICENESS)
    # Ctrl-C reaches all processes: leave it to the parent, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            pipe.send(preparer.prepare(pipe.recv(), cipher))
    except (EOFError, OSError):
        # The parent has closed the pipe or has ended.
        return
