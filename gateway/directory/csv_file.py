"""Read members from the agency's CSV file: streamed, checked, every fault by line."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.directory.records import (
    COLUMNS,
    MORE_COLUMNS,
    BadRow,
    participant_from_row,
)
from gateway.messages import GatewayError
from gateway.participants import KPJ, Participant


class BadFile(GatewayError):
    """A file that must not be imported; `faults` say what is wrong in which line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def check(path: Path) -> int:
    """The number of members in the file. Raises BadFile naming every fault."""
    faults: list[str] = []
    seen: dict[KPJ, int] = {}
    with _rows(path) as rows:
        for line, row in rows:
            faults += [f"line {line}: {fault}" for fault in _faults(line, row, seen)]
    if not (seen or faults):
        faults.append("the file holds no members")
    if faults:
        raise BadFile(faults)
    return len(seen)


def members(path: Path, index: Callable[[str], bytes]) -> Iterator[Participant]:
    """The members of a file that was checked before, one at a time.

    `index` makes the keyed hashes of who they are.
    """
    with _rows(path) as rows:
        for _, row in rows:
            yield participant_from_row(row, index)


def _may_follow(columns: list[str]) -> bool:
    more = columns[len(COLUMNS) :]
    return set(more) <= set(MORE_COLUMNS) and len(more) == len(set(more))


def _faults(
    line: int, row: dict[str, str | None], seen: dict[KPJ, int]
) -> Iterator[str]:
    if None in row or None in row.values():
        yield "has not as many columns as line 1"
        return
    try:
        kpj = participant_from_row(row, lambda _: b"").kpj
    except BadRow as bad:
        yield from bad.faults
        return
    if (first := seen.setdefault(kpj, line)) != line:
        yield f"kpj stands in line {first} already"


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[tuple[int, dict[str, str | None]]]]:
    """The rows with the line that each ends in. Raises BadFile for a wrong file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = list(reader.fieldnames or ())
            if columns[: len(COLUMNS)] != COLUMNS or not _may_follow(columns):
                raise BadFile(["line 1: the columns must be " + ",".join(COLUMNS)])
            yield ((reader.line_num, row) for row in reader)
    except UnicodeDecodeError as error:
        raise BadFile(["the file is not UTF-8"]) from error
    except csv.Error as error:
        raise BadFile([f"the file is no valid CSV: {error}"]) from error
    except OSError as error:
        raise BadFile([f"the file cannot be read: {error.strerror}"]) from error
