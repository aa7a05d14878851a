"""The gateway as users install it: a wheel in a fresh environment."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def tracked_files(folder: str = ".") -> list[str]:
    """The files of the checkout that belong to the project."""
    command = ["git", "ls-files", "-z", "-co", "--exclude-standard", folder]
    listed = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


def build_wheel(folder: Path) -> Path:
    """Build from a copy that holds no leftovers of the checkout."""
    source = folder / "source"
    for name in tracked_files():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(source))
    [wheel] = folder.glob("*.whl")
    return wheel


@dataclass(frozen=True)
class Installation:
    """A wheel in an environment of its own; the libraries are those of the tests."""

    environment: Path

    @classmethod
    def of(cls, wheel: Path, folder: Path) -> "Installation":
        """Install the wheel."""
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True
        )
        python = str(folder / "bin" / "python")
        _pip("--python", python, "install", "--no-deps", "--no-index", str(wheel))
        own = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
        (own / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
        return cls(folder)

    @property
    def program(self) -> str:
        """The command `gateway`."""
        return str(self.environment / "bin" / "gateway")

    def run(self, command: Sequence[str], folder: Path) -> str:
        """Run a program of the environment in this folder; what it printed."""
        done = subprocess.run(
            [str(self.environment / "bin" / command[0]), *command[1:]],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def environment() -> dict[str, str]:
    """Our environment without what would lead back to the checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *arguments]
    subprocess.run(command, cwd="/", check=True, timeout=300)
