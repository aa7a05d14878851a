"""The agency's file of members: checked wholly, imported wholly or not at all."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.directory import csv_file
from gateway.directory.csv_file import BadFile
from gateway.directory.records import COLUMNS, dump, load
from gateway.directory.sql import SqlDirectory
from gateway.embedded import MADE_UP_MEMBERS
from gateway.participants import (
    KPJ,
    Arrears,
    Balance,
    DirectoryUnavailable,
    Identity,
    MembershipStatus,
    Participant,
    Program,
    Segment,
)
from gateway.privacy import Vault
from tests.db.content import stored
from tests.fakes import MEMBER, no_index

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


@pytest.fixture
def directory(engine: Engine, vault: Vault) -> SqlDirectory:
    return SqlDirectory(engine, vault)


def write(path: Path, *rows: dict[str, str]) -> Path:
    file = path / "members.csv"
    lines = [",".join(COLUMNS)]
    lines += [",".join(row.get(column, "") for column in COLUMNS) for row in rows]
    file.write_text("\n".join(lines) + "\n")
    return file


def faults(file: Path) -> list[str]:
    with pytest.raises(BadFile) as caught:
        csv_file.check(file)
    return caught.value.faults


def test_a_row_becomes_a_member(tmp_path: Path) -> None:
    [member] = csv_file.members(write(tmp_path, ROW), no_index)

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
        ({"programs": "JHT,JKK"}, "line 2: has not as many columns as line 1"),
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
    tmp_path: Path, changes: dict[str, str], fault: str
) -> None:
    assert faults(write(tmp_path, ROW | changes)) == [fault]


def test_every_fault_in_the_file_is_listed(tmp_path: Path) -> None:
    file = write(tmp_path, ROW | {"nik": "1", "status": "x"}, ROW, ROW, {"kpj": "1"})

    assert faults(file) == [
        "line 2: nik is not valid",
        "line 2: status is not valid",
        "line 4: kpj stands in line 3 already",
        "line 5: kpj is not valid",
        "line 5: status is missing",
        "line 5: segment is missing",
    ]


def test_no_fault_tells_what_stood_in_the_cell(tmp_path: Path) -> None:
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
    tmp_path: Path, content: bytes, fault: str
) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(content)

    assert fault in faults(file)[0]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in faults(tmp_path / "nothing.csv")[0]


def test_a_quote_that_never_ends_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, ROW | {"name": '"Sari'})

    assert "no valid CSV" in faults(file)[0]


def test_the_made_up_members_are_valid_and_many() -> None:
    assert csv_file.check(MADE_UP_MEMBERS) >= 60


def test_the_made_up_members_cover_every_status_segment_and_programme() -> None:
    members = list(csv_file.members(MADE_UP_MEMBERS, no_index))

    assert {it.status for it in members} == set(MembershipStatus)
    assert {it.segment for it in members} == set(Segment)
    assert {program for it in members for program in it.programs} == set(Program)


def test_no_made_up_kpj_can_have_been_issued() -> None:
    """The first two digits are the year of registration, and that began in 1977."""
    for member in csv_file.members(MADE_UP_MEMBERS, no_index):
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


class TestSqlDirectory:
    def test_finds_those_that_exist(self, directory: SqlDirectory) -> None:
        directory.replace([MEMBER])

        assert directory.find({MEMBER.kpj, KPJ("61999999999")}) == {MEMBER.kpj: MEMBER}

    def test_an_import_takes_the_place_of_what_was_there(
        self, directory: SqlDirectory
    ) -> None:
        assert directory.is_empty()
        directory.replace([MEMBER])
        directory.replace([])

        assert directory.is_empty()

    def test_an_import_that_breaks_changes_nothing(
        self, directory: SqlDirectory
    ) -> None:
        directory.replace([MEMBER])

        def broken():  # type: ignore[no-untyped-def]
            yield Participant(
                KPJ("61000000027"), Segment.PU, (), MembershipStatus.ACTIVE
            )
            raise RuntimeError

        with pytest.raises(RuntimeError):
            directory.replace(broken())

        assert list(directory.find({MEMBER.kpj, KPJ("61000000027")})) == [MEMBER.kpj]

    def test_a_broken_database_is_an_outage_not_an_unknown_member(
        self, directory: SqlDirectory, engine: Engine
    ) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE participants")

        with pytest.raises(DirectoryUnavailable):
            directory.find({MEMBER.kpj})

    def test_the_table_tells_no_kpj_number_or_balance(
        self, directory: SqlDirectory, engine: Engine
    ) -> None:
        directory.replace([MEMBER])

        content = stored(engine)
        for secret in ("61000000019", "8110000001", "12345678", "2026-10-31"):
            assert secret.encode() not in content
