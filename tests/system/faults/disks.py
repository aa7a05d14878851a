"""Disks that are full, for root; others get a folder that takes nothing."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# A disk is never larger, so that no mistake fills one that is not ours.
LARGEST = 32 * 2**20
BLOCK = 4096


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of this size in memory, if we may mount one; else a common folder."""
    folder.mkdir()
    size = ["-o", f"size={megabytes}m"]
    mounted = os.getuid() == 0 and _run("mount", "-t", "tmpfs", *size, "none", folder)
    try:
        yield folder
    finally:
        if mounted:
            _run("umount", "--lazy", folder)


@contextmanager
def full_disk(folder: Path) -> Iterator[Path]:
    """A disk on which nothing can be written any more."""
    with small_disk(folder, 1) as disk:
        if os.path.ismount(disk):
            fill(disk)
        else:
            disk.chmod(0o500)
        try:
            yield disk
        finally:
            disk.chmod(0o700)


def fill(disk: Path) -> Path:
    """Take all that is left of a small disk; the file that holds it."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        for _ in range(LARGEST // BLOCK):
            file.write(bytes(BLOCK))
    return filler


def _run(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
