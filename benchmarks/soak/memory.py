"""The memory of each kind of process over time, and whether it grows."""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.usage import held_mb, resident_mb

# A process that has just started still loads what it needs.
WARM_UP_MINUTES = 5.0
# Nothing is said of less than that.
LEAST_MINUTES = 20.0
# What grows by more than both within an hour grows.
MOST_MB_AN_HOUR, MOST_SHARE_AN_HOUR = 5.0, 0.06

# The names and process ids of each kind.
Processes = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Look:
    """A process (with its children) at a moment, in minutes since the beginning.

    `held_mb` is what it holds for itself, `resident_mb` also counts what is shared.
    """

    pid: int
    minute: float
    held_mb: float
    resident_mb: float


@dataclass(frozen=True)
class Growth:
    """A kind of process: warmed up, at the end, and how fast its longest life grew."""

    warm_mb: float
    end_mb: float
    resident_mb: float
    life_minutes: float
    mb_an_hour: float

    @property
    def is_told(self) -> bool:
        """Whether the longest life was long enough to say anything."""
        return self.life_minutes >= LEAST_MINUTES

    @property
    def is_flat(self) -> bool:
        """Whether it does not grow, as far as can be told."""
        most = max(MOST_MB_AN_HOUR, MOST_SHARE_AN_HOUR * self.end_mb)
        return not self.is_told or self.mb_an_hour <= most


class Memory:
    """Looks at processes and remembers what they held."""

    def __init__(self, kinds: Sequence[str], warm_up_minutes: float) -> None:
        self._began = time.monotonic()
        self._warm_up = warm_up_minutes
        self.looks: dict[str, list[Look]] = {kind: [] for kind in kinds}

    def look(self, processes: Processes) -> None:
        """Look at all that run now."""
        minute = (time.monotonic() - self._began) / 60
        for kind, pids in processes.items():
            self.looks[kind] += [
                Look(pid, minute, held_mb([pid]), resident_mb([pid])) for pid in pids
            ]

    def now(self, kind: str) -> float:
        """What all processes of a kind held at the last look."""
        looks = self.looks[kind]
        return sum(look.held_mb for look in looks if look.minute == looks[-1].minute)

    def growth(self, kind: str) -> Growth | None:
        """How a kind grew; None if no process lived long enough to be warm."""
        lives = [life for pid in self._pids(kind) if (life := self._warm(kind, pid))]
        if not lives:
            return None
        first, last = lives[0][0], max(lives, key=lambda item: item[-1].minute)[-1]
        longest = max(lives, key=lambda item: item[-1].minute - item[0].minute)
        minutes = longest[-1].minute - longest[0].minute
        return Growth(
            first.held_mb, last.held_mb, last.resident_mb, minutes, _slope(longest)
        )

    def _pids(self, kind: str) -> list[int]:
        return list(dict.fromkeys(look.pid for look in self.looks[kind]))

    def _warm(self, kind: str, pid: int) -> list[Look]:
        """The looks at a process, but for its first minutes."""
        looks = [look for look in self.looks[kind] if look.pid == pid]
        return [
            look for look in looks if look.minute - looks[0].minute >= self._warm_up
        ]


def _slope(looks: Sequence[Look]) -> float:
    """MB an hour, by least squares."""
    if len(looks) < 2:
        return 0.0
    minutes = [look.minute for look in looks]
    return (
        statistics.linear_regression(minutes, [look.held_mb for look in looks])[0] * 60
    )
