"""The wire format of docs/directory-api.yaml: questions and answers.

An answer of another shape is refused, because a guess could become a wrong balance.
Unknown fields are ignored, because the core system may add some.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from gateway.directory.records import NEEDED_BY, latest
from gateway.domain import participants
from gateway.domain.participants import (
    KPJ,
    ClaimStage,
    DirectoryUnavailable,
    MembershipStatus,
    Participant,
    Program,
    Segment,
    TimeZone,
    identify,
)
from gateway.parsers.enrolment import comparable_name
from gateway.parsers.msisdn import to_mobile

MOST_ASKED = 200
_UNIQUE = {"uniqueItems": True}

log = logging.getLogger(__name__)


def _each_once(values: Sequence[str]) -> Sequence[str]:
    if len(set(values)) != len(values):
        raise ValueError("a value is given twice")
    return values


def _mobile(msisdn: str) -> str:
    if to_mobile(msisdn) != msisdn:
        raise ValueError("not a mobile number")
    return msisdn


Number = Annotated[str, Field(pattern="^[0-9]{2}[0-9A-Z][0-9]{8}$")]
Msisdn = Annotated[str, Field(pattern=r"^\+628[0-9]{7,12}$"), AfterValidator(_mobile)]
Rupiah = Annotated[int, Field(ge=0, le=99_999_999_999_999)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2099, 12, 31))]
Month = Annotated[str, Field(pattern="^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")]
Name = Annotated[str, Field(max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


class KpjQuestion(_Strict):
    """Which members are asked for."""

    kpjs: Annotated[tuple[Number, ...], Field(min_length=1, max_length=MOST_ASKED)]


class PhoneQuestion(_Strict):
    """In whose records any of these phones stands."""

    msisdns: Annotated[tuple[Msisdn, ...], Field(min_length=1, max_length=MOST_ASKED)]


class Balance(_Strict):
    """A JHT balance in whole rupiah."""

    amount: Rupiah
    as_of: Day
    """The day it was struck."""


class Arrears(_Strict):
    """Unpaid contributions."""

    months: Annotated[int, Field(ge=0, le=1200)]
    amount: Rupiah


class Contribution(_Strict):
    """What was paid into JHT for one month, in whole rupiah."""

    month: Month
    wage: Rupiah
    amount: Rupiah
    posted_on: Day | None


class Claim(_Strict):
    """The latest claim, at its present stage since a day."""

    program: Program
    stage: ClaimStage
    since: Day


class Member(_Strict):
    """One membership. Every field has to be there, with null where nothing is known."""

    kpj: Number
    nik: Annotated[str, Field(pattern="^[0-9]{16}$")] | None
    """Only to compare an enrolment with: hashed on arrival and not kept."""
    birth_date: Day | None
    """As `nik`; only the month is kept."""
    name: Name | None
    """As `nik`."""
    segment: Segment
    programs: Annotated[
        tuple[Program, ...],
        Field(max_length=5, json_schema_extra=_UNIQUE),
        AfterValidator(_each_once),
    ]
    status: MembershipStatus
    status_since: Day | None
    """Needed when the status is inactive."""
    paid_out_on: Day | None
    """Needed when the status is paid_out."""
    merged_into: Number | None
    """Needed when the status is merged."""
    last_contribution: Month | None
    arrears: Arrears | None
    balance: Balance | None
    employer: Name | None
    member_since: Month | None
    time_zone: Literal["WIB", "WITA", "WIT"] | None
    msisdns: Annotated[
        tuple[Msisdn, ...],
        Field(max_length=20, json_schema_extra=_UNIQUE),
        AfterValidator(_each_once),
    ]
    """The phones that may hear about the member, and nobody else's."""
    contributions: Annotated[tuple[Contribution, ...], Field(max_length=60)]
    """Each month once, newest first: at least the three last and the newest's year."""
    contributions_from: Month | None = None
    """From when on all contributions are listed, before that year; may be left out."""
    claim: Claim | None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = NEEDED_BY.get(self.status)
        months = [contribution.month for contribution in self.contributions]
        if needed and getattr(self, needed) is None:
            raise ValueError(f"{needed} is missing")
        if months != sorted(set(months), reverse=True):
            raise ValueError("contributions are out of order")
        return self

    def participant(self, index: Callable[[str], bytes]) -> Participant:
        """Convert to our own type; `index` hashes name, NIK and birth date."""
        kpj, born = KPJ(self.kpj), self.birth_date
        due, at, on = self.arrears, self.balance, self.claim
        name = comparable_name(self.name or "")
        return Participant(
            kpj=kpj,
            segment=self.segment,
            programs=self.programs,
            status=self.status,
            status_since=self.status_since,
            last_contribution=_month(self.last_contribution),
            arrears=participants.Arrears(due.months, due.amount) if due else None,
            balance=participants.Balance(at.amount, at.as_of) if at else None,
            paid_out_on=self.paid_out_on,
            merged_into=KPJ(self.merged_into) if self.merged_into else None,
            employer=(self.employer or "").strip() or None,
            member_since=_month(self.member_since),
            born=born and born.replace(day=1),
            time_zone=TimeZone[self.time_zone] if self.time_zone else None,
            contributions=latest(map(_contribution, self.contributions)),
            contributions_from=_month(self.contributions_from),
            claim=participants.Claim(on.program, on.stage, on.since) if on else None,
            msisdns=frozenset(self.msisdns),
            identity=identify(index, kpj, self.nik, born, name)
            if self.nik and born
            else None,
        )


class MembersFound(_Strict):
    """Those that exist, in any order; nobody twice and nobody who was not asked for."""

    members: Annotated[tuple[Member, ...], Field(max_length=2000)]

    @model_validator(mode="after")
    def _nobody_twice(self) -> Self:
        _each_once([member.kpj for member in self.members])
        return self


class Health(_Strict):
    """The core system can answer questions about members."""

    status: Literal["ok"]


_Answer = TypeVar("_Answer", bound=_Strict)


def read(kind: type[_Answer], body: bytes) -> _Answer:
    """Check an answer. Raises DirectoryUnavailable naming fields, never values."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        places = {".".join(map(str, fault["loc"])) or fault["type"] for fault in faults}
    raise refusal(f"is wrong in {', '.join(sorted(places)[:5])}")


def refusal(why: str) -> DirectoryUnavailable:
    """Log a wrong answer and return the error for it."""
    log.warning("an answer of the core system was refused", extra={"why": why})
    return DirectoryUnavailable(f"the core system's answer {why}")


def _month(text: str | None) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None


def _contribution(paid: Contribution) -> participants.Contribution:
    month = date.fromisoformat(f"{paid.month}-01")
    return participants.Contribution(month, paid.wage, paid.amount, paid.posted_on)
