"""The spool of this machine: writable, nearly empty, on a disk with room."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gateway.config import Settings
from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.spool import DAMAGED_SUFFIX, SUFFIX

SUBJECT = "spool"
_MEGABYTE = 10**6
# A spooled SMS takes a block of 4 KB.
LITTLE_ROOM, NO_ROOM = 1_000 * _MEGABYTE, 100 * _MEGABYTE
FULLEST = 0.5


def check_spool(settings: Settings) -> Iterator[Finding]:
    """Whether an SMS could be kept here while the database is away."""
    folder = settings.spool_dir
    # It is made when the first SMS needs it.
    place = next(it for it in (folder, *folder.parents) if it.exists())
    try:
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(bytes(4096))
    except OSError as error:
        who = "give it to the gateway's account, or see GATEWAY_SPOOL_DIR"
        yield fail(SUBJECT, f"{place} cannot be written ({error.strerror}): {who}")
        return
    yield _waiting(folder, settings.policy.spool_limit)
    yield from _damaged(folder)
    yield _room(place)


def _waiting(folder: Path, most: int) -> Finding:
    count = sum(1 for _ in folder.glob(f"*{SUFFIX}"))
    text = f"{count} files wait"
    if count > FULLEST * most:
        return fail(SUBJECT, f"{text} of {most} at most: the database was away long")
    if count:
        return warn(SUBJECT, f"{text}: they are taken in when the database is back")
    return ok(SUBJECT, text)


def _damaged(folder: Path) -> Iterator[Finding]:
    if count := sum(1 for _ in folder.glob(f"*{DAMAGED_SUFFIX}")):
        text = f"{count} files cannot be opened: was a data key taken out too early?"
        yield fail(SUBJECT, text)


def _room(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    text = f"{free // _MEGABYTE} MB free"
    if free < LITTLE_ROOM:
        return (fail if free < NO_ROOM else warn)("disk", f"{text}: make room")
    return ok("disk", text)
