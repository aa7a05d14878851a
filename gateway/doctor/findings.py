"""The finding of a check: how bad it is, what is wrong, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

Facts = Mapping[str, Any]
_NO_FACTS: Facts = MappingProxyType({})


class Level(StrEnum):
    """How urgently somebody has to look."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


class State(StrEnum):
    """What machines and translations go by."""

    OK = "ok"
    AWAY = "away"
    EMPTY = "empty"
    PAUSED = "paused"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One line of doctor; `state` and `facts` are for the other renderings."""

    level: Level
    subject: str
    text: str
    state: State = State.OK
    facts: Facts = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.level:<5} {self.subject:<12} {self.text}"


def ok(subject: str, text: str, facts: Facts = _NO_FACTS) -> Finding:
    """Nothing needs to be done."""
    return Finding(Level.OK, subject, text, State.OK, facts)


def warn(
    subject: str, text: str, state: State = State.OK, facts: Facts = _NO_FACTS
) -> Finding:
    """SMS are answered, and somebody should look."""
    return Finding(Level.WARN, subject, text, state, facts)


def fail(
    subject: str, text: str, state: State = State.OK, facts: Facts = _NO_FACTS
) -> Finding:
    """SMS are not answered, or may be lost."""
    return Finding(Level.FAIL, subject, text, state, facts)
