"""Convert a member between CSV rows, the encrypted record and Participant.

Of name, NIK and birth date only keyed hashes are kept, to compare an enrolment with;
and the month of birth, which a projection needs.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from gateway.domain.participants import (
    KPJ,
    Arrears,
    Balance,
    Claim,
    ClaimStage,
    Contribution,
    Identity,
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
OPTIONAL_COLUMNS = ["member_since", "time_zone"]
CONTRIBUTION_COLUMNS = ["kpj", "month", "wage", "amount", "posted_on"]
CLAIM_COLUMNS = ["kpj", "program", "stage", "since"]
# A reply lists the last contributions, and has the sum of a year.
FEWEST_CONTRIBUTIONS = 3
_NEEDED_BY = {
    MembershipStatus.INACTIVE: "status_since",
    MembershipStatus.PAID_OUT: "paid_out_on",
    MembershipStatus.MERGED: "merged_into",
}
_NIK = re.compile(r"\d{16}", re.ASCII)
_WHOLE = re.compile(r"\d{1,14}", re.ASCII)
_T = TypeVar("_T")
# Made once: json.dumps with separators would make a new encoder each time.
_as_json = json.JSONEncoder(separators=(",", ":")).encode


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
    if status in _NEEDED_BY and not row.get(_NEEDED_BY[status]):
        cells.faults.append(f"{_NEEDED_BY[status]} is missing for status {status}")
    fields: dict[str, Any] = {
        "programs": cells.check("programs", _programs) or (),
        "status_since": cells.check("status_since", date.fromisoformat),
        "last_contribution": cells.check("last_contribution", _month),
        "arrears": cells.pair("arrears_months", _whole, "arrears_amount", _whole),
        "balance": cells.pair(
            "jht_balance", _whole, "balance_as_of", date.fromisoformat
        ),
        "paid_out_on": cells.check("paid_out_on", date.fromisoformat),
        "merged_into": cells.check("merged_into", KPJ),
        "employer": (row.get("employer") or "").strip() or None,
        "member_since": cells.check("member_since", _month),
        "born": born and born.replace(day=1),
        "time_zone": cells.check("time_zone", _time_zone),
        "msisdns": cells.check("msisdns", _msisdns) or frozenset(),
    }
    if cells.faults or kpj is None or segment is None or status is None:
        raise BadRow(cells.faults)
    fields["arrears"] = fields["arrears"] and Arrears(*fields["arrears"])
    fields["balance"] = fields["balance"] and Balance(*fields["balance"])
    if nik and born:
        name = comparable_name(row.get("name") or "")
        fields["identity"] = identify(index, kpj, nik, born, name)
    return Participant(kpj, segment, status=status, **fields)


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


def latest(contributions: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """The contributions that a reply may need, newest first."""
    ordered = sorted(
        contributions, key=lambda contribution: contribution.month, reverse=True
    )
    return tuple(
        contribution
        for place, contribution in enumerate(ordered)
        if place < FEWEST_CONTRIBUTIONS
        or contribution.month.year == ordered[0].month.year
    )


def dump(participant: Participant) -> str:
    """Write a record as JSON, to be encrypted."""
    return _as_json(
        {
            "kpj": participant.kpj.digits,
            "segment": participant.segment,
            "programs": participant.programs,
            "status": participant.status,
            "since": _iso(participant.status_since),
            "last": _iso(participant.last_contribution),
            "arrears": (due := participant.arrears) and [due.months, due.amount],
            "balance": (at := participant.balance) and [at.amount, _iso(at.as_of)],
            "paid_out": _iso(participant.paid_out_on),
            "merged": (kpj := participant.merged_into) and kpj.digits,
            "employer": participant.employer,
            "joined": _iso(participant.member_since),
            "born": _iso(participant.born),
            "zone": participant.time_zone,
            "paid": [
                [_iso(paid.month), paid.wage, paid.amount, _iso(paid.posted_on)]
                for paid in participant.contributions
            ],
            "claim": (on := participant.claim)
            and [on.program, on.stage, _iso(on.since)],
            "msisdns": sorted(participant.msisdns),
            "identity": (hashes := participant.identity)
            and [hashes.nik.hex(), hashes.born.hex(), hashes.name.hex()],
        }
    )


def load(record: str) -> Participant:
    """Read a record that `dump` wrote."""
    fields = json.loads(record)
    balance, arrears, claim = fields["balance"], fields["arrears"], fields.get("claim")
    identity = fields.get("identity")
    return Participant(
        kpj=KPJ(fields["kpj"]),
        segment=Segment(fields["segment"]),
        programs=tuple(map(Program, fields["programs"])),
        status=MembershipStatus(fields["status"]),
        status_since=_date(fields["since"]),
        last_contribution=_date(fields["last"]),
        arrears=arrears and Arrears(*arrears),
        balance=balance and Balance(balance[0], date.fromisoformat(balance[1])),
        paid_out_on=_date(fields["paid_out"]),
        merged_into=fields["merged"] and KPJ(fields["merged"]),
        employer=fields.get("employer"),
        member_since=_date(fields.get("joined")),
        born=_date(fields.get("born")),
        time_zone=(zone := fields.get("zone")) and TimeZone(zone),
        contributions=tuple(map(_contribution, fields.get("paid", ()))),
        claim=claim and _claim(*claim),
        msisdns=frozenset(fields["msisdns"]),
        identity=identity and Identity(*map(bytes.fromhex, identity)),
    )


def _contribution(fields: Sequence[Any]) -> Contribution:
    month, wage, amount, posted_on = fields
    return Contribution(date.fromisoformat(month), wage, amount, _date(posted_on))


def _claim(program: str, stage: str, since: str) -> Claim:
    return Claim(Program(program), ClaimStage(stage), date.fromisoformat(since))


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


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
