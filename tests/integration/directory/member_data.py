"""A real directory, and members put into it as an import puts them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from gateway.db.member_import.staging import Import
from gateway.db.member_import.swap import staging
from gateway.directory.imports.csv_file import opened
from gateway.directory.imports.importer import Importer
from gateway.directory.imports.merge import MEMBERS
from gateway.directory.imports.prepare import encrypt_member
from gateway.directory.imports.rows import participant_from_row
from gateway.directory.sql import SqlDirectory
from gateway.domain.participants import Participant
from gateway.domain.policy import Policy
from gateway.security.cipher import Cipher
from tests.support.fakes import FakeClock

TODAY = date(2026, 11, 21)
IMPORT = Import(FakeClock().now, TODAY)


def importer(engine: Engine, cipher: Cipher) -> Importer:
    return Importer(partial(staging, engine), lambda: cipher)


def directory_on(
    engine: Engine, cipher: Cipher, clock: FakeClock | None = None
) -> SqlDirectory:
    return SqlDirectory(engine, cipher, Policy(), clock or FakeClock())


def stock(
    engine: Engine, cipher: Cipher, members: Iterable[Participant], as_of: date = TODAY
) -> None:
    rows = [encrypt_member(member, cipher) for member in members]
    with staging(engine) as stage:
        stage.add(rows)
        stage.swap(replace(IMPORT, as_of=as_of), len(rows), None)


def stocked(
    engine: Engine,
    cipher: Cipher,
    members: Iterable[Participant],
    clock: FakeClock | None = None,
) -> SqlDirectory:
    stock(engine, cipher, members)
    return directory_on(engine, cipher, clock)


def members_in(file: Path, index: Callable[[str], bytes]) -> Iterator[Participant]:
    """The members in a file, before they are sealed."""
    with opened(file, MEMBERS) as rows:
        for row in rows:
            cells = dict(zip(rows.columns, row.cells, strict=True))
            yield participant_from_row(cells, index)
