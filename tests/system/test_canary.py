"""Known names, numbers and balances pass through everything, and are left nowhere.

A fleet of real processes plays all conversations, with faults; its database goes away
and comes back, and records break it. Then every file that it has left, everything that
it logged and what its pages and commands show is searched.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gateway.db.core.engine import open_engine
from gateway.db.models.members import participants
from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.replay import conversations
from gateway.replay.conversations import Exchange
from gateway.security.cipher import Cipher
from tests.support.processes import wait_until
from tests.system.faults import mortal
from tests.system.faults.databases import sqlite_in
from tests.system.faults.fleet import SETTLE_SECONDS, Fleet

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
# A bare number of six digits is also part of a time or of an id.
SHORTEST_NUMBER = 7
SHORTEST_NAME = 6
PAGES = ("/healthz", "/readyz", "/metrics", "/nothing")

with MADE_UP_MEMBERS.open(encoding="utf-8") as _file:
    MEMBERS = list(csv.DictReader(_file))
EXCHANGES = conversations.read_all([FIXTURES])
# What is in no record, and whether the SMS was an MMS.
IN_PASSING = (
    ("saya Wartinah Kenari minta saldo {kpj}", 0),
    ("DAFTAR SALDO#0000002907660091#Sukarmin Kenari#29-07-1966#{kpj}", 1),
)
SAID_IN_PASSING = {
    *("wartinah", "kenari", "sukarmin", "0000002907660091", "29-07-1966"),
}
_NUMBER = re.compile(r"\d[\d .,/\-]{3,}\d")

Traces = Mapping[str, str]


def secrets() -> set[str]:
    """What no place may tell, in every notation that people and machines use."""
    found = {row["name"].lower() for row in MEMBERS if len(row["name"]) > SHORTEST_NAME}
    for row in MEMBERS:
        found |= {row["nik"], *_grouped(row["nik"], 6, 6, 4), *_grouped(row["nik"])}
        found |= {row["kpj"], *_grouped(row["kpj"]), *_grouped(row["kpj"], 2, 3, 3, 3)}
        found |= set(_days(row)) | set(_amounts(row))
    for phone in phones():
        found |= set(notations(phone))
    return found - {""}


def phones() -> set[str]:
    """Every phone in a record or in a conversation."""
    recorded = {part for row in MEMBERS for part in row["msisdns"].split(";") if part}
    texting = {
        exchange.phone for exchange in EXCHANGES if exchange.phone.startswith("+62")
    }
    return recorded | texting | {new_phone(row) for row in MEMBERS}


def new_phone(row: Mapping[str, str]) -> str:
    """One that a member wants to enrol."""
    return f"+62811999{row['kpj'][-4:]}"


def notations(phone: str) -> Iterator[str]:
    """+62811..., 62811..., 0811..., 811..., and grouped."""
    national = phone.removeprefix("+62")
    yield from (phone, f"62{national}", f"0{national}", national)
    yield from _grouped(f"0{national}")
    yield from _grouped(national, 3, 4, 4)


def _grouped(number: str, *sizes: int) -> Iterator[str]:
    """In groups, of four digits unless told, with what people put between them."""
    sizes = sizes or (4,) * 4
    starts = [sum(sizes[:n]) for n in range(len(sizes))]
    groups = [number[at : at + size] for at, size in zip(starts, sizes, strict=True)]
    for separator in " -.":
        yield separator.join(filter(None, groups))


def _days(row: Mapping[str, str]) -> Iterator[str]:
    if row["birth_date"]:
        yield row["birth_date"]
        for separator in ("-", "/", ".", " ", ""):
            yield _day(row, separator.join(("{2}", "{1}", "{0}")))


def _day(row: Mapping[str, str], form: str) -> str:
    return form.format(*row["birth_date"].split("-"))


def _amounts(row: Mapping[str, str]) -> Iterator[str]:
    amount = row["jht_balance"]
    if len(amount) >= SHORTEST_NUMBER:
        yield amount
    if len(amount) >= SHORTEST_NUMBER - 1:
        yield from (f"{int(amount):,}", f"{int(amount):,}".replace(",", "."))


BROKEN = MEMBERS[:2]
BROKEN_BY = {"status": BROKEN[0]["name"], "since": _day(BROKEN[1], "{2}-{1}-{0}")}


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    """Everything that an installation leaves behind, by where it was found."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "metrics").mkdir()
    settings = {
        "GATEWAY_ANSWER_ATTEMPTS": "8",
        "GATEWAY_LONGEST_BACKOFF": "1s",
        # A goodbye that meets the carrier's own opt-out waits until it expires.
        "GATEWAY_REPLY_LIFETIME": "60s",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        mortal.VERBOSE: "yes",
    }
    with Fleet(folder, sqlite_in(folder), settings, in_a_hurry=True) as fleet:
        imported = fleet.run("participants", "import", str(MADE_UP_MEMBERS))
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda item: play_all(fleet, item), by_phone(EXCHANGES)))
            list(pool.map(lambda item: ask_and_enrol(fleet, item), MEMBERS))
        for text, media in IN_PASSING:
            kpj = MEMBERS[0]["kpj"]
            fleet.say("+628119999999", text.format(kpj=kpj), media=media)
        wait_until(lambda: is_answered(fleet), "all answers", SETTLE_SECONDS)
        # Its retries and the doubts of the conversations take their time together.
        answering_breaks(fleet)
        spooled = while_the_database_is_away(fleet)
        shown = {path: fleet.page(path) for path in PAGES}
        shown |= {"import": imported, "stuck list": fleet.run("stuck", "list")}
        # The one command that may tell, for a reason; it tells the officer only.
        why = ["--officer", "Sri", "--reason", f"complaint of {BROKEN[0]['msisdns']}"]
        reported = fleet.run("stuck", "list", "--faults", *why)
        assert all(item in reported for item in BROKEN_BY.values())
        shown |= {"access log": fleet.run("access-log")}
        return shown | spooled | files_in(folder)


