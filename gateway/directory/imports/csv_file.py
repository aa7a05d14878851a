"""Stream the agency's CSV files, with the line number of each row and fault."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from gateway.domain.errors import GatewayError

MOST_FAULTS = 10_000
SHOWN_FAULTS = 20


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong in a line or in a whole file, without quoting a value."""

    file: str
    line: int | None
    what: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        return f"{place}: {self.what}"


class BadFile(GatewayError):
    """Files that must not be imported; `faults` may be fewer than `count`."""

    def __init__(self, faults: Sequence[Fault], count: int | None = None) -> None:
        self.faults = faults
        self.count = len(faults) if count is None else count
        lines = [str(fault) for fault in faults[:SHOWN_FAULTS]]
        if self.count > len(lines):
            lines.append(f"... {self.count} faults in all")
        super().__init__("\n".join(lines))


class Faults:
    """Counts all faults and lists the first MOST_FAULTS."""

    def __init__(self) -> None:
        self._listed: list[Fault] = []
        self._count = 0

    def add(self, faults: Iterable[Fault]) -> None:
        """Count these faults, and list them while there is room."""
        for fault in faults:
            self._count += 1
            if len(self._listed) < MOST_FAULTS:
                self._listed.append(fault)

    def check(self) -> None:
        """Raise BadFile if there are any, sorted by file and line."""
        if self._count:
            order = sorted(
                self._listed, key=lambda fault: (fault.file, fault.line or 0)
            )
            raise BadFile(order, self._count)


class Row(NamedTuple):
    """The cells of a row, and the number of its last line."""

    line: int
    cells: list[str]

    @property
    def kpj(self) -> str:
        """The KPJ as it is written, the first column of every file."""
        return self.cells[0].strip()


@dataclass(frozen=True)
class Layout:
    """The required columns of a file, and the optional ones after them."""

    columns: Sequence[str]
    optional: Sequence[str] = ()

    def allows(self, columns: Sequence[str]) -> bool:
        more = columns[len(self.columns) :]
        return list(columns[: len(self.columns)]) == list(self.columns) and (
            set(more) <= set(self.optional) and len(more) == len(set(more))
        )


class OpenFile:
    """An open file; iterate once for its rows. Raises BadFile."""

    def __init__(self, name: str, file: TextIO, layout: Layout) -> None:
        self.name = name
        self._file = file
        self.size = os.fstat(file.fileno()).st_size
        self._reader = csv.reader(file, strict=True)
        with self._readable():
            self.columns = next(self._reader, [])
        if not layout.allows(self.columns):
            raise self._bad("the columns must be " + ",".join(layout.columns), 1)

    def __iter__(self) -> Iterator[Row]:
        with self._readable():
            for cells in self._reader:
                # Spreadsheets leave rows of commas behind.
                if any(map(str.strip, cells)):
                    yield Row(self._reader.line_num, cells)

    @property
    def offset(self) -> int:
        """The number of bytes read so far."""
        return self._file.buffer.tell()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except UnicodeDecodeError as error:
            raise self._bad("the file is not UTF-8") from error
        except csv.Error as error:
            raise self._bad(f"the file is not valid CSV: {error}") from error
        except OSError as error:
            raise self._bad(f"the file cannot be read: {error.strerror}") from error

    def _bad(self, what: str, line: int | None = None) -> BadFile:
        return BadFile([Fault(self.name, line or self._reader.line_num or None, what)])


@contextmanager
def opened(path: Path, layout: Layout) -> Iterator[OpenFile]:
    """Open a file and check its columns. Raises BadFile."""
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        raise BadFile([Fault(path.name, None, what)]) from error
    with file:
        yield OpenFile(path.name, file, layout)
