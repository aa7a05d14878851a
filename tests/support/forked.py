"""Run commands of the gateway in processes forked from one that has imported it.

Importing the gateway takes 1.5 s of CPU, and the tests start hundreds of processes.
Each is a process of its own, with its own environment, folder, log and process group.
"""

import contextlib
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_PRELOADED = [
    # First, so that nothing else holds a clock that cannot be shifted.
    "tests.system.faults.shifted.sitecustomize",
    *("gateway.app", "tests.system.faults.mortal"),
    # A command is otherwise imported when it is called.
    *("gateway.cli.servers", "gateway.cli.worker", "gateway.cli.participants"),
    "tests.support.read_topics",
]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(_PRELOADED)


class ForkedProcess:
    """`python -m module arguments` without the time that Python takes to start."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        env: Mapping[str, str],
        cwd: Path,
    ) -> None:
        self._process = _context.Process(
            target=_run, args=(list(command), log, dict(env), cwd)
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to it alone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self) -> int | None:
        """Wait for its end; its exit code."""
        self._process.join()
        return self._process.exitcode


def _run(command: list[str], log: Path, env: dict[str, str], cwd: Path) -> None:
    os.setsid()
    # As in a process that Python starts; the web server forks its own.
    multiprocessing.set_start_method("fork", force=True)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
