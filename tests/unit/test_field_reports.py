"""docs/field-reports.md: each row is whole, and tests and rows name each other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
LOG = ROOT / "docs" / "field-reports.md"
FEWEST_ROWS, FEWEST_OWN_FINDS = 90, 40
_NUMBER = r"[FW]?\d+"
_THREAD = re.compile(r"[\w.-]+/[\w.-]+ #\d+")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_NAMED = re.compile(rf"Field report ({_NUMBER})\b")


class Row(NamedTuple):
    """One line of the log."""

    number: str
    report: str
    input: str
    result: str
    test: str


def rows() -> Iterator[Row]:
    for line in LOG.read_text().splitlines():
        cells = [part.strip() for part in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and re.fullmatch(_NUMBER, cells[0]):
            yield Row(*cells)


ROWS = list(rows())


def functions(file: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(file.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def named_by_tests() -> set[str]:
    """The numbers in docstrings."""
    reported = (
        ast.get_docstring(function) or ""
        for file in (ROOT / "tests").rglob("test_*.py")
        for function in functions(file)
    )
    return {number for text in reported for number in _NAMED.findall(text)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number} {row.report}")
def test_a_row_is_whole(row: Row) -> None:
    assert _THREAD.fullmatch(row.report) or row.report.startswith("own")
    assert row.input
    assert row.result
    tests = _TEST.findall(row.test)
    assert tests or re.match(r"none: \w+", row.test)
    for file, name in tests:
        assert name in {function.name for function in functions(ROOT / file)}, (
            f"{file} has no such"
        )


def test_every_fault_that_was_found_is_in_the_log() -> None:
    numbers = {row.number for row in ROWS}
    # Two numbers were never given away.
    faults = {f"F{number}" for number in range(1, 22) if number != 19}
    faults |= {str(number) for number in range(1, 28) if number != 26}

    assert faults <= numbers


def test_the_log_is_of_the_world_and_not_of_ourselves_alone() -> None:
    own_finds = {row.number for row in ROWS if row.number.startswith("W")}

    assert len(ROWS) >= FEWEST_ROWS
    assert len(own_finds) >= FEWEST_OWN_FINDS


def test_tests_and_rows_name_each_other() -> None:
    with_a_test = {row.number for row in ROWS if not row.test.startswith("none")}

    assert named_by_tests() == with_a_test
