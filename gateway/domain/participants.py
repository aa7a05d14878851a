"""The members of BPJS Ketenagakerjaan and the directory of them."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from gateway.domain.errors import GatewayError

# Eleven characters: two digits for the year of registration, then a digit, or on old
# Jamsostek cards a letter, then eight digits. There is no check digit.
KPJ_LENGTH = 11
KPJ_SHAPE = re.compile(r"\d{2}[0-9A-Z]\d{8}", re.ASCII)


class DirectoryUnavailable(GatewayError):
    """The directory cannot be queried now; the enquiry has to wait."""


@dataclass(frozen=True)
class KPJ:
    """A member number. It prints masked; ask for `digits` on purpose."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError unless the number has the shape of a KPJ."""
        if not KPJ_SHAPE.fullmatch(self.digits):
            raise ValueError("a KPJ has 11 digits; the third may be a capital letter")

    def __str__(self) -> str:
        return f"***{self.digits[-4:]}"


class Segment(StrEnum):
    """Employee, self-employed, migrant or construction worker, as the agency counts."""

    PU = "PU"
    BPU = "BPU"
    PMI = "PMI"
    JAKON = "JAKON"


class Program(StrEnum):
    """The insurance programmes; only JHT has a balance."""

    JHT = "JHT"
    JKK = "JKK"
    JKM = "JKM"
    JP = "JP"
    JKP = "JKP"


class MembershipStatus(StrEnum):
    """The state of a membership."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    IN_CLAIM = "in_claim"
    PAID_OUT = "paid_out"
    MERGED = "merged"
    SUSPENDED = "suspended"
    DECEASED = "deceased"


# Memberships that may still receive contributions.
STILL_PAYING = frozenset({MembershipStatus.ACTIVE, MembershipStatus.INACTIVE})


@dataclass(frozen=True)
class Balance:
    """A JHT balance in whole rupiah, and its date."""

    amount: int = field(repr=False)
    as_of: date


@dataclass(frozen=True)
class Arrears:
    """Unpaid contributions: whole months and whole rupiah."""

    months: int
    amount: int = field(repr=False)


@dataclass(frozen=True)
class Contribution:
    """A payment into JHT for one month: wage and amount in whole rupiah."""

    month: date
    wage: int = field(repr=False)
    amount: int = field(repr=False)
    posted_on: date | None = None


class ClaimStage(StrEnum):
    """The stage of a claim: the five steps that JMO shows, or another end."""

    REGISTERED = "registered"
    ASSESSED = "assessed"
    APPROVED = "approved"
    PAYING = "paying"
    DONE = "done"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Claim:
    """A claim on one programme, and since when it is at its stage."""

    program: Program
    stage: ClaimStage
    since: date


class TimeZone(StrEnum):
    """The three time zones of Indonesia, by their offset from UTC."""

    WIB = "+07:00"
    WITA = "+08:00"
    WIT = "+09:00"


@dataclass(frozen=True)
class Identity:
    """Keyed hashes of what only a member should know; the values are not stored."""

    nik: bytes = field(repr=False)
    born: bytes = field(repr=False)
    name: bytes = field(repr=False)


def identify(
    index: Callable[[str], bytes], kpj: KPJ, nik: str, born: date, name: str
) -> Identity:
    """The identity of one member; equal values of two members have other hashes."""
    return Identity(
        index(f"{kpj.digits} nik {nik}"),
        index(f"{kpj.digits} born {born.isoformat()}"),
        index(f"{kpj.digits} name {name}"),
    )


@dataclass(frozen=True)
class Participant:
    """A membership as the agency records it; its `msisdns` may ask about it."""

    kpj: KPJ
    segment: Segment
    programs: tuple[Program, ...]
    status: MembershipStatus
    status_since: date | None = None
    last_contribution: date | None = None
    arrears: Arrears | None = None
    balance: Balance | None = None
    paid_out_on: date | None = None
    merged_into: KPJ | None = None
    employer: str | None = field(default=None, repr=False)
    # First days of months: since when a member, and when born.
    member_since: date | None = None
    born: date | None = field(default=None, repr=False)
    time_zone: TimeZone | None = None
    # Newest first: all of the newest one's year, and at least the last three.
    contributions: tuple[Contribution, ...] = field(default=(), repr=False)
    # From this month on every contribution is listed, if the agency says so.
    contributions_from: date | None = None
    claim: Claim | None = None
    # The date of the records, if they are so old that replies must name it.
    stale_since: date | None = None
    msisdns: frozenset[str] = field(default=frozenset(), repr=False)
    # None if the record has no NIK or birth date: no enrolment by SMS.
    identity: Identity | None = None


class Directory(Protocol):
    """Looks up members, many at once."""

    def find(self, kpjs: Collection[KPJ]) -> Mapping[KPJ, Participant]:
        """The members that exist. Raises DirectoryUnavailable."""

    def of_phones(
        self, msisdns: Collection[str]
    ) -> Mapping[str, Sequence[Participant]]:
        """The members whose records have these phones.

        Raises DirectoryUnavailable.
        """

    def is_empty(self) -> bool:
        """Whether there is no member at all. Raises DirectoryUnavailable."""
