"""Known names, numbers and balances go every way there is; afterwards they are nowhere.

All conversations run through the real webhook, worker and carrier, with faults; then
every file of the installation and everything that was logged is searched.
"""

import csv
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from gateway import conversations, local, logs
from gateway.embedded import MADE_UP_MEMBERS
from gateway.replay import Player
from tests.processes import wait_until

FIXTURES = Path(__file__).parent.parent / "fixtures"


@dataclass(frozen=True)
class Traces:
    """Everything that an installation leaves behind, by where it was found."""

    places: dict[str, str]


def secrets() -> set[str]:
    """What no place may tell, in every notation that people and machines use."""
    found: set[str] = set()
    with MADE_UP_MEMBERS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found |= {row["kpj"], row["nik"], row["name"]}
            for phone in filter(None, row["msisdns"].split(";")):
                found |= set(notations(phone))
            if len(row["jht_balance"]) > 5:
                found |= {
                    row["jht_balance"],
                    f"{int(row['jht_balance']):,}".replace(",", "."),
                }
            if row["birth_date"]:
                year, month, day = row["birth_date"].split("-")
                found |= {f"{day}-{month}-{year}", row["birth_date"]}
    return {it for it in found if len(it) > 5}


def notations(phone: str) -> Iterator[str]:
    """+62811..., 62811..., 0811..., 811..., and grouped."""
    national = phone.removeprefix("+62")
    yield from (phone, f"62{national}", f"0{national}", national)
    grouped = f"0{national[:3]}-{national[3:7]}-{national[7:]}"
    yield from (grouped, grouped.replace("-", " "), grouped.replace("-", "."))


@pytest.fixture(scope="module")
def traces() -> Iterator[Traces]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs._Json())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with local.running() as here:
            player = Player(here.gateway_url, here.carrier_url)
            for exchange in conversations.read_all([FIXTURES]):
                player.play(exchange)
            _finish(here)
            pages = {
                path: urllib3.request("GET", here.gateway_url + path).data.decode()
                for path in ("/healthz", "/readyz", "/metrics", "/nothing")
            }
            folder = Path(here.settings.database_url.removeprefix("sqlite:///")).parent
            files = {
                str(path.relative_to(folder)): path.read_bytes().decode("latin-1")
                for path in folder.rglob("*")
                if path.is_file()
            }
        yield Traces(pages | files | {"log": stream.getvalue()})
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def _finish(here: local.LocalGateway) -> None:
    """Until every reply is final: the carrier's receipts are in, or nobody waits."""

    def is_quiet() -> bool:
        here.gateway.delivery.apply_receipts()
        backlog = here.gateway.log.backlog()
        return not (backlog.unanswered or backlog.unsent)

    wait_until(is_quiet, "the end of all waiting")


def test_the_search_would_find_what_it_looks_for(traces: Traces) -> None:
    assert {"gateway.db", "log", "/metrics"} <= set(traces.places)
    assert "arrived" in traces.places["log"]
    assert "balance" in traces.places["gateway.db"]
    assert len(secrets()) > 400


def test_no_secret_is_anywhere(traces: Traces) -> None:
    pattern = re.compile(
        "|".join(map(re.escape, sorted(secrets(), key=len, reverse=True)))
    )
    found = {
        f"{place}: {match[0]}"
        for place, text in traces.places.items()
        for match in pattern.finditer(text)
    }

    assert found == set()
