"""Check the rows of the agency's CSV files and read members from them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from gateway.directory.records import NEEDED_BY
from gateway.domain.participants import (
    KPJ,
    Arrears,
    Balance,
    Claim,
    ClaimStage,
    Contribution,
    MembershipStatus,
    Participant,
    Program,
    Segment,
    TimeZone,
    identify,
)
from gateway.parsers.enrolment import comparable_name
from gateway.parsers.msisdn import to_mobile

COLUMNS = [
    *("kpj", "name", "nik", "birth_date", "segment", "employer", "npp", "programs"),
    *("status", "status_since", "last_contribution", "arrears_months"),
    *("arrears_amount", "jht_balance", "balance_as_of", "paid_out_on"),
    *("merged_into", "msisdns"),
]
# A file may leave these out.
OPTIONAL_COLUMNS = ["member_since", "time_zone", "contributions_from"]
CONTRIBUTION_COLUMNS = ["kpj", "month", "wage", "amount", "posted_on"]
CLAIM_COLUMNS = ["kpj", "program", "stage", "since"]
_NIK = re.compile(r"\d{16}", re.ASCII)
_WHOLE = re.compile(r"\d{1,14}", re.ASCII)
_T = TypeVar("_T")


class BadRow(ValueError):
    """A row with faults, which name columns and never values."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


def participant_from_row(
    row: Mapping[str, str | None], index: Callable[[str], bytes]
) -> Participant:
    """Check a row of the members' file. Raises BadRow naming every fault in it."""
    cells = _Cells(row)
    nik = cells.check("nik", _nik)
    born = cells.check("birth_date", date.fromisoformat)
    kpj = cells.required("kpj", KPJ)
    status = cells.required("status", MembershipStatus)
    segment = cells.required("segment", Segment)
    if status in NEEDED_BY and not row.get(NEEDED_BY[status]):
        cells.faults.append(f"{NEEDED_BY[status]} is missing for status {status}")
    fields = _optional_fields(cells)
    if cells.faults or kpj is None or segment is None or status is None:
        raise BadRow(cells.faults)
    if nik and born:
        name = comparable_name(row.get("name") or "")
        fields["identity"] = identify(index, kpj, nik, born, name)
    fields["born"] = born and born.replace(day=1)
    fields["employer"] = (row.get("employer") or "").strip() or None
    return Participant(kpj, segment, status=status, **fields)


def _optional_fields(cells: "_Cells") -> dict[str, Any]:
    """Read the cells that may be empty; their faults are added to `cells`."""
    arrears = cells.pair("arrears_months", _whole, "arrears_amount", _whole)
    balance = cells.pair("jht_balance", _whole, "balance_as_of", date.fromisoformat)
    return {
        "programs": cells.check("programs", _programs) or (),
        "status_since": cells.check("status_since", date.fromisoformat),
        "last_contribution": cells.check("last_contribution", _month),
        "arrears": arrears and Arrears(*arrears),
        "balance": balance and Balance(*balance),
        "paid_out_on": cells.check("paid_out_on", date.fromisoformat),
        "merged_into": cells.check("merged_into", KPJ),
        "member_since": cells.check("member_since", _month),
        "time_zone": cells.check("time_zone", _time_zone),
        "contributions_from": cells.check("contributions_from", _month),
        "msisdns": cells.check("msisdns", _msisdns) or frozenset(),
    }


def contribution_from_row(row: Mapping[str, str | None]) -> tuple[KPJ, Contribution]:
    """Check a row of the contributions' file. Raises BadRow naming every fault."""
    cells = _Cells(row)
    kpj, month = cells.required("kpj", KPJ), cells.required("month", _month)
    wage, amount = cells.required("wage", _whole), cells.required("amount", _whole)
    posted_on = cells.check("posted_on", date.fromisoformat)
    if cells.faults or not kpj or not month or wage is None or amount is None:
        raise BadRow(cells.faults)
    return kpj, Contribution(month, wage, amount, posted_on)


def claim_from_row(row: Mapping[str, str | None]) -> tuple[KPJ, Claim]:
    """Check a row of the claims' file. Raises BadRow naming every fault in it."""
    cells = _Cells(row)
    kpj, program = cells.required("kpj", KPJ), cells.required("program", Program)
    stage = cells.required("stage", ClaimStage)
    since = cells.required("since", date.fromisoformat)
    if cells.faults or not (kpj and program and stage and since):
        raise BadRow(cells.faults)
    return kpj, Claim(program, stage, since)


class _Cells:
    """Reads the cells of one row and collects their faults."""

    def __init__(self, row: Mapping[str, str | None]) -> None:
        self._row = row
        self.faults: list[str] = []

    def check(self, column: str, read: Callable[[str], _T]) -> _T | None:
        text = (self._row.get(column) or "").strip()
        try:
            return read(text) if text else None
        except ValueError:
            self.faults.append(f"{column} is not valid")
            return None

    def required(self, column: str, read: Callable[[str], _T]) -> _T | None:
        if not (self._row.get(column) or "").strip():
            self.faults.append(f"{column} is missing")
            return None
        return self.check(column, read)

    def pair(
        self,
        first: str,
        read_first: Callable[[str], _T],
        second: str,
        read_second: Callable[[str], Any],
    ) -> tuple[_T, Any] | None:
        faults = len(self.faults)
        values = self.check(first, read_first), self.check(second, read_second)
        if len(self.faults) == faults and (values[0] is None) != (values[1] is None):
            self.faults.append(f"{first} and {second} go together")
        return (
            None if values[0] is None or values[1] is None else (values[0], values[1])
        )


def _nik(text: str) -> str:
    if not _NIK.fullmatch(text):
        raise ValueError
    return text


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _time_zone(text: str) -> TimeZone:
    if text not in TimeZone.__members__:
        raise ValueError
    return TimeZone[text]


@lru_cache(maxsize=256)
def _programs(text: str) -> tuple[Program, ...]:
    return tuple(map(Program, text.split("+")))


def _msisdns(text: str) -> frozenset[str]:
    numbers = [to_mobile(part) for part in text.split(";")]
    if None in numbers:
        raise ValueError
    return frozenset(number for number in numbers if number)
