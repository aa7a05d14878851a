"""The command `python -m benchmarks.soak`.

It exits with 1 when an SMS was lost, answered twice or not accepted, or when memory
grows, and stops everything that it started, also after Ctrl-C.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from sqlalchemy import text

from benchmarks import machine
from benchmarks.members import MOST, write_csv
from benchmarks.soak.ledger import FINAL_SECONDS, Ledger
from benchmarks.soak.memory import WARM_UP_MINUTES, Memory, Processes
from benchmarks.soak.report import Outcome, as_json, lines, spread
from benchmarks.soak.texting import Texting
from benchmarks.soak.troubles import Troubles
from gateway.db.core.engine import open_engine
from gateway.simulator.mailbox import CAPACITY
from tests.support.processes import Postgres
from tests.system.faults.databases import postgresql_on
from tests.system.faults.fleet import Fleet

# The simulator belongs to the test; it keeps SMS in memory, up to a bound.
KINDS = ("web", "worker", "Valkey", "database")
LOOK_SECONDS = 10.0
LINE_SECONDS = 60.0
IMPORT_SECONDS = 1_800.0
# For webhooks that are still refused when all SMS are due.
PATIENCE_SECONDS = 180.0
# The simulator keeps so many SMS, and a phone is looked at some time after its reply.
MOST_RATE = CAPACITY // (2 * FINAL_SECONDS)
LARGEST_LOG = 20 * 10**6
_TICK_SECONDS = 0.2
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(context_settings={"show_default": True})
@click.option("--minutes", type=click.FloatRange(0.5, 24 * 60), default=120.0)
@click.option(
    "--rate", type=click.FloatRange(1, MOST_RATE), default=30.0, help="A second."
)
@click.option("--seed", type=int, default=1, help="Of the faults.")
@click.option("--json", "path", type=_FILE, help="Write all figures to a file.")
def main(minutes: float, rate: float, seed: int, path: Path | None) -> None:
    """Text for hours while one thing after the other breaks."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if minutes * 60 * rate > MOST:
        msg = f"each SMS needs a member of its own, and there are {MOST:,}"
        raise click.UsageError(msg)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        outcome = Soak(Path(folder), minutes, rate, seed).run()
    for line in lines(outcome):
        click.echo(line)
    if path is not None:
        path.write_text(json.dumps(as_json(outcome), indent=2) + "\n")
    if not outcome.is_right:
        sys.exit(1)


class Soak:
    """One run: a whole gateway, SMS at a rate, and what breaks it meanwhile."""

    def __init__(self, folder: Path, minutes: float, rate: float, seed: int) -> None:
        self._folder = folder
        self._minutes = minutes
        self._seconds = minutes * 60
        self._rate = rate
        self._seed = seed
        self._revived: Counter[str] = Counter()
        self._memory = Memory(KINDS, min(WARM_UP_MINUTES, minutes / 8))

    def run(self) -> Outcome:
        """Start, text, break, settle, count."""
        with self._gateway() as (fleet, postgres):
            facts = machine.facts(self._folder)
            before = _database_mb(fleet)
            ledger = Ledger(fleet)
            troubles = Troubles(fleet, self._seed, self._seconds)
            texting = Texting(fleet, ledger, self._rate, self._seconds)
            with texting:
                self._go_through(fleet, postgres, ledger, troubles, texting)
            click.echo("all SMS are in, waiting until nobody waits")
            fleet.settle()
            ledger.close_all()
            return Outcome(
                machine=facts,
                minutes=self._minutes,
                rate=self._rate,
                seed=self._seed,
                planned=texting.planned,
                accepted=ledger.accepted,
                refused=dict(ledger.refused),
                replies_by_phone=dict(ledger.replies_by_phone),
                unanswered=dict(ledger.fates_of_unanswered()),
                holds=ledger.holds,
                wait_seconds=spread(list(ledger.waits)),
                faults=dict(sorted(troubles.counts.items())),
                revived=dict(self._revived),
                memory={kind: self._memory.growth(kind) for kind in KINDS},
                database_mb=(before, _database_mb(fleet)),
            )

    @contextmanager
    def _gateway(self) -> Iterator[tuple[Fleet, Postgres]]:
        """Everything as in production, and a member for each SMS."""
        with ExitStack() as stack:
            postgres = stack.enter_context(Postgres(durable=True))
            database = postgresql_on(postgres)
            fleet = stack.enter_context(Fleet(self._folder, database, is_forked=False))
            members = round(self._rate * self._seconds)
            click.echo(f"importing {members:,} members")
            file = self._folder / "members.csv"
            write_csv(file, members)
            fleet.run("participants", "import", str(file), seconds=IMPORT_SECONDS)
            file.unlink()
            yield fleet, postgres

    def _go_through(
        self,
        fleet: Fleet,
        postgres: Postgres,
        ledger: Ledger,
        troubles: Troubles,
        texting: Texting,
    ) -> None:
        """Until every SMS is accepted; faults end with the last that is due."""
        began = time.monotonic()
        look_at, line_at, known = began, began + LINE_SECONDS, 0
        give_up_at = began + self._seconds + PATIENCE_SECONDS
        while not texting.is_done and time.monotonic() < give_up_at:
            if texting.is_planned:
                troubles.end()
            if name := troubles.step():
                click.echo(f"{_clock(began)}  {name}")
            self._revived.update(fleet.revive())
            ledger.close_old()
            if time.monotonic() >= look_at:
                self._memory.look(_processes(fleet, postgres))
                self._cut_logs()
                look_at += LOOK_SECONDS
            if time.monotonic() >= line_at:
                rate = (ledger.accepted - known) / LINE_SECONDS
                click.echo(f"{_clock(began)}  {self._line(fleet, texting, rate)}")
                known = ledger.accepted
                line_at += LINE_SECONDS
            time.sleep(_TICK_SECONDS)

    def _line(self, fleet: Fleet, texting: Texting, rate: float) -> str:
        state = fleet.state() or {}
        oldest = state.get("oldest_unanswered_seconds")
        waits = "not known" if oldest is None else f"{oldest:.1f} s"
        held = ", ".join(f"{kind} {self._memory.now(kind):.0f}" for kind in KINDS)
        return (
            f"{rate:.1f}/s accepted, {texting.waiting} to bring, oldest unanswered "
            f"{waits}, MB: {held}"
        )

    def _cut_logs(self) -> None:
        """Programs add to the end of their files, so that an empty one is no harm."""
        for log in self._folder.glob("*.log"):
            if log.stat().st_size > LARGEST_LOG:
                os.truncate(log, 0)


def _processes(fleet: Fleet, postgres: Postgres) -> Processes:
    programs = {
        "web": [fleet.programs["web"]],
        "worker": [fleet.programs["worker"], fleet.programs["second worker"]],
        "Valkey": [fleet.valkey],
        "database": [postgres],
    }
    return {
        kind: [process.pid for process in running if process.pid is not None]
        for kind, running in programs.items()
    }


def _database_mb(fleet: Fleet) -> float:
    engine = open_engine(fleet.database.url)
    with engine.connect() as connection:
        size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    engine.dispose()
    return float(size or 0) / 1e6


def _clock(began: float) -> str:
    minutes, seconds = divmod(int(time.monotonic() - began), 60)
    return f"{minutes:3}:{seconds:02}"


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.soak")
