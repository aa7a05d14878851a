"""Read a list of branches from CSV, and name every fault by its line.

docs/branches.md describes the columns.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO

from gateway.domain import gsm7
from gateway.domain.errors import FaultsFound
from gateway.parsers.places import find_towns, town_named, words_of
from gateway.reference_data.branches import ADDRESS_WIDTH, BRANCH_WIDTH, Branch

COLUMNS = ("branch", "address", "towns")
OPTIONAL_COLUMNS = ("telephone", "valid_from", "valid_to", "source")
_MOST_SUGGESTIONS = 5
# Spreadsheets cut the leading zero of a number, or write it as 3.41E+09.
_TELEPHONE = re.compile(r"(?=[(+]*(0|62|1[0-9]{2,6}$))[0-9 ()+/,;-]+")
# PostgreSQL stores no text with this character.
_NUL = "\0"


class BadBranches(FaultsFound):
    """A list with faults; each one names its line."""


def our_list() -> str:
    """The list that comes with this version, in force until one is imported."""
    file = files("gateway.reference_data") / "branches.csv"
    return file.read_text(encoding="utf-8")


@cache
def our_branches() -> tuple[Branch, ...]:
    """The branches of our list."""
    return read_branches(our_list())


def read_branches(text: str) -> tuple[Branch, ...]:
    """The branches of a list, in its order. Raises BadBranches naming every fault."""
    faults: list[str] = []
    branches: dict[int, Branch] = {}
    for line, row in _rows(text, faults):
        found = list(_faults(row))
        faults += [f"line {line}: {fault}" for fault in found]
        if not found:
            branches[line] = _branch(row)
    faults += _repeated(branches)
    if not faults and not branches:
        faults = ["the file holds no branches"]
    if faults:
        raise BadBranches(faults)
    return tuple(branches.values())


def _rows(text: str, faults: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by column, with its line; rows of nothing but commas are skipped."""
    first = text.partition("\n")[0]
    # Spreadsheets in Indonesian separate columns by semicolons.
    separator = "," if "," in first else ";"
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        if fault := _header_fault(columns):
            faults.append(f"line 1: {fault}")
            return
        for cells in reader:
            values = [" ".join(cell.split()) for cell in cells]
            if len(values) != len(columns) and any(values):
                faults.append(
                    f"line {reader.line_num}: has {len(values)} columns instead of "
                    f'{len(columns)}; put "quotes" around a cell that has a {separator}'
                )
            elif _NUL in "".join(values):
                faults.append(
                    f"line {reader.line_num}: has a NUL character; save the file anew "
                    "as CSV UTF-8"
                )
            elif any(values):
                yield reader.line_num, dict(zip(columns, values, strict=True))
    except csv.Error as error:
        faults.append(f"line {reader.line_num}: is not valid CSV: {error}")


def _header_fault(columns: Sequence[str]) -> str:
    missing = [name for name in COLUMNS if name not in columns]
    unknown = [name for name in columns if name not in COLUMNS + OPTIONAL_COLUMNS]
    if not missing and not unknown and len(columns) == len(set(columns)):
        return ""
    return (
        f"the columns are {', '.join(columns)}; write {', '.join(COLUMNS)}, and if you "
        f"like {', '.join(OPTIONAL_COLUMNS)}"
    )


def _faults(row: dict[str, str]) -> Iterator[str]:
    name, address = row["branch"], _address(row)
    if not name:
        yield "branch is empty; write the name of the office, such as Malang"
    if len(name) > BRANCH_WIDTH:
        length = len(name)
        yield f'branch "{name}" has {length} characters; write at most {BRANCH_WIDTH}'
    if not row["address"]:
        yield "address is empty; write street, number and district"
    if (width := gsm7.count(address).units) > ADDRESS_WIDTH:
        yield (
            f"address and telephone take {width} characters of the SMS; write at most "
            f'{ADDRESS_WIDTH} (read "{address}")'
        )
    if (telephone := row.get("telephone")) and not _TELEPHONE.fullmatch(telephone):
        yield f'telephone is "{telephone}"; write it as text, as (0341) 123456'
    # A question which office is meant writes its name in capitals.
    for char in sorted(set(name + name.upper() + address) - gsm7.BASIC):
        yield f'"{char}" cannot be sent in a short SMS; write a plain letter or sign'
    yield from _town_faults(row["towns"])
    yield from _day_faults(row)


def _town_faults(cell: str) -> Iterator[str]:
    names = _split(cell)
    if not names:
        yield "towns is empty; write the kota and kabupaten that the office serves"
    for name in names:
        if town_named(name):
            continue
        likely = find_towns(words_of(name))[:_MOST_SUGGESTIONS]
        meant = f"perhaps {' or '.join(likely)}" if likely else "see docs/branches.md"
        yield f'towns has "{name}", which is no kota or kabupaten; {meant}'


def _day_faults(row: dict[str, str]) -> Iterator[str]:
    columns = [name for name in ("valid_from", "valid_to") if row.get(name)]
    wrong = [name for name in columns if _day(row[name]) is None]
    for name in wrong:
        yield f'{name} is "{row[name]}"; write the day as 2026-12-31'
    first, last = row.get("valid_from", ""), row.get("valid_to", "")
    if not wrong and last and last < first:
        yield f"valid_to {last} is before valid_from {first}; exchange them"


def _repeated(branches: dict[int, Branch]) -> Iterator[str]:
    """Two offices of the same name on the same day could not be told apart."""
    lines = defaultdict[str, list[int]](list)
    for line, branch in branches.items():
        for earlier in lines[branch.name.lower()]:
            if branch.overlaps(branches[earlier]):
                yield (
                    f'line {line}: branch "{branch.name}" is in line {earlier} too; '
                    "name each office differently, or end the old address by valid_to"
                )
                break
        lines[branch.name.lower()].append(line)


def _branch(row: dict[str, str]) -> Branch:
    towns = dict.fromkeys(filter(None, map(town_named, _split(row["towns"]))))
    return Branch(
        row["branch"],
        _address(row),
        tuple(towns),
        _day(row.get("valid_from", "")) or date.min,
        _day(row.get("valid_to", "")) or date.max,
        row.get("source", ""),
    )


def _address(row: dict[str, str]) -> str:
    address = row["address"].rstrip(".")
    telephone = row.get("telephone")
    return f"{address}. Telp {telephone}" if telephone else address


def _split(cell: str) -> list[str]:
    return [part.strip() for part in re.split("[;,/]", cell) if part.strip()]


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
