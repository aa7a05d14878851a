"""The files of deploy/, and the programs that check them where they are installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
DEPLOY = ROOT / "deploy"
INSTALLED = "/opt/sms-gateway/current/.venv/bin/gateway"
UNITS = sorted(
    file for file in (DEPLOY / "systemd").iterdir() if file.suffix != ".tmpfiles"
)


def program(name: str) -> str:
    """Where a program is; without it the test is skipped, unless tests require it."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        missing(name)
    return found


def missing(name: str) -> NoReturn:
    """End a test for which something is not installed."""
    why = f"{name} is not installed here"
    if os.environ.get("DEPLOY_TESTS") == "required":
        pytest.fail(why)
    pytest.skip(why)


def run(*command: str | Path, seconds: float = 60) -> str:
    """Run a program that has to succeed, and return its output."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def lines_of(file: Path) -> Iterator[str]:
    """The lines of a file without comments."""
    for line in file.read_text().splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()
