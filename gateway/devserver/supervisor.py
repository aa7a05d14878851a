"""Keep child processes running, and end all of them."""

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE_SECONDS = 6.0
RESTART_SECONDS = 1.0
_POLL_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1

log = logging.getLogger(__name__)


@dataclass
class Child:
    """A program to keep running; a foundation is stopped after all others."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log_file: Path | None = None
    is_foundation: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start the program in a process group of its own."""
        output = self.log_file.open("ab") if self.log_file else None
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        self.started_at = time.monotonic()
        if output:
            output.close()

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: int) -> None:
        """Send a signal to the process group, which includes the program's children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Starts children in order, restarts those that die, stops all of them."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._stopping = threading.Event()

    def start(self, child: Child) -> None:
        """Start a child and supervise it."""
        child.start()
        self._children.append(child)

    def stop_on_signals(self) -> None:
        """End `watch` on Ctrl-C and SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stopping.set())

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def first_dead(self) -> str | None:
        """The name of a child that has died, if there is one."""
        return next((child.name for child in self._children if child.has_died()), None)

    def watch(self) -> None:
        """Restart children that die, until a signal asks us to stop."""
        while not self._stopping.wait(_POLL_SECONDS):
            for child in self._children:
                if child.has_died():
                    self._restart(child)

    def stop(self) -> None:
        """Terminate every child, then kill what is left; foundations go last."""
        deadline = time.monotonic() + GRACE_SECONDS
        for is_foundation in (False, True):
            children = [
                child
                for child in self._children
                if child.is_foundation == is_foundation
            ]
            for child in children:
                child.signal(signal.SIGTERM)
            for child in children:
                _await_end(child, deadline)
                child.signal(signal.SIGKILL)

    def _restart(self, child: Child) -> None:
        assert child.process is not None
        facts = {"child": child.name, "exit_code": child.process.returncode}
        log.error("child died, restarting", extra=facts)
        child.signal(signal.SIGKILL)
        if time.monotonic() - child.started_at < RESTART_SECONDS:
            self._stopping.wait(RESTART_SECONDS)
        if not self._stopping.is_set():
            child.start()


def _await_end(child: Child, deadline: float) -> None:
    if child.process is None:
        return
    try:
        child.process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        log.warning("child has to be killed", extra={"child": child.name})


def _die_with_parent() -> None:
    """Let Linux terminate this child when its supervisor dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