def is_answered(fleet: Fleet) -> bool:
    state = fleet.state()
    return state is not None and not state["unanswered"]


def by_phone(exchanges: Iterable[Exchange]) -> Iterable[list[Exchange]]:
    """What each phone says, in its order."""
    found = defaultdict(list)
    for exchange in exchanges:
        found[exchange.phone].append(exchange)
    return found.values()


def play_all(fleet: Fleet, exchanges: Iterable[Exchange]) -> None:
    for exchange in exchanges:
        for fault in exchange.faults:
            fleet.plan(str(fault), 1)
        fleet.say(exchange.phone, exchange.text)


def ask_and_enrol(fleet: Fleet, row: Mapping[str, str]) -> None:
    own = next(filter(None, row["msisdns"].split(";")), "+628119990001")
    fleet.say(own, f"SALDO {row['kpj']}")
    fleet.say(new_phone(row), enrolment(row))


def enrolment(row: Mapping[str, str]) -> str:
    born = _day(row, "{2}-{1}-{0}") if row["birth_date"] else "01-01-1980"
    return f"DAFTAR SALDO#{row['nik']}#{row['name']}#{born}#{row['kpj']}"


def while_the_database_is_away(fleet: Fleet) -> Traces:
    """What the spool held meanwhile."""
    fleet.database.stop()
    for row in MEMBERS[2:5]:
        phone = row["msisdns"].split(";")[0]
        assert fleet.say(phone, f"saldo {row['kpj']}") == 200
        assert fleet.say(phone, enrolment(row)) == 200
    spooled = files_in(fleet.spool)
    fleet.database.start()
    fleet.settle()
    return {f"spool, {name}": text for name, text in spooled.items()}


def answering_breaks(fleet: Fleet) -> None:
    """Records of which the fault that they raise tells a name and a birth date."""
    for row, (field, value) in zip(BROKEN, BROKEN_BY.items(), strict=True):
        spoil(fleet, row, field, value)
        fleet.say(row["msisdns"], f"SALDO {row['kpj']}")
    fleet.settle()


def spoil(fleet: Fleet, row: Mapping[str, str], field: str, value: str) -> None:
    """Write something into a member's sealed record that cannot stand there."""
    cipher = Cipher([fleet.env["GATEWAY_DATA_KEYS"]], fleet.env["GATEWAY_SECRET_KEY"])
    mine = participants.c.kpj_index == cipher.index(row["kpj"])
    engine = open_engine(fleet.database.url)
    with engine.begin() as connection:
        [encrypted] = connection.scalars(
            select(participants.c.record_sealed).where(mine)
        )
        record = json.loads(cipher.decrypt(encrypted)) | {field: value}
        spoiled = {"record_sealed": cipher.encrypt(json.dumps(record))}
        connection.execute(update(participants).where(mine).values(spoiled))
    engine.dispose()


def files_in(folder: Path) -> Traces:
    return {
        str(path.relative_to(folder)): path.read_bytes().decode("latin-1")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_search_would_find_what_it_looks_for(traces: Traces) -> None:
    logged = "".join(text for name, text in traces.items() if name.endswith(".log"))

    assert "balance" in traces["gateway.db"] + traces["gateway.db-wal"]
    assert any(
        "gateway:woken:" in value for name, value in traces.items() if "aof" in name
    )
    assert sum(name.endswith(".sealed") for name in traces) >= 6
    assert {
        "arrived",
        "spooled",
        "answering failed",
        "messages became dead letters",
    } <= {event for event in map(_event, logged.splitlines()) if event}
    assert '"level": "debug"' in logged
    assert "ValueError" in logged
    assert "Sri  read traceback  SMS " in traces["access log"]
    assert "2 SMS set aside" in traces["stuck list"]
    assert len(secrets()) > 2000


def _event(line: str) -> str | None:
    try:
        return str(json.loads(line)["event"])
    except ValueError:
        return None


def test_the_search_finds_a_secret_of_each_kind() -> None:
    text = f"x{MEMBERS[0]['name'].upper()}y +62 811-0000-001,{MEMBERS[0]['nik']}/1"
    places = {"page": text, "other": "ab 19.85 0811"}

    assert found_in(places, {*secrets(), "811-0000-001"}) == {
        f"page: {MEMBERS[0]['name'].lower()}",
        f"page: {MEMBERS[0]['nik']}",
        "page: 811-0000-001",
    }


def test_no_secret_is_anywhere(traces: Traces) -> None:
    assert found_in(traces, secrets()) == set()


def test_nothing_that_was_said_in_passing_is_anywhere(traces: Traces) -> None:
    assert found_in(traces, SAID_IN_PASSING) == set()


def found_in(traces: Traces, wanted: Collection[str]) -> set[str]:
    """Numbers are looked for among numbers only: there are thousands of notations."""
    numbers = {item for item in wanted if item[-1].isdigit()}
    return {
        f"{place}: {secret}"
        for place, text in traces.items()
        for words, secrets in (
            (" ".join(_NUMBER.findall(text)), numbers),
            (text.lower(), set(wanted) - numbers),
        )
        for secret in secrets
        if _stands_in(secret.removeprefix("+"), words)
    }


def _stands_in(secret: str, words: str) -> bool:
    """A number has to stand by itself: any digits are part of some long number."""
    if secret not in words or not secret[0].isdigit():
        return secret in words
    return bool(re.search(rf"(?<!\d){re.escape(secret)}(?!\d)", words))
