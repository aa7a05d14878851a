"""An import exchanges all members in one moment, or does nothing, on both databases."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select

from benchmarks.members import made_up, write_csv
from gateway.db.core import upgrade
from gateway.db.core.upgrade import Standing
from gateway.db.database import Database
from gateway.db.member_import.staging import MembersBusy
from gateway.db.member_import.swap import import_lock, staging
from gateway.db.models import metadata
from gateway.db.models.console import access_log
from gateway.db.models.members import imports, participants
from gateway.devserver.members import MADE_UP, MADE_UP_MEMBERS
from gateway.directory.imports.csv_file import BadFile
from gateway.directory.imports.importer import Progress
from gateway.directory.imports.merge import Sources
from gateway.directory.sql import SqlDirectory
from gateway.domain.audit import AuditEntry
from gateway.domain.participants import KPJ, DirectoryUnavailable
from gateway.security.cipher import Cipher
from tests.integration.db.content import stored
from tests.integration.directory.member_data import (
    IMPORT,
    TODAY,
    directory_on,
    importer,
    stock,
    stocked,
)
from tests.support.fakes import MEMBER, PHONE, FakeClock

DEED = AuditEntry(IMPORT.at, "Sri", "November")
OTHER = replace(MEMBER, kpj=KPJ("61000000998"))


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def keys(engine: Engine) -> dict[str, str | None]:
    found = inspect(engine)
    return {
        name: found.get_pk_constraint(name)["name"]
        for name in ("participants", "participant_phones")
    }


def small_file(folder: Path, count: int = 3) -> Path:
    file = folder / "members.csv"
    write_csv(file, count)
    return file


def test_an_import_takes_the_place_of_what_was_there(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    directory = stocked(engine, cipher, [MEMBER])
    first = next(made_up(range(1)))

    assert importer(engine, cipher).run(Sources(small_file(tmp_path)), IMPORT) == 3

    assert list(directory.find({MEMBER.kpj, KPJ(first.kpj)})) == [KPJ(first.kpj)]
    [member] = directory.of_phones({first.phone})[first.phone]
    assert member.kpj == KPJ(first.kpj)


def test_who_imported_how_many_is_on_record(engine: Engine, cipher: Cipher) -> None:
    importer(engine, cipher).run(MADE_UP, IMPORT, DEED)

    with engine.connect() as connection:
        [row] = connection.execute(select(imports)).all()
    assert (row.at, row.as_of, row.members) == (IMPORT.at, TODAY, 74)
    [entry] = Database(engine, cipher).audit_log.latest(5)
    assert (entry.actor, entry.subject) == ("Sri", "74 members")


def test_the_schema_is_as_before(engine: Engine, cipher: Cipher) -> None:
    before = tables(engine), keys(engine)

    for _ in range(2):
        importer(engine, cipher).run(MADE_UP, IMPORT)

    assert (tables(engine), keys(engine)) == before
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    upgrade.upgrade(engine)
    assert upgrade.standing(engine) is Standing.CURRENT


def unchanged(engine: Engine, cipher: Cipher) -> bool:
    """Whether there is the one member of before, and nothing beside."""
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(participants))
    found = directory_on(engine, cipher).find({MEMBER.kpj})
    left_over = {table for table in tables(engine) if table.endswith("_next")}
    return count == 1 and found == {MEMBER.kpj: MEMBER} and not left_over


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{head}\n", "members.csv: the file holds no members"),
        ("{head}\n{row}\n{row}\n", "members.csv line 3: kpj is in line 2 already"),
        (
            "{head}\n{row}\nx\n",
            "members.csv line 3: has another number of columns than line 1",
        ),
    ],
    ids=["empty", "twice", "broken"],
)
def test_a_file_with_a_fault_changes_nothing(
    engine: Engine, cipher: Cipher, tmp_path: Path, content: str, fault: str
) -> None:
    stock(engine, cipher, [MEMBER])
    head, row, *_ = small_file(tmp_path).read_text().splitlines()
    file = tmp_path / "members.csv"
    file.write_text(content.format(head=head, row=row))

    with pytest.raises(BadFile) as caught:
        importer(engine, cipher).run(Sources(file), IMPORT, DEED)

    assert [str(item) for item in caught.value.faults] == [fault]
    assert unchanged(engine, cipher)
    assert Database(engine, cipher).audit_log.latest(5) == []


def test_a_member_in_two_batches_is_named_by_both_lines(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    file = small_file(tmp_path, 1_500)
    rows = file.read_text().splitlines()
    file.write_text("\n".join([*rows, rows[7], rows[3], rows[7]]))

    with pytest.raises(BadFile) as caught:
        importer(engine, cipher).run(Sources(file), IMPORT)

    assert [str(fault) for fault in caught.value.faults] == [
        "members.csv line 1502: kpj is in line 8 already",
        "members.csv line 1503: kpj is in line 4 already",
        "members.csv line 1504: kpj is in line 8 already",
    ]


def test_an_import_that_breaks_changes_nothing(engine: Engine, cipher: Cipher) -> None:
    stock(engine, cipher, [MEMBER])

    def break_off(_: Progress) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        importer(engine, cipher).run(MADE_UP, IMPORT, DEED, break_off)

    assert unchanged(engine, cipher)


def test_an_import_that_cannot_be_recorded_changes_nothing(
    engine: Engine, cipher: Cipher
) -> None:
    stock(engine, cipher, [MEMBER])
    access_log.drop(engine)

    with pytest.raises(Exception, match=r"access_log|database"):
        importer(engine, cipher).run(MADE_UP, IMPORT, DEED)

    assert unchanged(engine, cipher)


def test_what_a_killed_import_left_is_dropped_by_the_next(
    engine: Engine, cipher: Cipher
) -> None:
    stock(engine, cipher, [MEMBER])
    with staging(engine) as stage:
        kind = type(stage)
    kind(engine).begin()
    assert "participants_next" in tables(engine)
    assert MEMBER.kpj in directory_on(engine, cipher).find({MEMBER.kpj})

    importer(engine, cipher).run(MADE_UP, IMPORT)

    assert not {table for table in tables(engine) if table.endswith("_next")}


def test_a_second_import_meanwhile_is_refused(engine: Engine, cipher: Cipher) -> None:
    refused = []

    def start_another(_: Progress) -> None:
        with pytest.raises(MembersBusy) as caught:
            importer(engine, cipher).run(MADE_UP, IMPORT)
        refused.append(str(caught.value))

    importer(engine, cipher).run(MADE_UP, IMPORT, DEED, start_another)

    assert refused == ["members are already being imported, or keys rotated"]
    importer(engine, cipher).run(MADE_UP, IMPORT)


def test_keys_are_not_rotated_while_an_import_seals(
    engine: Engine, cipher: Cipher
) -> None:
    key_rotation = Database(engine, cipher).key_rotation

    with staging(engine), pytest.raises(MembersBusy):
        sum(key_rotation.reencrypt())

    with import_lock(engine), pytest.raises(MembersBusy):
        importer(engine, cipher).run(MADE_UP, IMPORT)
    assert sum(key_rotation.reencrypt()) == 0


def test_other_processes_write_while_members_come_in(
    engine: Engine, cipher: Cipher
) -> None:
    log, wrote = Database(engine, cipher).audit_log, []

    def write(_: Progress) -> None:
        log.add(DEED, "meanwhile", "it")
        wrote.append(len(log.latest(5)))

    importer(engine, cipher).run(MADE_UP, IMPORT, None, write)

    assert wrote == [1]


@contextmanager
def meanwhile(look: Callable[[], None]) -> Iterator[list[int]]:
    """Look again and again in two threads; how often."""
    is_over, looks = threading.Event(), [0, 0]

    def go_on(number: int) -> None:
        while not is_over.is_set():
            look()
            looks[number] += 1

    with ThreadPoolExecutor(2) as pool:
        lookers = [pool.submit(go_on, number) for number in range(2)]
        try:
            yield looks
        finally:
            is_over.set()
            for looker in lookers:
                looker.result()


def test_who_looks_a_member_up_always_finds_him(engine: Engine, cipher: Cipher) -> None:
    directory = stocked(engine, cipher, [MEMBER])

    def look() -> None:
        assert directory.find({MEMBER.kpj})
        assert directory.of_phones({PHONE})[PHONE]

    with meanwhile(look) as looks:
        for _ in range(15):
            stock(engine, cipher, [MEMBER, OTHER])

    assert min(looks) > 0


def test_nobody_waits_behind_an_import_that_waits_for_a_reader(
    engine: Engine, cipher: Cipher
) -> None:
    directory = stocked(engine, cipher, [MEMBER])
    with ThreadPoolExecutor(1) as pool:
        with engine.connect().execution_options(read_only=True) as reader:
            reader.execute(select(participants)).all()
            swapped = pool.submit(stock, engine, cipher, [MEMBER, OTHER])
            for _ in range(200):
                assert MEMBER.kpj in directory.find({MEMBER.kpj})
        swapped.result()

    assert len(directory.find({MEMBER.kpj, OTHER.kpj})) == 2


@pytest.mark.parametrize(
    ("days", "reported"), [(0, False), (3, False), (4, True), (45, True)]
)
def test_the_day_of_old_records_is_told(
    engine: Engine, cipher: Cipher, clock: FakeClock, days: int, reported: bool
) -> None:
    directory = stocked(engine, cipher, [MEMBER], clock)
    clock.pass_time(days=days)

    day = TODAY if reported else None
    aged = replace(MEMBER, stale_since=day)
    assert directory.find({MEMBER.kpj}) == {MEMBER.kpj: aged}
    assert directory.of_phones({PHONE}) == {PHONE: [aged]}


def test_records_that_are_too_old_are_as_if_out_of_reach(
    engine: Engine, cipher: Cipher, clock: FakeClock
) -> None:
    directory = stocked(engine, cipher, [MEMBER], clock)
    clock.pass_time(days=46)

    for look in (
        lambda: directory.find({MEMBER.kpj}),
        # Nor may it be told that somebody is no member.
        lambda: directory.find({OTHER.kpj}),
        lambda: directory.of_phones({PHONE}),
        lambda: directory.of_phones({"+628110000099"}),
    ):
        with pytest.raises(DirectoryUnavailable, match="2026-11-21"):
            look()


def test_a_new_import_makes_records_young_again(
    engine: Engine, cipher: Cipher, clock: FakeClock
) -> None:
    directory = stocked(engine, cipher, [MEMBER], clock)
    clock.pass_time(days=46)

    stock(engine, cipher, [MEMBER], clock().date())

    assert directory.find({MEMBER.kpj}) == {MEMBER.kpj: MEMBER}


def test_a_broken_database_is_an_outage_not_an_unknown_member(
    engine: Engine, cipher: Cipher
) -> None:
    directory = directory_on(engine, cipher)
    participants.drop(engine)

    with pytest.raises(DirectoryUnavailable):
        directory.find({MEMBER.kpj})


def test_finds_those_that_exist(engine: Engine, cipher: Cipher) -> None:
    directory: SqlDirectory = directory_on(engine, cipher)
    assert directory.is_empty()
    assert directory.find({MEMBER.kpj}) == {}
    stock(engine, cipher, [MEMBER])

    assert directory.find({MEMBER.kpj, KPJ("61999999999")}) == {MEMBER.kpj: MEMBER}
    assert not directory.is_empty()


def test_the_table_tells_no_kpj_number_or_balance(
    engine: Engine, cipher: Cipher
) -> None:
    stock(engine, cipher, [MEMBER])

    content = stored(engine)
    for secret in ("61000000019", "8110000001", "12345678", "2026-10-31"):
        assert secret.encode() not in content


def test_the_made_up_members_come_in_with_all_their_files() -> None:
    assert MADE_UP.members == MADE_UP_MEMBERS
    assert MADE_UP.contributions
    assert MADE_UP.claims
