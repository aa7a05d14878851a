"""What is measured at each size."""

import random
import statistics
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert

from benchmarks import console, history
from benchmarks.figures import figures_of
from benchmarks.installation import Installation
from benchmarks.members import made_up
from benchmarks.national.filling import REAL
from benchmarks.national.size import Size
from benchmarks.national.stand import Stand, running
from benchmarks.trial import Plan, Trial, conduct
from gateway.bootstrap import utc_now
from gateway.db.core.engine import open_engine
from gateway.db.models.messages import inbound, outbound
from gateway.db.models.operations import text_marks
from gateway.db.retention.purge import Purge
from gateway.directory.sql import SqlDirectory
from gateway.domain.participants import KPJ
from gateway.domain.policy import Policy

LOOK_UPS = 300
LOOK_UP_BATCH = 64
RATE, SECONDS = 10.0, 5.0
TRIALS = 5
CONNECTIONS = 8
WARM_UP = 100
REQUESTS = 40
# At least so many messages are purged, that is a day of the largest log and more days
# of smaller ones.
LEAST_PURGED = 10_000


@dataclass(frozen=True)
class Measured:
    """Milliseconds by name, for a size; `facts` are other figures."""

    size: Size
    milliseconds: Mapping[str, float]
    facts: Mapping[str, float]


def measure(stand: Stand, size: Size) -> Measured:
    """Everything at one size; the purge comes last."""
    milliseconds = dict(_look_ups(stand)) | dict(_pages(stand))
    facts = {"bytes a member": stand.weight.member}
    facts["bytes a message"] = stand.weight.message
    with running(stand) as installation:
        conduct(installation, Plan(0, WARM_UP, CONNECTIONS, RATE))
        texting = _Texting(installation, WARM_UP)
        alone = [texting.go_on() for _ in range(TRIALS)]
        milliseconds |= _spread("answer", alone)
        facts |= _cpu(alone)
        purge = _Purge(stand, size)
        milliseconds |= _spread("answer beside a purge", texting.until(purge))
        milliseconds["purge, 1,000 messages"] = purge.milliseconds_a_thousand
        facts |= {"messages purged": purge.messages, "rows purged": purge.rows}
    return Measured(size, milliseconds, facts)


def _look_ups(stand: Stand) -> Iterator[tuple[str, float]]:
    """Batches of real members from anywhere in the table, asked for twice.

    Where the table is larger than the memory the first time comes from disk.
    """
    dice = random.Random(1)  # noqa: S311 - nothing secret is drawn
    members = [KPJ(member.kpj) for member in made_up(range(REAL))]
    batches = [dice.sample(members, LOOK_UP_BATCH) for _ in range(LOOK_UPS)]
    with stand.engine() as engine:
        directory = SqlDirectory(engine, stand.cipher, Policy(), utc_now)
        for place in ("from disk", "in memory"):
            took = [_look_up(directory, batch) for batch in batches]
            name = f"look-up of {LOOK_UP_BATCH} {place}"
            yield f"{name}, p50", statistics.median(took)
            yield f"{name}, p95", statistics.quantiles(took, n=20)[-1]


def _look_up(directory: SqlDirectory, kpjs: Collection[KPJ]) -> float:
    start = time.perf_counter()
    found = directory.find(kpjs)
    took = (time.perf_counter() - start) * 1000
    assert len(found) == len(kpjs)
    return took


def _pages(stand: Stand) -> Iterator[tuple[str, float]]:
    """The median of each page of the console.

    Of so few requests the 95th percentile is one that met a cold page on disk.
    """
    client = console.client_of(console.app_on(stand.settings))
    for name, path in console.PAGES.items():
        took = console.measured(client, path, REQUESTS)
        yield f"page: {name}", statistics.median(took)


class _Texting:
    """SMS at a steady rate, a while at a time, every one from another member."""

    def __init__(self, installation: Installation, first: int) -> None:
        self._installation = installation
        self._next = first

    def go_on(self) -> Trial:
        """Text for a while."""
        plan = Plan(self._next, round(RATE * SECONDS), CONNECTIONS, RATE)
        self._next += plan.messages
        return conduct(self._installation, plan)

    def until(self, purge: "_Purge") -> list[Trial]:
        """Text from the beginning of a purge to its end."""
        purge.start()
        trials: list[Trial] = []
        while purge.is_alive() or not trials:
            trials.append(self.go_on())
        purge.join()
        return trials


def _spread(name: str, trials: Sequence[Trial]) -> Mapping[str, float]:
    """How long all their replies took."""
    waits: list[float] = []
    for trial in trials:
        figures = figures_of(trial)
        assert figures.lost == figures.doubled == figures.wrong == 0
        dues = {note.phone: note.due or 0.0 for note in trial.notes}
        waits += [(reply.at - dues[reply.phone]) * 1000 for reply in trial.replies]
    p95 = statistics.quantiles(waits, n=20)[-1]
    return {f"{name}, p50": statistics.median(waits), f"{name}, p95": p95}


def _cpu(trials: Sequence[Trial]) -> Mapping[str, float]:
    """Processor time of each kind of process, in the mean of the trials."""
    figures = [figures_of(trial) for trial in trials]
    kinds = figures[0].cpu_ms
    return {
        f"CPU ms a message, {kind}": statistics.mean(
            figure.cpu_ms[kind] for figure in figures
        )
        for kind in kinds
    }


class _Purge(threading.Thread):
    """Purges the oldest days of a year's log, and the texts of as many days."""

    def __init__(self, stand: Stand, size: Size) -> None:
        super().__init__()
        self._stand = stand
        a_day = size.messages / history.DAYS
        days = max(1, round(LEAST_PURGED / a_day))
        self.messages = round(a_day * days)
        now, span = utc_now(), timedelta(days=days)
        # The purge of the night before has dropped all that were older.
        self._texts_since = now - history.TEXTS_KEPT
        self._texts_before = self._texts_since + span
        self._messages_before = now - timedelta(days=history.DAYS) + span
        self.rows = 0
        self._seconds = 0.0

    @property
    def milliseconds_a_thousand(self) -> float:
        """What 1,000 messages take, with as many texts."""
        return self._seconds * 1e6 / self.messages

    def run(self) -> None:
        """Purge as every night."""
        engine = open_engine(self._stand.env["GATEWAY_DATABASE_URL"])
        marks = [
            {"place": item.name, "until": self._texts_since}
            for item in (inbound, outbound)
        ]
        with engine.begin() as connection:
            connection.execute(insert(text_marks), marks)
        began = time.monotonic()
        purging = Purge(engine, self._stand.cipher)
        self.rows = purging.purge(self._texts_before, self._messages_before)
        self._seconds = time.monotonic() - began
        engine.dispose()


def ratios(measured: Sequence[Measured]) -> Mapping[str, Sequence[float]]:
    """Each figure next to that of the smallest size."""
    smallest = measured[0].milliseconds
    return {
        name: [figure.milliseconds[name] / first for figure in measured]
        for name, first in smallest.items()
    }
