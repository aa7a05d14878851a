"""Many members who subscribe, and a worker that dies while it tells them something."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from gateway.directory.imports.rows import COLUMNS
from gateway.worker.jobs import Notifier, connect
from tests.support.processes import wait_until
from tests.system.faults import mortal
from tests.system.faults.databases import Database
from tests.system.faults.fleet import Fleet

MEMBER = {
    "segment": "BPU",
    "programs": "JHT+JKK+JKM",
    "status": "active",
    "last_contribution": "2020-01",
    "time_zone": "WIB",
}


@contextmanager
def one_worker_fleet(folder: Path, database: Database) -> Iterator[Fleet]:
    """A fleet of one worker, for which it is always time to remind."""
    settings = {mortal.ANY_TIME: "1"}
    with Fleet(folder, database, settings, in_a_hurry=True) as fleet:
        fleet.kill("second worker")
        yield fleet


def import_members(fleet: Fleet, phones: list[str], folder: Path) -> dict[str, str]:
    """A made-up self-employed member for each phone; the KPJ by phone."""
    kpjs = {phone: f"61{number:09}" for number, phone in enumerate(phones, start=1)}
    file = folder / "bpu.csv"
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, [*COLUMNS, "time_zone"], restval="")
        writer.writeheader()
        writer.writerows(
            MEMBER | {"kpj": kpj, "msisdns": phone} for phone, kpj in kpjs.items()
        )
    fleet.run("participants", "import", str(file))
    return kpjs


def subscribe(fleet: Fleet, kpjs: Mapping[str, str], keyword: str) -> None:
    """Each phone texts the keyword with its KPJ."""
    with ThreadPoolExecutor(8) as pool:
        asked = kpjs.items()
        list(pool.map(lambda item: fleet.say(item[0], f"{keyword} {item[1]}"), asked))
    fleet.settle(len(kpjs))


class Reminding:
    """The work of telling subscribers, done by the only worker of a fleet."""

    def __init__(self, fleet: Fleet, members: int) -> None:
        self._fleet = fleet
        self._members = members
        self._schedule = Notifier(connect(fleet.valkey.url))

    def wake(self) -> None:
        self._schedule.notify("remind")

    def die_at_each(self, steps: Iterable[str]) -> None:
        """Let the worker die at each step once, and start it whole again."""
        worker = self._fleet.programs["worker"]

        def has_died() -> bool:
            self.wake()
            return worker.reached_its_step()

        for step in steps:
            self._fleet.kill("worker")
            worker.die_at(step)
            self._fleet.start("worker")
            seconds = 60 + self._members / 20
            wait_until(has_died, f"death at: {step}", seconds, pause=0.2)
        self._fleet.restart("worker", {mortal.STEP: ""})

    def await_second_sms(self, phones: list[str], what: str) -> None:
        """Wait until each phone has what it subscribed to behind the confirmation."""
        left = list(phones)

        def are_all_told() -> bool:
            self.wake()
            left[:] = [phone for phone in left if len(self._fleet.received(phone)) < 2]
            return not left

        wait_until(are_all_told, what, 120 + self._members / 5, pause=1)
