"""Contributions and claims are read along with the members, in the members' order."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.devserver.members import MADE_UP
from gateway.directory.imports.csv_file import BadFile
from gateway.directory.imports.merge import LOOK_AHEAD, Sources
from gateway.directory.imports.rows import COLUMNS
from gateway.domain.participants import KPJ, Claim, ClaimStage, Contribution, Program
from gateway.security.cipher import Cipher
from tests.integration.directory.member_data import IMPORT, directory_on, importer

ORDER = "is not in the order of the members' file, or belongs to no member in it"


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_url: str) -> str:
    """Files are read alike for every database."""
    return sqlite_url


def number(member: int) -> str:
    return f"61{member:09}"


def members(folder: Path, count: int) -> Path:
    file = folder / "members.csv"
    row = {"segment": "PU", "status": "active"}
    lines = [",".join(COLUMNS)]
    for item in range(1, count + 1):
        cells = row | {"kpj": number(item)}
        lines.append(",".join(cells.get(column, "") for column in COLUMNS))
    file.write_text("\n".join(lines))
    return file


def contributions(folder: Path, *of: int, month: str = "2026-10") -> Path:
    file = folder / "contributions.csv"
    rows = [f"{number(finding)},{month},5000000,285000," for finding in of]
    file.write_text("\n".join(["kpj,month,wage,amount,posted_on", *rows]))
    return file


def claims(folder: Path, *rows: str) -> Path:
    file = folder / "claims.csv"
    file.write_text("\n".join(["kpj,program,stage,since", *rows]))
    return file


def faults(engine: Engine, cipher: Cipher, sources: Sources) -> list[str]:
    with pytest.raises(BadFile) as caught:
        importer(engine, cipher).run(sources, IMPORT)
    assert directory_on(engine, cipher).is_empty()
    return [str(fault) for fault in caught.value.faults]


def test_a_record_holds_contributions_and_claim(engine: Engine, cipher: Cipher) -> None:
    importer(engine, cipher).run(MADE_UP, IMPORT)

    first, claimant = KPJ("61000000019"), KPJ("61000000179")
    found = directory_on(engine, cipher).find({first, claimant})
    newest = found[first].contributions[0]
    assert newest.month == max(
        contribution.month for contribution in found[first].contributions
    )
    assert found[first].claim is None
    assert found[claimant].claim == Claim(
        Program.JHT, ClaimStage.APPROVED, date(2026, 11, 4)
    )


def test_members_without_contributions_stand_between_those_with(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    file = contributions(tmp_path, 2, 2, 5)
    file.write_text(file.read_text().replace("2026-10", "2026-09", 1))
    sources = Sources(members(tmp_path, 6), file)

    importer(engine, cipher).run(sources, IMPORT)

    found = directory_on(engine, cipher).find(
        [KPJ(number(item)) for item in range(1, 7)]
    )
    counts = {kpj.digits: len(value.contributions) for kpj, value in found.items()}
    assert counts == {number(item): {2: 2, 5: 1}.get(item, 0) for item in range(1, 7)}
    paid = Contribution(date(2026, 10, 1), 5_000_000, 285_000)
    assert found[KPJ(number(5))].contributions == (paid,)


def test_a_month_that_a_member_paid_twice_is_named_by_both_lines(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    file = contributions(tmp_path, 1, 1, 2, 2, 2)
    head, *rows = file.read_text().splitlines()
    rows[3] = rows[3].replace("2026-10", "2026-09")
    rows[4] = rows[4].replace("2026-10", " 2026-10 ")
    file.write_text("\n".join([head, *rows]))

    assert faults(engine, cipher, Sources(members(tmp_path, 2), file)) == [
        "contributions.csv line 3: month is in line 2 already",
        "contributions.csv line 6: month is in line 4 already",
    ]


def test_months_that_are_missing_repeat_nothing(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    file = contributions(tmp_path, 1, 1, month="")
    file.write_text(f"{file.read_text()}\n{number(1)}")

    assert faults(engine, cipher, Sources(members(tmp_path, 1), file)) == [
        "contributions.csv line 2: month is missing",
        "contributions.csv line 3: month is missing",
        "contributions.csv line 4: has another number of columns than line 1",
    ]


@pytest.mark.parametrize(
    ("order", "lines"),
    [
        ((9,), [2]),
        ((1, 9, 2), [3]),
        ((3, 1, 2), [2]),
        ((1, 3, 2, 3), [3]),
        ((1, 2, 1), [4]),
        ((1, 2, 3, 9, 9), [5, 6]),
    ],
    ids=["unknown", "unknown between", "early", "early again", "twice", "at the end"],
)
def test_only_rows_out_of_order_are_faults(
    engine: Engine,
    cipher: Cipher,
    tmp_path: Path,
    order: tuple[int, ...],
    lines: list[int],
) -> None:
    sources = Sources(members(tmp_path, 3), contributions(tmp_path, *order))

    assert faults(engine, cipher, sources) == [
        f"contributions.csv line {line}: {ORDER}" for line in lines
    ]


def test_behind_very_many_strangers_all_rows_are_counted(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    strangers = [9] * (LOOK_AHEAD + 10)
    sources = Sources(members(tmp_path, 3), contributions(tmp_path, *strangers, 2))

    with pytest.raises(BadFile) as caught:
        importer(engine, cipher).run(sources, IMPORT)

    assert caught.value.count == len(strangers) + 1
    assert len(str(caught.value).splitlines()) == 21


def test_faults_of_all_files_are_listed_by_file_and_line(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    file = members(tmp_path, 2)
    file.write_text(file.read_text().replace("active", "?", 1))
    claimed = claims(tmp_path, f"{number(2)},JXX,done,", f"{number(2)},JHT,done")
    paid = contributions(tmp_path, 1, 2, month="10-2026")

    assert faults(engine, cipher, Sources(file, paid, claimed)) == [
        "claims.csv line 2: program is not valid",
        "claims.csv line 2: since is missing",
        "claims.csv line 3: has another number of columns than line 1",
        "claims.csv line 3: kpj is in line 2 already",
        "contributions.csv line 2: month is not valid",
        "contributions.csv line 3: month is not valid",
        "members.csv line 2: status is not valid",
    ]


def test_a_file_of_another_kind_is_refused_by_its_name(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    file = members(tmp_path, 1)

    [fault] = faults(engine, cipher, Sources(file, claims=file))

    assert fault == "members.csv line 1: the columns must be kpj,program,stage,since"


def test_a_file_that_breaks_off_hides_no_other_fault(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    file = members(tmp_path, 2_500)
    content = file.read_bytes().replace(b"active", b"?", 1)
    file.write_bytes(content + b"\n\xff")

    first, *_, last = faults(engine, cipher, Sources(file))

    assert first == "members.csv line 2: status is not valid"
    assert last.endswith("the file is not UTF-8")


def test_a_file_that_breaks_off_in_the_middle_is_refused(
    engine: Engine, cipher: Cipher, tmp_path: Path
) -> None:
    paid = contributions(tmp_path, 1, 2, 3)
    paid.write_bytes(paid.read_bytes() + b"\n\xff")

    [fault] = faults(engine, cipher, Sources(members(tmp_path, 3), paid))

    assert fault.endswith("the file is not UTF-8")
