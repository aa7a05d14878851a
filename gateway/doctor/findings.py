"""What a check found: all is well, somebody should look, or somebody must."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, and what is to be done."""

    level: Level
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.level:<5} {self.subject:<12} {self.text}"


def ok(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, subject, text)


def warn(subject: str, text: str) -> Finding:
    """SMS are answered, and somebody should look."""
    return Finding(Level.WARN, subject, text)


def fail(subject: str, text: str) -> Finding:
    """SMS are not answered, or may be lost."""
    return Finding(Level.FAIL, subject, text)
