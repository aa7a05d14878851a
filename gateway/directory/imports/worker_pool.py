"""Where batches are prepared: in this process, or in several beside it.

The others give way to whatever answers SMS on the same machine, end with this process,
and are given the keys through a pipe.
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
MakeVault = Callable[[], Cipher]


class WorkerLost(GatewayError):
    """A process that prepared members has died, for instance for want of memory."""

    def __init__(self) -> None:
        super().__init__(
            "a process that prepares members has died; nothing was changed"
        )


def prepared(
    batches: Iterable[Batch], preparer: Preparer, make_cipher: MakeVault, size: int
) -> Iterator[Prepared]:
    """What comes of each batch, in order; `size` is that of the members' file."""
    if size < SMALL_BYTES:
        cipher = make_cipher()
        return (preparer.prepare(batch, cipher) for batch in batches)
    return _in_processes(batches, preparer, make_cipher)


def _in_processes(
    batches: Iterable[Batch], preparer: Preparer, make_cipher: MakeVault
) -> Iterator[Prepared]:
    """One batch at a time for each process, so that neither end waits to be read.

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
def _process(preparer: Preparer, make_cipher: MakeVault) -> Iterator[Connection]:
    """A process that prepares what it is sent, until the pipe to it is closed."""
    context = get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_prepare, args=(its, preparer, make_cipher))
    process.start()
    its.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(_PATIENCE_SECONDS)
        process.kill()
        process.join()
        process.close()


def _prepare(pipe: Connection, preparer: Preparer, make_cipher: MakeVault) -> None:
    cipher = make_cipher()
    gc.freeze()
    os.nice(_NICENESS)
    # Ctrl-C is for the first process, which ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            pipe.send(preparer.prepare(pipe.recv(), cipher))
    except (EOFError, OSError):
        # Nobody wants any more.
        return
