"""What carriers bring while the database is away, on disk: sealed, fsynced, bounded."""

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
    DeliveryReceipt,
    GatewayError,
    InboundMessage,
    OutboundStatus,
    SenderKind,
)
from gateway.privacy import SealBroken, Vault

COUNT_AGAIN_SECONDS = 1.0
# Of files that wait, and of those that cannot be opened.
SUFFIX, DAMAGED_SUFFIX = ".sealed", ".damaged"

Arrival = InboundMessage | DeliveryReceipt

log = logging.getLogger(__name__)


class SpoolFull(GatewayError):
    """The message could not be kept; the carrier has to bring it again."""


class Spool:
    """A folder of SMS and receipts that wait for the database, one file each."""

    def __init__(self, folder: Path, vault: Vault, most: int) -> None:
        self._folder = folder
        self._vault = vault
        self._most = most
        self._count = 0
        self._counted_at = float("-inf")

    def put(self, arrived: Arrival) -> None:
        """Keep it so that a power cut does not lose it. Raises SpoolFull."""
        if self._is_full():
            msg = f"the spool holds {self._most} files"
            raise SpoolFull(msg)
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}"
        try:
            self._write(self._folder / name, self._vault.seal(_dump(arrived)))
        except OSError as error:
            msg = f"the spool cannot be written: {error.strerror}"
            raise SpoolFull(msg) from error
        self._count += 1

    def take_in(self, keep: Callable[[Arrival], object]) -> int:
        """Bring what waits to the database, oldest first; how much.

        It may be brought twice, by two processes or after a crash: `keep` must know an
        SMS by its provider id. What `keep` raises leaves the file where it is.
        """
        files = sorted(self._folder.glob(f"*{SUFFIX}"))
        for file in files:
            self._take_in(file, keep)
        return len(files)

    def _take_in(self, file: Path, keep: Callable[[Arrival], object]) -> None:
        try:
            arrived = _load(self._vault.unseal(file.read_bytes()))
        except FileNotFoundError:
            return  # another process was faster
        except (SealBroken, ValueError, KeyError, TypeError):
            log.exception("spooled file is damaged", extra={"file": file.name})
            file.rename(file.with_suffix(DAMAGED_SUFFIX))
            return
        keep(arrived)
        file.unlink(missing_ok=True)

    def _is_full(self) -> bool:
        if time.monotonic() - self._counted_at > COUNT_AGAIN_SECONDS:
            self._count = sum(1 for _ in self._folder.glob(f"*{SUFFIX}"))
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
        part.rename(path.with_suffix(SUFFIX))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _dump(arrived: Arrival) -> str:
    return json.dumps({"kind": type(arrived).__name__} | vars(arrived), default=str)


def _load(text: str) -> Arrival:
    fields = json.loads(text)
    if fields.pop("kind") == DeliveryReceipt.__name__:
        return DeliveryReceipt(
            **fields
            | {
                "at": datetime.fromisoformat(fields["at"]),
                "status": OutboundStatus(fields["status"]),
            }
        )
    return InboundMessage(
        **fields
        | {
            "received_at": datetime.fromisoformat(fields["received_at"]),
            "sender_kind": SenderKind(fields["sender_kind"]),
            "consent": fields["consent"] and Consent(fields["consent"]),
        }
    )
