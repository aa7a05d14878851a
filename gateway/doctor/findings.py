"""The finding of a check: its level, and a text with fault and remedy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

Facts = Mapping[str, Any]


class Level(StrEnum):
    """How urgent a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


class State(StrEnum):
    """The kind of a finding, for machines and translations."""

    OK = "ok"
    AWAY = "away"
    EMPTY = "empty"
    PAUSED = "paused"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One line of `gateway doctor`; other views render `state` and `facts`."""

    level: Level
    text: str
    state: State = State.OK
    facts: Facts = field(default_factory=dict)
    # If empty, that of the check.
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.subject:<12} {self.text}"


# Nothing needs to be done.
ok = partial(Finding, Level.OK)
# SMS are answered, and somebody should look.
warn = partial(Finding, Level.WARN)
# SMS are not answered, or may be lost.
fail = partial(Finding, Level.FAIL)
