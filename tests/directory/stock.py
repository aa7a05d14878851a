"""A real directory, and members put into it as an import puts them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from gateway.db.exchange import staging
from gateway.db.staging import Import
from gateway.directory.csv_file import opened
from gateway.directory.importing import Importer
from gateway.directory.merging import MEMBERS
from gateway.directory.records import participant_from_row
from gateway.directory.sealing import sealed
from gateway.directory.sql import SqlDirectory
from gateway.participants import Participant
from gateway.policy import Policy
from gateway.privacy import Vault
from tests.fakes import FakeClock

TODAY = date(2026, 11, 21)
IMPORT = Import(FakeClock().now, TODAY)


def importer(engine: Engine, vault: Vault) -> Importer:
    return Importer(partial(staging, engine), lambda: vault)


def directory_on(
    engine: Engine, vault: Vault, clock: FakeClock | None = None
) -> SqlDirectory:
    return SqlDirectory(engine, vault, Policy(), clock or FakeClock())


def stock(
    engine: Engine, vault: Vault, members: Iterable[Participant], as_of: date = TODAY
) -> None:
    rows = [sealed(it, vault) for it in members]
    with staging(engine) as stage:
        stage.add(rows)
        stage.swap(replace(IMPORT, as_of=as_of), len(rows), None)


def stocked(
    engine: Engine,
    vault: Vault,
    members: Iterable[Participant],
    clock: FakeClock | None = None,
) -> SqlDirectory:
    stock(engine, vault, members)
    return directory_on(engine, vault, clock)


def members_in(file: Path, index: Callable[[str], bytes]) -> Iterator[Participant]:
    """The members in a file, before they are sealed."""
    with opened(file, MEMBERS) as rows:
        for row in rows:
            cells = dict(zip(rows.columns, row.cells, strict=True))
            yield participant_from_row(cells, index)
