"""Accepted messages on disk while the database is away: sealed, fsynced, bounded."""

import json
import logging
import os
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gateway.messages import (
    Consent,
    GatewayError,
    InboundMessage,
    SenderKind,
)
from gateway.privacy import SealBroken, Vault

# About 100 MB on most file systems: half an hour of a burst at 25 a second.
MOST_MESSAGES = 50_000
COUNT_AGAIN_SECONDS = 1.0
_SUFFIX = ".sms"

log = logging.getLogger(__name__)


class SpoolFull(GatewayError):
    """The message could not be kept; the carrier has to bring it again."""


class Spool:
    """A folder of messages that wait for the database, one file each."""

    def __init__(self, folder: Path, vault: Vault, most: int = MOST_MESSAGES) -> None:
        self._folder = folder
        self._vault = vault
        self._most = most
        self._count = 0
        self._counted_at = float("-inf")

    def put(self, message: InboundMessage) -> None:
        """Keep a message so that a power cut does not lose it. Raises SpoolFull."""
        if self._is_full():
            msg = f"the spool holds {self._most} messages"
            raise SpoolFull(msg)
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}"
        try:
            self._write(self._folder / name, self._vault.seal(_dump(message)))
        except OSError as error:
            msg = f"the spool cannot be written: {error.strerror}"
            raise SpoolFull(msg) from error
        self._count += 1

    def take_in(self, add: Callable[[InboundMessage], object]) -> int:
        """Bring what waits to the database, oldest first; how many messages.

        A message may be brought twice, by two processes or after a crash: `add` must
        know it by its provider id. What `add` raises leaves the file where it is.
        """
        files = sorted(self._folder.glob(f"*{_SUFFIX}"))
        for file in files:
            self._take_in(file, add)
        return len(files)

    def _take_in(self, file: Path, add: Callable[[InboundMessage], object]) -> None:
        try:
            message = _load(self._vault.unseal(file.read_bytes()))
        except FileNotFoundError:
            return  # another process was faster
        except (SealBroken, ValueError, KeyError):
            log.exception("spooled message is damaged", extra={"file": file.name})
            file.rename(file.with_suffix(".damaged"))
            return
        add(message)
        file.unlink(missing_ok=True)

    def _is_full(self) -> bool:
        if time.monotonic() - self._counted_at > COUNT_AGAIN_SECONDS:
            self._count = sum(1 for _ in self._folder.glob(f"*{_SUFFIX}"))
            self._counted_at = time.monotonic()
        return self._count >= self._most

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all: written aside, synced, renamed, the folder synced."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path.with_suffix(_SUFFIX))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _dump(message: InboundMessage) -> str:
    return json.dumps(vars(message) | {"received_at": message.received_at.isoformat()})


def _load(text: str) -> InboundMessage:
    fields = json.loads(text)
    return InboundMessage(
        **fields
        | {
            "received_at": datetime.fromisoformat(fields["received_at"]),
            "sender_kind": SenderKind(fields["sender_kind"]),
            "consent": fields["consent"] and Consent(fields["consent"]),
        }
    )
