"""Prepare batches of members in this process, or in a pool of processes beside it.

The processes of the pool give way to whatever answers SMS on the same machine, end with
this process, and get the keys through a pipe. A ProcessPoolExecutor would hang when one
of them dies (docs/decisions/0045-import-processes.md).
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

# Below that starting processes takes longer than the work, some thousand members.
SMALL_BYTES = 1_000_000
_NICENESS = 10
_PATIENCE_SECONDS = 5.0

Batch = Sequence[Entry]
MakeCipher = Callable[[], Cipher]


class WorkerLost(GatewayError):
    """A process that prepared members has died, for instance for want of memory."""

    def __init__(self) -> None:
        super().__init__(
            "a process that prepares members has died; nothing was changed"
        )


def prepared(
    batches: Iterable[Batch], preparer: Preparer, make_cipher: MakeCipher, size: int
) -> Iterator[Prepared]:
    """Prepare each batch, in order; `size` is that of the members' file."""
    if size < SMALL_BYTES:
        cipher = make_cipher()
        return (preparer.prepare(batch, cipher) for batch in batches)
    return _in_processes(batches, preparer, make_cipher)


def _in_processes(
    batches: Iterable[Batch], preparer: Preparer, make_cipher: MakeCipher
) -> Iterator[Prepared]:
    """Give each process one batch at a time, which bounds memory.

    One process more than cores: while this one writes, none of them is idle.
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
    """Run a process that prepares batches until the pipe to it is closed."""
    context = get_context("spawn")
    near_end, far_end = context.Pipe()
    process = context.Process(target=_work, args=(far_end, preparer, make_cipher))
    process.start()
    far_end.close()
    try:
        yield near_end
    finally:
        near_end.close()
        process.join(_PATIENCE_SECONDS)
        process.kill()
        process.join()
        process.close()


def _work(pipe: Connection, preparer: Preparer, make_cipher: MakeCipher) -> None:
    cipher = make_cipher()
    gc.freeze()
    os.nice(_NICENESS)
    # Ctrl-C is for the first process, which ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            pipe.send(preparer.prepare(pipe.recv(), cipher))
    except (EOFError, OSError):
        # The first process has closed the pipe, or has ended.
        return
