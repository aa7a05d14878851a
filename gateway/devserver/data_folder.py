"""The data folder of `gateway up`: one gateway at a time, private to its owner."""

import fcntl
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.devserver.environment import make_secrets
from gateway.domain.errors import GatewayError

# The files that we write into the folder; SQLite also writes a log beside its file.
_OURS = ("gateway.db*", "lock", "metrics", "spool", "valkey*", "secrets.json")


class CannotStart(GatewayError):
    """`gateway up` cannot start; the message is one line."""


@dataclass(frozen=True)
class DataFolder:
    """Database, spool, secrets, metrics and Valkey's data of one embedded gateway."""

    path: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other gateways and other users out. Raises CannotStart."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (self.path / "lock").open("w")
        except OSError as error:
            msg = f"cannot write to the data folder {self.path}: {error.strerror}"
            raise CannotStart(msg) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                msg = f"another gateway is running on the data folder {self.path}"
                raise CannotStart(msg) from error
            self._make_private()
            yield

    def environment(self) -> dict[str, str]:
        """The settings that point here, with the secrets and an empty metrics folder.

        The first start makes the secrets.
        """
        metrics = self.path / "metrics"
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir()
        return self._secrets() | {
            "GATEWAY_DATABASE_URL": f"sqlite:///{self.path.resolve() / 'gateway.db'}",
            "GATEWAY_SPOOL_DIR": str(self.path.resolve() / "spool"),
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        }

    def _make_private(self) -> None:
        """Deny access to other users, also for files that will be written later."""
        os.umask(0o077)
        for pattern in _OURS:
            for path in self.path.glob(pattern):
                path.chmod(path.stat().st_mode & stat.S_IRWXU)

    def _secrets(self) -> dict[str, str]:
        path = self.path / "secrets.json"
        if not path.exists():
            part = path.with_suffix(".part")
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                json.dump(make_secrets(), file)
            part.rename(path)
        loaded: dict[str, str] = json.loads(path.read_text())
        return loaded
