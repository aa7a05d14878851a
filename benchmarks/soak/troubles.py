"""What breaks, one after the other, with quiet time between; drawn from a seed."""

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gateway.simulator.faults import Fault
from tests.system.faults.fleet import Fleet

QUIET_SECONDS = (10.0, 50.0)
OUTAGE_SECONDS = (2.0, 20.0)
# Of the whole time. A web process is killed no more after that, so that one lives long
# enough to tell whether its memory grows; a second worker is never killed.
KILLED_UNTIL = 0.6
# For how many SMS a carrier's fault lasts.
_TIMES: Mapping[Fault, int] = {
    Fault.TOO_MANY: 30,
    Fault.SERVER_ERROR: 60,
    Fault.CUT: 60,
    Fault.TAKEN_AND_CUT: 60,
    Fault.TAKEN_AND_HANG: 3,
    Fault.DELAY: 100,
    Fault.DUPLICATE: 100,
    Fault.RECEIPT_LOST: 100,
    Fault.RECEIPT_TWICE: 200,
    Fault.RECEIPTS_REVERSED: 200,
    Fault.RECEIPT_FIRST: 200,
}
_KILLS = ("worker", "web")


@dataclass(frozen=True)
class Outage:
    """A server that is away; `end` brings it back."""

    name: str
    begin: Callable[[], None]
    end: Callable[[], None]


class Troubles:
    """Breaks something whenever it is time."""

    def __init__(self, fleet: Fleet, seed: int, seconds: float) -> None:
        self._fleet = fleet
        self._dice = random.Random(seed)  # noqa: S311 - nothing secret is drawn
        self._outages = {
            "Valkey": Outage("Valkey", fleet.valkey.stop, fleet.valkey.start),
            "PostgreSQL": Outage(
                "PostgreSQL", fleet.database.stop, fleet.database.start
            ),
        }
        self._away: Outage | None = None
        self._names = self._dealt()
        self._began = time.monotonic()
        self._spared_from = self._began + KILLED_UNTIL * seconds
        self._next_at = self._began + self._dice.uniform(*QUIET_SECONDS)
        self.counts: Counter[str] = Counter()

    def step(self) -> str | None:
        """Do what it is time for; what that was."""
        if time.monotonic() < self._next_at:
            return None
        if self._away is not None:
            return self._bring_back(self._away)
        return self._break(next(self._names))

    def end(self) -> None:
        """Everything is whole again, and stays so."""
        if self._next_at == math.inf:
            return
        if self._away is not None:
            self._bring_back(self._away)
        self._next_at = math.inf
        for fault in _TIMES:
            self._fleet.plan(fault, 0)

    def _dealt(self) -> Iterator[str]:
        """Each kind once, in any order, then again."""
        names = [*_KILLS, *self._outages, *_TIMES]
        while True:
            yield from self._dice.sample(names, len(names))

    def _break(self, name: str) -> str | None:
        if name in _KILLS:
            if name == "web" and time.monotonic() > self._spared_from:
                return None
            self._fleet.restart(name)
        elif name in self._outages:
            return self._take_away(self._outages[name])
        else:
            most = _TIMES[Fault(name)]
            self._fleet.plan(name, self._dice.randint(max(1, most // 4), most))
        self._is_quiet_for(QUIET_SECONDS)
        return self._counted(f"kill {name}" if name in _KILLS else name)

    def _take_away(self, outage: Outage) -> str:
        outage.begin()
        self._away = outage
        self._is_quiet_for(OUTAGE_SECONDS)
        return self._counted(f"{outage.name} away")

    def _bring_back(self, outage: Outage) -> str:
        outage.end()
        self._away = None
        self._is_quiet_for(QUIET_SECONDS)
        return f"{outage.name} back"

    def _is_quiet_for(self, between: tuple[float, float]) -> None:
        self._next_at = time.monotonic() + self._dice.uniform(*between)

    def _counted(self, name: str) -> str:
        self.counts[name] += 1
        return name
