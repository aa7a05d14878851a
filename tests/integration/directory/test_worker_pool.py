"""Many members are prepared by several processes, which end with the import."""

import multiprocessing
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, func, inspect, select

from benchmarks.members import made_up, write_csv
from benchmarks.usage import children_of
from gateway.db.member_import.swap import staging
from gateway.db.models.members import participants
from gateway.directory.imports.csv_file import BadFile
from gateway.directory.imports.importer import Importer, Progress
from gateway.directory.imports.merge import Sources
from gateway.directory.imports.worker_pool import SMALL_BYTES, WorkerLost
from gateway.domain.participants import KPJ
from gateway.security.cipher import Cipher
from tests.integration.directory.member_data import IMPORT, directory_on, stock
from tests.support.fakes import MEMBER
from tests.support.processes import wait_until
from tests.unit.config.test_settings import GOOD

SECRET = "a secret key for tests only, no more"
COUNT = 12_000


@pytest.fixture
def many(tmp_path: Path) -> Path:
    file = tmp_path / "members.csv"
    write_csv(file, COUNT)
    assert file.stat().st_size > SMALL_BYTES
    return file


@pytest.fixture
def keys() -> tuple[list[str], str]:
    return [Fernet.generate_key().decode()], SECRET


@pytest.fixture
def importer(engine: Engine, keys: tuple[list[str], str]) -> Importer:
    return Importer(partial(staging, engine), partial(Cipher, *keys))


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_members_from_several_processes_can_be_looked_up(
    engine: Engine, keys: tuple[list[str], str], importer: Importer, many: Path
) -> None:
    reported: list[Progress] = []

    assert importer.run(Sources(many), IMPORT, None, reported.append) == COUNT

    directory = directory_on(engine, Cipher(*keys))
    for member in (*made_up(range(2)), *made_up(range(COUNT - 2, COUNT))):
        [found] = directory.of_phones({member.phone})[member.phone]
        assert found.kpj == KPJ(member.kpj)
        assert found.balance
        assert found.balance.amount == member.balance
    assert [line.members for line in reported] == list(range(1_000, COUNT + 1, 1_000))
    assert reported[-1].offset == many.stat().st_size


def test_faults_from_several_processes_are_named_by_line(
    importer: Importer, many: Path
) -> None:
    lines = many.read_text().splitlines()
    for line in (5, 4_321, COUNT):
        lines[line - 1] = lines[line - 1].replace("active", "?")
    many.write_text("\n".join(lines))

    with pytest.raises(BadFile) as caught:
        importer.run(Sources(many), IMPORT)

    assert [fault.line for fault in caught.value.faults] == [5, 4_321, COUNT]


def test_when_a_process_is_lost_nothing_is_changed(
    engine: Engine, keys: tuple[list[str], str], importer: Importer, many: Path
) -> None:
    stock(engine, Cipher(*keys), [MEMBER])

    def kill_all(_: Progress) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(WorkerLost):
        importer.run(Sources(many), IMPORT, None, kill_all)

    directory = directory_on(engine, Cipher(*keys))
    assert directory.find({MEMBER.kpj}) == {MEMBER.kpj: MEMBER}
    assert not inspect(engine).has_table("participants_next")


def test_a_killed_import_changes_nothing_and_leaves_no_process(
    engine: Engine, keys: tuple[list[str], str], importer: Importer, many: Path
) -> None:
    stock(engine, Cipher(*keys), [MEMBER])
    url = engine.url.render_as_string(hide_password=False)
    env = os.environ | GOOD | {"GATEWAY_DATABASE_URL": url}
    command = [sys.executable, "-m", "gateway", "participants", "import", str(many)]
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: inspect(engine).has_table("participants_next"), "a table")
        wait_until(lambda: len(children_of(process.pid)) > 1, "the processes")
        children = children_of(process.pid)
    finally:
        process.kill()
        process.wait()

    wait_until(lambda: not alive(children), "the end of the processes")
    directory = directory_on(engine, Cipher(*keys))
    assert directory.find({MEMBER.kpj}) == {MEMBER.kpj: MEMBER}
    assert importer.run(Sources(many), IMPORT) == COUNT
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(participants))
    assert count == COUNT
