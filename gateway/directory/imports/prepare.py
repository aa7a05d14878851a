"""Check the rows of members, then encrypt and hash them for storing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from gateway.db.member_import.staging import EncryptedMember
from gateway.directory.imports.csv_file import Fault, OpenFile, Row
from gateway.directory.imports.merge import Entry, OpenSources
from gateway.directory.imports.rows import (
    BadRow,
    claim_from_row,
    contribution_from_row,
    participant_from_row,
)
from gateway.directory.records import dump, latest
from gateway.domain.participants import Participant
from gateway.security.cipher import Cipher

# One NIK in ten ends in 0. If so many in a row do, a spreadsheet has rounded them.
FEWEST_NIKS = 20
_T = TypeVar("_T")


class Prepared(NamedTuple):
    """A checked batch: the members to store, and the faults of the others."""

    members: list[EncryptedMember]
    faults: list[Fault]


def encrypt_member(participant: Participant, cipher: Cipher) -> EncryptedMember:
    """Encrypt a member's record, and hash the KPJ and phones that find it."""
    return EncryptedMember(
        cipher.index(participant.kpj.digits),
        cipher.encrypt(dump(participant)),
        tuple(cipher.index(msisdn) for msisdn in participant.msisdns),
    )


class Preparer:
    """Checks and encrypts batches; sent to worker processes, so kept small."""

    def __init__(self, files: OpenSources) -> None:
        self._members = _heading(files.members)
        self._contributions = _heading(files.contributions)
        self._claims = _heading(files.claims)

    def prepare(self, batch: Sequence[Entry], cipher: Cipher) -> Prepared:
        """Encrypt the members without a fault; collect the faults of the others."""
        faults: list[Fault] = []
        members = [self._member(entry, cipher, faults) for entry in batch]
        faults += self._members.rounded([entry.member for entry in batch])
        return Prepared(
            [encrypt_member(member, cipher) for member in members if member], faults
        )

    def _member(
        self, entry: Entry, cipher: Cipher, faults: list[Fault]
    ) -> Participant | None:
        def member_from_row(row: Mapping[str, str | None]) -> Participant:
            return participant_from_row(row, cipher.index)

        members = self._members.read([entry.member], member_from_row, faults)
        paid = self._contributions.read(
            entry.contributions, contribution_from_row, faults
        )
        claims = self._claims.read(entry.claims, claim_from_row, faults)
        faults += self._contributions.repeated(entry.contributions, "month")
        faults += self._claims.repeated(entry.claims, "kpj")
        if not members or not (paid or claims):
            return members[0] if members else None
        return replace(
            members[0],
            contributions=latest(contribution for _, contribution in paid),
            claim=claims[0][1] if claims else None,
        )


@dataclass(frozen=True)
class _Heading:
    """The name and columns of a file."""

    name: str
    columns: Sequence[str]

    def read(
        self,
        rows: Sequence[Row],
        read: Callable[[Mapping[str, str | None]], _T],
        faults: list[Fault],
    ) -> list[_T]:
        """Read rows; their faults are added to `faults`."""
        found = []
        for line, cells in rows:
            try:
                found.append(read(self._by_column(cells)))
            except BadRow as bad:
                faults += [Fault(self.name, line, what) for what in bad.faults]
        return found

    def repeated(self, rows: Sequence[Row], column: str) -> Iterator[Fault]:
        """Report rows that repeat a value of a column."""
        if len(rows) < 2:
            return
        place, first = self.columns.index(column), dict[str, int]()
        for line, cells in rows:
            value = "".join(cells[place : place + 1]).strip()
            before = first.setdefault(value, line)
            if value and before != line:
                what = f"{column} is in line {before} already"
                yield Fault(self.name, line, what)

    def rounded(self, rows: Sequence[Row]) -> Iterator[Fault]:
        """Report NIKs that a spreadsheet rounded, as it keeps 15 digits of a number."""
        place = self.columns.index("nik")
        cells = ("".join(row.cells[place : place + 1]).strip() for row in rows)
        niks = [nik for nik in cells if nik]
        if len(niks) >= FEWEST_NIKS and all(nik.endswith("0") for nik in niks):
            what = "nik ends in 0 from here on: a spreadsheet has rounded it"
            yield Fault(self.name, rows[0].line, what)

    def _by_column(self, cells: list[str]) -> Mapping[str, str | None]:
        if len(cells) != len(self.columns):
            raise BadRow(["has another number of columns than line 1"])
        return dict(zip(self.columns, cells, strict=True))


def _heading(file: OpenFile | None) -> _Heading:
    return _Heading(file.name, file.columns) if file else _Heading("", ())
