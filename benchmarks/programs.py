"""Start the programs of one installation, wait for them, end them by their own id."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import urllib3

from benchmarks.carrier import COUNT_PATH
from benchmarks.serving import HOST
from gateway.devserver.supervisor import Child, Supervisor

START_SECONDS = 30.0
_POLL_SECONDS = 0.05

Environment = Mapping[str, str]


class ProgramFailed(Exception):
    """A program did not start, did not end, or ended although nobody asked it to."""


class Programs:
    """Runs programs; their output goes to files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._supervisor = Supervisor()

    def start(self, name: str, env: Environment, module: str, *options: str) -> int:
        """Start a module of Python; its process id."""
        return self.start_command(name, env, [sys.executable, "-m", module, *options])

    def start_command(self, name: str, env: Environment, command: list[str]) -> int:
        """Start any program; its process id."""
        child = Child(name, command, env, self._folder / f"{name}.log")
        self._supervisor.start(child)
        assert child.process is not None
        return child.process.pid

    def start_carrier(self, env: Environment, port: int, *options: str) -> int:
        """Start the carrier and wait for it; its process id. Raises ProgramFailed."""
        module = "benchmarks.carrier"
        pid = self.start("carrier", env, module, "--port", str(port), *options)
        self.await_answer(address(port) + COUNT_PATH)
        return pid

    def run(
        self, name: str, env: Environment, module: str, *options: str, seconds: float
    ) -> None:
        """Run a program to its end. Raises ProgramFailed."""
        log = self._folder / f"{name}.log"
        try:
            with log.open("ab") as output:
                subprocess.run(
                    [sys.executable, "-m", module, *options],
                    env=env,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=seconds,
                    check=True,
                )
        except subprocess.SubprocessError as error:
            msg = f"{name} failed, see {log}"
            raise ProgramFailed(msg) from error

    def await_answer(self, url: str) -> None:
        """Wait until something answers there. Raises ProgramFailed."""
        deadline = time.monotonic() + START_SECONDS
        while not _answers(url):
            if dead := self._supervisor.first_dead():
                msg = f"{dead} has ended, see {self._folder / dead}.log"
                raise ProgramFailed(msg)
            if time.monotonic() > deadline:
                msg = f"no answer from {url}, see {self._folder}"
                raise ProgramFailed(msg)
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """End everything that was started."""
        self._supervisor.stop()


@contextmanager
def programs_in(folder: Path) -> Iterator[Programs]:
    """Programs that end with the block."""
    programs = Programs(folder)
    try:
        yield programs
    finally:
        programs.stop()


def address(port: int) -> str:
    """The URL of what listens there."""
    return f"http://{HOST}:{port}"


def _answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, retries=False).status < 500
    except urllib3.exceptions.HTTPError:
        return False
