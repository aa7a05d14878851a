"""Made-up members for the phone page, read from the file that the gateway imports."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.participants import MembershipStatus
from gateway.simulator.words import Words

_STATUS_WORDS = {
    MembershipStatus.ACTIVE: Words("aktif", "active"),
    MembershipStatus.INACTIVE: Words("tidak aktif", "inactive"),
    MembershipStatus.IN_CLAIM: Words("klaim diproses", "in claim"),
    MembershipStatus.PAID_OUT: Words("sudah dibayar", "paid out"),
    MembershipStatus.MERGED: Words("sudah digabung", "merged"),
    MembershipStatus.SUSPENDED: Words("ditangguhkan", "suspended"),
    MembershipStatus.DECEASED: Words("meninggal", "deceased"),
}


@dataclass(frozen=True)
class MadeUpMember:
    """A made-up member with one phone; `note` is for instance "PU aktif"."""

    name: str
    kpj: str
    msisdn: str
    note: Words


@dataclass(frozen=True)
class MemberPhones:
    """The made-up members and their phones; the first one is shown by default."""

    members: Sequence[MadeUpMember]

    @property
    def first_phone(self) -> str:
        """The first member's phone, or none."""
        return self.members[0].msisdn if self.members else ""

    def owners(self, phone: str) -> list[MadeUpMember]:
        """The members with this phone; several may share one."""
        return [member for member in self.members if member.msisdn == phone]

    def stranger(self, phone: str) -> MadeUpMember | None:
        """A member with another phone."""
        others = (member for member in self.members if member.msisdn != phone)
        return next(others, None)


def read_members(path: Path) -> list[MadeUpMember]:
    """Every made-up member who has a phone, once for each phone."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [member for row in csv.DictReader(file) for member in _members(row)]


def _members(row: Mapping[str, str]) -> Iterator[MadeUpMember]:
    status = _STATUS_WORDS[MembershipStatus(row["status"])]
    for msisdn in filter(None, row["msisdns"].split(";")):
        note = Words(*(f"{row['segment']} {word}" for word in status))
        yield MadeUpMember(row["name"], row["kpj"], msisdn.strip(), note)
