"""Check the spool of this machine: rights, waiting files, and free disk space."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.inbound.spool import DAMAGED_SUFFIX, REFUSED_SUFFIX, SUFFIX, count_files

_MEGABYTE = 10**6
# A spooled SMS takes a block of 4 KB.
LITTLE_ROOM, NO_ROOM = 1_000 * _MEGABYTE, 100 * _MEGABYTE
FULLEST = 0.5


def check_spool(installation: Installation) -> Iterator[Finding]:
    """Whether an SMS could be spooled here while the database is down."""
    settings = installation.settings
    folder = settings.spool_dir
    # The folder is made when the first SMS is spooled.
    place = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(bytes(4096))
    except OSError as error:
        who = "give it to the gateway's account, or see GATEWAY_SPOOL_DIR"
        yield fail(f"{place} cannot be written ({error.strerror}): {who}")
        return
    yield _waiting(folder, settings.policy.spool_limit)
    yield from _unreadable(folder)
    yield from _set_aside(folder)
    yield _room(place)


def _waiting(folder: Path, most: int) -> Finding:
    count = count_files(folder, SUFFIX)
    text = f"{count} files wait"
    if count > FULLEST * most:
        return fail(f"{text} of {most} at most: the database was away long")
    if count:
        return warn(f"{text}: they are stored when the database is back")
    return ok(text)


def _unreadable(folder: Path) -> Iterator[Finding]:
    """Report files that cannot be read, for instance because root wrote them."""
    files = folder.glob(f"*{SUFFIX}")
    unreadable = [file for file in files if not _can_be_read(file)]
    if unreadable:
        text = f"{len(unreadable)} files cannot be read, {unreadable[0].name} is one"
        yield fail(f"{text}: give them to the gateway's account")


def _can_be_read(file: Path) -> bool:
    try:
        file.read_bytes()
    except FileNotFoundError:
        return True  # a worker has stored it meanwhile
    except OSError:
        return False
    return True


def _set_aside(folder: Path) -> Iterator[Finding]:
    if count := count_files(folder, DAMAGED_SUFFIX):
        yield fail(
            f"{count} files cannot be opened: was a data key taken out too early?"
        )
    if count := count_files(folder, REFUSED_SUFFIX):
        yield fail(
            f"{count} files cannot be stored, a fault of ours: tell the developers"
        )


def _room(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    text = f"{free // _MEGABYTE} MB free"
    if free < LITTLE_ROOM:
        return (fail if free < NO_ROOM else warn)(f"{text}: make room", subject="disk")
    return ok(text, subject="disk")
