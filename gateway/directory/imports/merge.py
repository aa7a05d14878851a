"""Merge three files in one pass: each member with their contributions and claims.

All files are in the order of the members' file, so only a few rows ahead are kept in
memory.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gateway.directory.imports.csv_file import Fault, Layout, OpenFile, Row, opened
from gateway.directory.imports.rows import (
    CLAIM_COLUMNS,
    COLUMNS,
    CONTRIBUTION_COLUMNS,
    OPTIONAL_COLUMNS,
)

MEMBERS = Layout(COLUMNS, OPTIONAL_COLUMNS)
CONTRIBUTIONS = Layout(CONTRIBUTION_COLUMNS)
CLAIMS = Layout(CLAIM_COLUMNS)
# How many rows to read ahead: a row that is out of order by less than this is reported
# alone, without the rows around it.
LOOK_AHEAD = 5_000
# The most rows of one member in one file; a working life has some 500 months.
MOST_ROWS = 1_000
_MEMBERS_A_BATCH, _ROWS_A_BATCH = 1_000, 20_000
_OUT_OF_ORDER = (
    "is not in the order of the members' file, or belongs to no member in it"
)

_ReportFault = Callable[[Fault], None]


@dataclass(frozen=True)
class Sources:
    members: Path
    contributions: Path | None = None
    claims: Path | None = None


class Entry(NamedTuple):
    """A member's row with those of the other files."""

    member: Row
    contributions: list[Row]
    claims: list[Row]


@dataclass(frozen=True)
class OpenSources:
    members: OpenFile
    contributions: OpenFile | None
    claims: OpenFile | None

    def entries(self, report: _ReportFault) -> Iterator[Entry]:
        """Every member once; reports rows that belong to no member. Raises BadFile."""
        contributions = _Follower(self.contributions, report)
        claims = _Follower(self.claims, report)
        for row in self.members:
            kpj = row.kpj
            yield Entry(row, contributions.of(kpj), claims.of(kpj))
        contributions.report_rest()
        claims.report_rest()


@contextmanager
def open_sources(sources: Sources) -> Iterator[OpenSources]:
    """Open the files and check their columns. Raises BadFile."""
    with ExitStack() as stack:

        def follower(path: Path | None, layout: Layout) -> OpenFile | None:
            return stack.enter_context(opened(path, layout)) if path else None

        yield OpenSources(
            stack.enter_context(opened(sources.members, MEMBERS)),
            follower(sources.contributions, CONTRIBUTIONS),
            follower(sources.claims, CLAIMS),
        )


def batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Group entries into batches of about the same size."""
    batch: list[Entry] = []
    rows = 0
    for entry in entries:
        batch.append(entry)
        rows += 1 + len(entry.contributions) + len(entry.claims)
        if len(batch) >= _MEMBERS_A_BATCH or rows >= _ROWS_A_BATCH:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


class _Follower:
    """Finds each member's rows in a file that has the order of the members' file."""

    def __init__(self, file: OpenFile | None, report: _ReportFault) -> None:
        self._name = file.name if file else ""
        self._rows = iter(file or ())
        self._report_fault = report
        self._ahead: deque[Row] = deque()
        # How often each KPJ occurs in the rows ahead.
        self._counts: Counter[str] = Counter()
        self._look_ahead()

    def of(self, kpj: str) -> list[Row]:
        """The rows of this member; reports rows before them as out of order."""
        if kpj not in self._counts:
            return []
        while self._ahead[0].kpj != kpj:
            self._report(self._next())
        found: list[Row] = []
        while self._ahead and self._ahead[0].kpj == kpj and len(found) < MOST_ROWS:
            found.append(self._next())
        return found

    def report_rest(self) -> None:
        """Report the remaining rows, which belong to no member."""
        while self._ahead:
            self._report(self._next())

    def _report(self, row: Row) -> None:
        self._report_fault(Fault(self._name, row.line, _OUT_OF_ORDER))

    def _next(self) -> Row:
        row = self._ahead.popleft()
        self._counts[row.kpj] -= 1
        if not self._counts[row.kpj]:
            del self._counts[row.kpj]
        self._look_ahead()
        return row

    def _look_ahead(self) -> None:
        while len(self._ahead) < LOOK_AHEAD and (row := next(self._rows, None)):
            self._ahead.append(row)
            self._counts[row.kpj] += 1
