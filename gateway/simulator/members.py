"""Made-up members for the phone page, read from the file that the gateway imports."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.participants import MembershipStatus

_STATUS_WORDS = {
    MembershipStatus.ACTIVE: "aktif",
    MembershipStatus.INACTIVE: "tidak aktif",
    MembershipStatus.IN_CLAIM: "klaim diproses",
    MembershipStatus.PAID_OUT: "sudah dibayar",
    MembershipStatus.MERGED: "sudah digabung",
    MembershipStatus.SUSPENDED: "ditangguhkan",
    MembershipStatus.DECEASED: "meninggal",
}


@dataclass(frozen=True)
class MadeUpMember:
    """Somebody who does not exist, with a phone; `note` is for instance "PU aktif"."""

    name: str
    kpj: str
    msisdn: str
    note: str


def read_members(path: Path) -> list[MadeUpMember]:
    """Every made-up member who has a phone, once for each phone."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [it for row in csv.DictReader(file) for it in _members(row)]


def _members(row: Mapping[str, str]) -> Iterator[MadeUpMember]:
    status = _STATUS_WORDS.get(MembershipStatus(row["status"]), "")
    for msisdn in filter(None, row["msisdns"].split(";")):
        note = f"{row['segment']} {status}"
        yield MadeUpMember(row["name"], row["kpj"], msisdn.strip(), note)
