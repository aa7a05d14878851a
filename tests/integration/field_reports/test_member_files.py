"""Members' files that have been through a spreadsheet."""

import codecs
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.directory.imports.csv_file import BadFile
from gateway.directory.imports.merge import Sources
from gateway.directory.imports.prepare import FEWEST_NIKS
from gateway.directory.imports.rows import COLUMNS
from gateway.parsers.msisdn import to_mobile
from gateway.security.cipher import Cipher
from tests.integration.directory.member_data import IMPORT, importer
from tests.unit.directory.test_csv_file import ROW

HEADING = ",".join(COLUMNS)
Import = Callable[[bytes | str], int | list[str]]


def line(**changes: str) -> str:
    row = ROW | changes
    return ",".join(row.get(column, "") for column in COLUMNS)


def quoted(row: str) -> str:
    return ",".join(f'"{cell}"' for cell in row.split(","))


def lines(**changes: str) -> str:
    return f"{HEADING}\n{line(**changes)}\n"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('members') / 'test.db'}")
    upgrade.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def brought(engine: Engine, cipher: Cipher, tmp_path: Path) -> Import:
    """How many members a file brings, or what is wrong with it."""

    def brought(content: bytes | str) -> int | list[str]:
        file = tmp_path / "members.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            return importer(engine, cipher).run(Sources(file), IMPORT)
        except BadFile as bad:
            return [str(fault).removeprefix("members.csv") for fault in bad.faults]

    return brought


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(codecs.BOM_UTF8 + lines().encode(), id="byte order mark"),
        pytest.param(lines().replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lines().replace("\n", "\r"), id="CR alone"),
        pytest.param(lines().rstrip("\n"), id="no line end at the end"),
        pytest.param(f"{quoted(HEADING)}\n{quoted(line())}\n", id="quotation marks"),
    ],
)
def test_what_programs_write_as_csv_is_read(
    brought: Import, content: bytes | str
) -> None:
    """Field report W4: byte order mark, line ends and quotation marks do not matter."""
    assert brought(content) == 1


def test_rows_of_nothing_but_commas_are_no_members(brought: Import) -> None:
    """Field report W5: the blank rows that a spreadsheet leaves are passed over."""
    blank = "," * (len(COLUMNS) - 1)

    assert brought(f"{lines()}{blank}\n ,{blank[1:]}\n\n") == 1


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_named_as_the_fault(
    brought: Import, separator: str
) -> None:
    """Field report W6: semicolons of an Indonesian spreadsheet are refused plainly."""
    [fault] = brought(lines(msisdns="").replace(",", separator))  # type: ignore[misc]

    assert fault.startswith(" line 1: the columns must be kpj,name,nik")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("kpj", "6.1E+10"),
        ("kpj", "61000000019.0"),
        ("nik", "3.20102E+15"),
        ("msisdns", "6.28111E+11"),
        ("msisdns", "628110000001.0"),
        ("jht_balance", "1.23457E+7"),
        ("jht_balance", "12.345.678"),
    ],
)
def test_a_number_in_a_spreadsheets_notation_is_never_guessed(
    brought: Import, column: str, cell: str
) -> None:
    """Field report W7: what scientific notation has cut off is not made up again."""
    assert brought(lines(**{column: cell})) == [f" line 2: {column} is not valid"]


def test_niks_that_a_spreadsheet_rounded_are_refused(brought: Import) -> None:
    """Field report W8: Excel keeps 15 digits, so that every NIK of 16 ends in 0."""

    def file(last: str) -> str:
        numbers = range(FEWEST_NIKS)
        rows = [
            line(
                kpj=f"610000{number:05}", nik=f"0000010101{number:05}{last}", msisdns=""
            )
            for number in numbers
        ]
        return "\n".join([HEADING, *rows])

    assert brought(file("0")) == [
        " line 2: nik ends in 0 from here on: a spreadsheet has rounded it"
    ]
    assert brought(file("1")) == FEWEST_NIKS


@pytest.mark.parametrize("phone", ["08110000001", "8110000001", "+628110000001"])
def test_a_phone_whose_leading_zero_is_lost_is_the_same_phone(
    brought: Import, phone: str
) -> None:
    """Field report W9: without its leading zero a mobile number is still one."""
    assert brought(lines(msisdns=phone)) == 1


def test_a_kpj_whose_leading_zero_is_lost_is_refused(brought: Import) -> None:
    """Field report W10: ten digits are no KPJ, and are never padded to one."""
    assert brought(lines(kpj="1000000019")) == [" line 2: kpj is not valid"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_file_that_is_not_utf_8_says_so(brought: Import, encoding: str) -> None:
    """Field report W11: no name is read in a wrong encoding."""
    content = lines(name="Andr\xe9").encode(encoding)

    assert brought(content) == [": the file is not UTF-8"]


@pytest.mark.parametrize(
    "phone",
    [
        pytest.param("0811\u20110000\u2011001", id="non-breaking hyphens"),
        pytest.param("0811\u00a00000\u00a0001", id="no-break spaces"),
        pytest.param("\u202a+628110000001\u202c", id="marks of direction"),
        pytest.param("0811.0000.001", id="dots"),
    ],
)
def test_a_phone_that_was_copied_from_elsewhere_is_the_same_phone(phone: str) -> None:
    """Field report W51: what nobody sees in a number refuses no import."""
    assert to_mobile(phone) == "+628110000001"


@pytest.mark.parametrize("fraction", ["628110000001.0", "628110000001.00"])
def test_the_fraction_of_a_spreadsheet_is_no_digit_of_a_phone(fraction: str) -> None:
    """Field report W52: read with its `.0` it is somebody else's phone."""
    assert to_mobile(fraction) is None
