"""The agency's file of members: every fault is named by its line and column."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.directory.imports.csv_file import BadFile
from gateway.directory.imports.merge import Sources
from gateway.directory.imports.rows import COLUMNS, participant_from_row
from gateway.directory.records import dump, load
from gateway.domain.participants import (
    KPJ,
    Arrears,
    Balance,
    Identity,
    MembershipStatus,
    Participant,
    Program,
    Segment,
)
from gateway.security.cipher import Cipher
from tests.integration.directory.member_data import (
    IMPORT,
    directory_on,
    importer,
    members_in,
)
from tests.support.fakes import MEMBER, no_index

FaultsOf = Callable[[Path], list[str]]
ROW = {
    "kpj": "61000000019",
    "name": "Sari",
    "nik": "0000010101010001",
    "birth_date": "1990-01-31",
    "segment": "PU",
    "programs": "JHT+JKK",
    "status": "active",
    "jht_balance": "12345678",
    "balance_as_of": "2026-10-31",
    "last_contribution": "2026-10",
    "msisdns": "0811 0000 001; +628110000002",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for all: no file with a fault changes anything in it."""
    file = tmp_path_factory.mktemp("database") / "test.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade.upgrade(engine)
    yield engine
    engine.dispose()


def write(path: Path, *rows: dict[str, str]) -> Path:
    file = path / "members.csv"
    lines = [",".join(COLUMNS)]
    lines += [",".join(row.get(column, "") for column in COLUMNS) for row in rows]
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture
def faults(engine: Engine, cipher: Cipher) -> Callable[[Path], list[str]]:
    """What an import says is wrong with a file."""

    def faults(file: Path) -> list[str]:
        with pytest.raises(BadFile) as caught:
            importer(engine, cipher).run(Sources(file), IMPORT)
        assert directory_on(engine, cipher).is_empty()
        return [
            str(fault).removeprefix("members.csv ") for fault in caught.value.faults
        ]

    return faults


def test_a_row_becomes_a_member(tmp_path: Path) -> None:
    [member] = members_in(write(tmp_path, ROW), no_index)

    assert member == Participant(
        kpj=KPJ("61000000019"),
        segment=Segment.PU,
        programs=(Program.JHT, Program.JKK),
        status=MembershipStatus.ACTIVE,
        last_contribution=date(2026, 10, 1),
        balance=Balance(12_345_678, date(2026, 10, 31)),
        born=date(1990, 1, 1),
        msisdns=frozenset({"+628110000001", "+628110000002"}),
        identity=Identity(b"", b"", b""),
    )


@pytest.mark.parametrize(
    "written", ["62811000001", "0811-000-001", "0062811000001", "062811000001"]
)
def test_a_phone_of_nine_digits_is_taken_in_any_notation(
    cipher: Cipher, written: str
) -> None:
    """Field report F2: such a phone must not stop the import."""
    found = participant_from_row(ROW | {"msisdns": written}, cipher.index)

    assert found.msisdns == {"+62811000001"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kpj": ""}, "line 2: kpj is missing"),
        ({"kpj": "6100000001"}, "line 2: kpj is not valid"),
        ({"kpj": "61k00000123"}, "line 2: kpj is not valid"),
        ({"nik": "123"}, "line 2: nik is not valid"),
        ({"birth_date": "31-01-1990"}, "line 2: birth_date is not valid"),
        ({"segment": "XX"}, "line 2: segment is not valid"),
        ({"segment": ""}, "line 2: segment is missing"),
        ({"status": "sleeping"}, "line 2: status is not valid"),
        ({"programs": "JHT,JKK"}, "line 2: has another number of columns than line 1"),
        ({"programs": "JHT+JXX"}, "line 2: programs is not valid"),
        ({"jht_balance": "1.000"}, "line 2: jht_balance is not valid"),
        ({"jht_balance": "-1"}, "line 2: jht_balance is not valid"),
        ({"balance_as_of": ""}, "line 2: jht_balance and balance_as_of go together"),
        (
            {"arrears_months": "3"},
            "line 2: arrears_months and arrears_amount go together",
        ),
        ({"last_contribution": "10-2026"}, "line 2: last_contribution is not valid"),
        ({"msisdns": "+15005550006"}, "line 2: msisdns is not valid"),
        ({"status": "merged"}, "line 2: merged_into is missing for status merged"),
        ({"status": "inactive"}, "line 2: status_since is missing for status inactive"),
        ({"status": "paid_out"}, "line 2: paid_out_on is missing for status paid_out"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(
    tmp_path: Path, faults: FaultsOf, changes: dict[str, str], fault: str
) -> None:
    assert faults(write(tmp_path, ROW | changes)) == [fault]


def test_every_fault_in_the_file_is_listed(tmp_path: Path, faults: FaultsOf) -> None:
    file = write(tmp_path, ROW | {"nik": "1", "status": "x"}, ROW, ROW, {"kpj": "1"})

    assert faults(file) == [
        "line 2: nik is not valid",
        "line 2: status is not valid",
        "line 3: kpj is in line 2 already",
        "line 4: kpj is in line 2 already",
        "line 5: kpj is not valid",
        "line 5: status is missing",
        "line 5: segment is missing",
    ]


def test_no_fault_tells_what_stood_in_a_cell(tmp_path: Path, faults: FaultsOf) -> None:
    text = "\n".join(faults(write(tmp_path, ROW | {"nik": "320101", "kpj": "99"})))

    assert "320101" not in text
    assert "99" not in text


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "the columns must be"),
        (b"kpj;name\n", "the columns must be"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    tmp_path: Path, faults: FaultsOf, content: bytes, fault: str
) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(content)

    assert fault in faults(file)[0]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, faults: FaultsOf) -> None:
    assert "cannot be read" in faults(tmp_path / "nothing.csv")[0]


def test_a_quote_that_never_ends_is_refused(tmp_path: Path, faults: FaultsOf) -> None:
    file = write(tmp_path, ROW | {"name": '"Sari'})

    assert "not valid CSV" in faults(file)[0]


def test_the_made_up_members_are_valid_and_many() -> None:
    assert len(list(members_in(MADE_UP_MEMBERS, no_index))) >= 60


def test_the_made_up_members_cover_every_status_segment_and_programme() -> None:
    members = list(members_in(MADE_UP_MEMBERS, no_index))

    assert {member.status for member in members} == set(MembershipStatus)
    assert {member.segment for member in members} == set(Segment)
    assert {program for member in members for program in member.programs} == set(
        Program
    )


def test_no_made_up_kpj_can_have_been_issued() -> None:
    """The first two digits are the year of registration, and that began in 1977."""
    for member in members_in(MADE_UP_MEMBERS, no_index):
        assert 27 <= int(member.kpj.digits[:2]) <= 76


@pytest.mark.parametrize(
    "member",
    [
        MEMBER,
        Participant(KPJ("61K00000123"), Segment.JAKON, (), MembershipStatus.DECEASED),
        Participant(
            kpj=KPJ("61000000027"),
            segment=Segment.BPU,
            programs=(Program.JKM,),
            status=MembershipStatus.MERGED,
            status_since=date(2020, 1, 1),
            arrears=Arrears(3, 50_400),
            paid_out_on=date(2026, 1, 1),
            merged_into=KPJ("61000000019"),
        ),
    ],
    ids=["full", "empty", "odd"],
)
def test_a_record_comes_back_as_it_was(member: Participant) -> None:
    assert load(dump(member)) == member
