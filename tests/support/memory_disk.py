"""Temporary files of tests in memory, where a machine has enough of it.

Databases in files and PostgreSQL's copies of its template wait for the disk otherwise.
"""

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
# The databases of a whole run.
NEEDED_BYTES = 8 * 2**30


def use() -> None:
    """Let this process and its children make their temporary files in memory."""
    if "TMPDIR" not in os.environ and _is_fit():
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def _is_fit() -> bool:
    """Whether it is large enough, and programs may be started from it."""
    if not os.access(MEMORY, os.W_OK):
        return False
    facts = os.statvfs(MEMORY)
    is_large = facts.f_bavail * facts.f_frsize >= NEEDED_BYTES
    return is_large and not facts.f_flag & os.ST_NOEXEC
