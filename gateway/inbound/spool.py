"""Keep SMS and receipts on disk while the database is away: encrypted, synced, bounded.

A file ends in `.sealed` while it waits. It is set aside under another suffix if it
cannot be decrypted (a data key is missing), or if the database rejects its content.
Each process tries those files once more when it starts, because the key may be back or
the code fixed.
"""

import contextlib
import json
import logging
import os
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gateway.domain.errors import DatabaseRefuses, DatabaseUnavailable, GatewayError
from gateway.domain.messages import (
    Consent,
    DeliveryReceipt,
    IgnoreReason,
    InboundMessage,
    SenderKind,
)
from gateway.domain.statuses import OutboundStatus
from gateway.security.cipher import CannotDecrypt, Cipher
from gateway.telemetry import metrics

COUNT_AGAIN_SECONDS = 1.0
SUFFIX, PART_SUFFIX = ".sealed", ".part"
DAMAGED_SUFFIX, REFUSED_SUFFIX = ".damaged", ".refused"
SET_ASIDE = (DAMAGED_SUFFIX, REFUSED_SUFFIX)
# A file is written within the 15 s that a carrier waits for us; an older part file was
# left by a process that ended while writing.
ABANDONED_SECONDS = 60.0

Arrival = InboundMessage | DeliveryReceipt

log = logging.getLogger(__name__)


class SpoolFull(GatewayError):
    """The message cannot be spooled; the carrier has to retry."""


class Spool:
    """A folder with one file for each SMS or receipt."""

    def __init__(self, folder: Path, cipher: Cipher, most: int) -> None:
        self._folder = folder
        self._cipher = cipher
        self._most = most
        self._count = 0
        self._counted_at = float("-inf")
        self._is_new = True
        # Errors already logged, and files already stored that could not be deleted.
        self._logged: set[str] = set()
        self._stored: set[str] = set()

    def put(self, arrival: Arrival) -> None:
        """Write an arrival so that it survives a power cut. Raises SpoolFull."""
        if self._is_full():
            raise SpoolFull(f"the spool holds {self._most} files")
        try:
            content = self._cipher.encrypt(_dump(arrival))
            self._write(self._folder / _new_name(), content)
        except OSError as error:
            raise SpoolFull(f"the spool cannot be written: {error.strerror}") from error
        self._count += 1

    def take_in(self, store: Callable[[Arrival], object]) -> int:
        """Pass spooled arrivals to `store`, oldest first, and return how many.

        `store` must be idempotent: two processes, or one after a crash, may pass the
        same file. After DatabaseUnavailable all files stay; any other exception of
        `store` sets the file aside.
        """
        self._tidy()
        taken = 0
        for file in sorted(self._folder.glob(f"*{SUFFIX}")):
            try:
                taken += self._take_in(file, store)
            except OSError as error:
                self._log_once(file, error)
            except DatabaseRefuses as error:
                self._log_once(file, error)
                self._put_last(file)
                break
            except DatabaseUnavailable:
                break
        if taken:
            self._logged.clear()
            self._counted_at = float("-inf")
        return taken

    def _take_in(self, file: Path, store: Callable[[Arrival], object]) -> bool:
        """Whether a file was taken in. Raises OSError, DatabaseUnavailable."""
        if file.name not in self._stored:
            try:
                store(_load(self._cipher.decrypt(file.read_bytes())))
            except FileNotFoundError:
                return False  # another process was faster
            except (DatabaseUnavailable, OSError):
                raise
            except Exception as error:
                self._set_aside(file, error)
                return False
        self._stored.add(file.name)
        file.unlink(missing_ok=True)
        self._stored.discard(file.name)
        return True

    def _set_aside(self, file: Path, error: Exception) -> None:
        """Rename a file, so that it is kept for a person and blocks no other file."""
        is_damaged = isinstance(error, CannotDecrypt)
        suffix = DAMAGED_SUFFIX if is_damaged else REFUSED_SUFFIX
        file.rename(file.with_suffix(suffix))
        metrics.errors.labels(metrics.Where.SPOOL).inc()
        facts = {"file": file.name, "suffix": suffix}
        log.error("spooled file set aside", extra=facts, exc_info=error)

    def _put_last(self, file: Path) -> None:
        """Move a file to the end: the database may refuse this one and no other."""
        with contextlib.suppress(OSError):
            file.rename(self._folder / f"{_new_name()}{SUFFIX}")

    def _log_once(self, file: Path, error: Exception) -> None:
        if str(error) not in self._logged:
            self._logged.add(str(error))
            facts = {"file": file.name, "why": str(error)}
            log.error("spooled file cannot be taken in yet", extra=facts)

    def _tidy(self) -> None:
        """Delete abandoned part files; at the start retry files that were set aside."""
        for part in self._folder.glob(f"*{PART_SUFFIX}"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > ABANDONED_SECONDS:
                    part.unlink()
        if self._is_new:
            self._is_new = False
            for suffix in SET_ASIDE:
                for file in self._folder.glob(f"*{suffix}"):
                    with contextlib.suppress(OSError):
                        file.rename(file.with_suffix(SUFFIX))

    def _is_full(self) -> bool:
        """Whether no file may be added; recounts, as other processes add and take."""
        if time.monotonic() - self._counted_at > COUNT_AGAIN_SECONDS:
            self._count = count_files(self._folder, SUFFIX, *SET_ASIDE)
            self._counted_at = time.monotonic()
        return self._count >= self._most

    def _write(self, path: Path, content: bytes) -> None:
        """Write atomically: into a part file that is synced and renamed."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(PART_SUFFIX)
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path.with_suffix(SUFFIX))
        except OSError:
            part.unlink(missing_ok=True)
            raise
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def count_files(folder: Path, *suffixes: str) -> int:
    """How many files of a folder have one of these suffixes; 0 without the folder."""
    try:
        with os.scandir(folder) as files:
            return sum(file.name.endswith(suffixes) for file in files)
    except OSError:
        return 0


def _new_name() -> str:
    """A name that sorts by time and is unique among all processes."""
    return f"{time.time_ns():020}-{uuid.uuid4().hex}"


def _dump(arrival: Arrival) -> str:
    return json.dumps({"kind": type(arrival).__name__} | vars(arrival), default=str)


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
            "flaw": IgnoreReason(fields["flaw"]) if fields.get("flaw") else None,
        }
    )
