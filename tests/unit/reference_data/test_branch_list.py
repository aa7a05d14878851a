"""A list of branches: what is read from it, and how each fault is told."""

from datetime import date

import pytest

from gateway.parsers.places import TOWNS
from gateway.reference_data.branch_list import (
    BadBranches,
    our_branches,
    read_branches,
)
from gateway.reference_data.branches import Branch

HEADER = "branch,address,towns,telephone,valid_from,valid_to,source\n"
# A row, and how its fault is told.
FAULTS = {
    ",Jl. Satu 1,malang,,,,": "branch is empty; write the name of the office, such as "
    "Malang",
    f"{'M' * 25},Jl. Satu 1,malang,,,,": f'branch "{"M" * 25}" has 25 characters; '
    "write at most 24",
    "Malang,,malang,,,,": "address is empty; write street, number and district",
    f"Malang,{'J' * 70},malang,(0341) 123,,,": "address and telephone take 87 "
    f'characters of the SMS; write at most 80 (read "{"J" * 70}. Telp (0341) 123")',
    "Malang,Jl. Satu \u2013 1,malang,,,,": '"\u2013" cannot be sent in a short SMS; '
    "write a plain letter or sign",
    "Al\u00e0,Jl. Satu 1,malang,,,,": '"\u00c0" cannot be sent in a short SMS; '
    "write a plain letter or sign",
    "Malang,Jl. Satu 1,malang,,,,a\0b": "has a NUL character; save the file anew as "
    "CSV UTF-8",
    "Malang,Jl. Satu 1,,,,,": "towns is empty; write the kota and kabupaten that the "
    "office serves",
    "Malang,Jl. Satu 1,malng,,,,": 'towns has "malng", which is no kota or kabupaten; '
    "perhaps malang",
    "Bekasi,Jl. Satu 1,babelan,,,,": 'towns has "babelan", which is no kota or '
    "kabupaten; perhaps bekasi",
    "Malang,Jl. Satu 1,Atlantis,,,,": 'towns has "Atlantis", which is no kota or '
    "kabupaten; see docs/branches.md",
    "Malang,Jl. Satu 1,malang,3.41E+09,,,": 'telephone is "3.41E+09"; write it as '
    "text, as (0341) 123456",
    "Malang,Jl. Satu 1,malang,3410000002,,,": 'telephone is "3410000002"; write it '
    "as text, as (0341) 123456",
    "Malang,Jl. Satu 1,malang,,1/2/2026,,": 'valid_from is "1/2/2026"; write the day '
    "as 2026-12-31",
    "Malang,Jl. Satu 1,malang,,2026-02-02,2026-02-01,": "valid_to 2026-02-01 is before "
    "valid_from 2026-02-02; exchange them",
    "Malang,Jl. Satu 1,malang": 'has 3 columns instead of 7; put "quotes" around a '
    "cell that has a ,",
}


def faults(text: str) -> list[str]:
    with pytest.raises(BadBranches) as caught:
        read_branches(text)
    return caught.value.faults


def test_every_fault_is_told_by_line_with_what_to_write() -> None:
    found = {row: faults(HEADER + row) for row in FAULTS}

    assert found == {row: [f"line 2: {fault}"] for row, fault in FAULTS.items()}


def test_all_faults_of_a_list_are_told_at_once() -> None:
    rows = "\n".join(["Malang,Jl. Satu 1,malang,,,,", *FAULTS])

    assert len(faults(HEADER + rows)) >= len(FAULTS)


def test_a_row_is_read_with_its_towns_in_any_spelling() -> None:
    text = HEADER + (
        '"Malang",  Jl. Satu 1. ,"Kota Malang; kab. malang; BATU",(0341) 12345,'
        "2026-01-01,2026-12-31,a letter\n,,,,,,\n"
    )

    assert read_branches(text) == (
        Branch(
            "Malang",
            "Jl. Satu 1. Telp (0341) 12345",
            ("malang", "batu"),
            date(2026, 1, 1),
            date(2026, 12, 31),
            "a letter",
        ),
    )


def test_only_three_columns_are_needed_also_between_semicolons() -> None:
    branch = Branch("Yogya", "Jl. Satu 1, Klitren", ("yogyakarta", "sleman"))

    assert read_branches(
        'Branch;Address;Towns\r\nYogya;Jl. Satu 1, Klitren;"jogja;sleman"\r\n'
    ) == (branch,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: the columns are "),
        ("branch,address\n", "line 1: the columns are branch, address; write branch, "),
        ("branch,address,towns,fax\n", "line 1: the columns are branch, address, "),
        ("branch,address,towns,towns\n", "line 1: the columns are branch, address, "),
        ('branch,address,towns\n"a', "line 2: is not valid CSV: "),
        (HEADER, "the file holds no branches"),
    ],
)
def test_what_is_no_list_is_told(text: str, expected: str) -> None:
    found = faults(text)

    assert len(found) == 1
    assert found[0].startswith(expected)


def test_telephones_are_read_as_people_write_them() -> None:
    telephones = ("(0341) 123456", "0341-123456", "+62 341 123456", "175", "1500910")

    rows = [f"{HEADER}Malang,Jl. Satu 1,malang,{number},,," for number in telephones]
    read = [branch.address for row in rows for branch in read_branches(row)]

    assert read == [f"Jl. Satu 1. Telp {telephone}" for telephone in telephones]


def test_an_office_has_one_address_on_each_day() -> None:
    old = "Malang,Jl. Satu 1,malang,,,2026-06-30,\n"
    new = "malang,Jl. Dua 2,malang,,2026-07-01,,\n"

    assert len(read_branches(HEADER + old + new)) == 2
    assert faults(HEADER + new + new) == [
        'line 3: branch "malang" is in line 2 too; name each office differently, or '
        "end the old address by valid_to"
    ]


def test_a_name_that_is_in_every_line_is_told_once_a_line() -> None:
    row = "Malang,Jl. Satu 1,malang,,,,\n"

    assert len(faults(HEADER + row * 300)) == 299


def test_our_list_names_towns_and_a_source_for_each_address() -> None:
    for branch in our_branches():
        assert set(branch.towns) <= set(TOWNS)
        assert branch.source.startswith("unconfirmed: "), branch.name
